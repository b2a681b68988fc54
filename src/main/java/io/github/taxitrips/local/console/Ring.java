package io.github.taxitrips.local.console;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The latest of many, each with a number that rises by one. What is too much is forgotten, oldest first. Safe for use by several
 * threads.
 *
 * @param <T> what it remembers
 */
final class Ring<T> {

    private final int most;
    private final Deque<T> latest = new ArrayDeque<>();
    private long last;

    /**
     * A part of them.
     *
     * @param items in the order in which they came
     * @param last the number of the last one that came, to ask for the next from
     * @param <T> what they are
     */
    record Part<T>(List<T> items, long last) {}

    /** @param most how many it remembers */
    Ring(int most) {
        this.most = most;
    }

    synchronized void add(T item) {
        last++;
        latest.addLast(item);
        if (latest.size() > most) {
            latest.removeFirst();
        }
    }

    /** Returns what came after a number, at most so many of the latest. */
    synchronized Part<T> after(long number, int limit) {
        long wanted = number > last ? limit : Math.min(limit, last - number);
        List<T> items = new ArrayList<>(latest);
        return new Part<>(items.subList((int) Math.max(0, items.size() - wanted), items.size()), last);
    }

    /** Returns the one with a number, if it is remembered. */
    synchronized Optional<T> get(long number) {
        long behind = last - number;
        if (behind < 0 || behind >= latest.size()) {
            return Optional.empty();
        }
        return latest.stream().skip(latest.size() - 1 - behind).findFirst();
    }

    /** Returns the number of the last one that came, 0 if none has. */
    synchronized long last() {
        return last;
    }
}
