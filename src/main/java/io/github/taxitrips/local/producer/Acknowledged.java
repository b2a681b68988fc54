package io.github.taxitrips.local.producer;

import java.util.Map;
import java.util.TreeMap;

/** Up to which record of a source everything is taken, while calls are answered in any order. */
final class Acknowledged {

    private final Map<Long, Long> ahead = new TreeMap<>();
    private long position;

    /** @param position the first record that is not taken yet */
    Acknowledged(long position) {
        this.position = position;
    }

    /** Notes that the records from one on up to another are taken. */
    synchronized void add(long from, long to) {
        ahead.put(from, to);
        Long next;
        while ((next = ahead.remove(position)) != null) {
            position = next;
        }
    }

    /** Returns the first record that is not known to be taken. */
    synchronized long position() {
        return position;
    }
}
