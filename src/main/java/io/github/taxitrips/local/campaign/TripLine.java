package io.github.taxitrips.local.campaign;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Finds the id of a trip that {@link io.github.taxitrips.local.producer.TripGenerator} has made. */
final class TripLine {

    private static final String MEMBER = "\"trip_id\":";

    private TripLine() {}

    /** Returns the id as text, or the whole line when it has none. */
    static String id(byte[] line) {
        return id(new String(line, StandardCharsets.UTF_8));
    }

    /** Returns the ids of the trips in a Firehose record, a line each, in order. */
    static List<String> ids(byte[] record) {
        return new String(record, StandardCharsets.UTF_8)
                .lines()
                .map(TripLine::id)
                .toList();
    }

    private static String id(String line) {
        int start = line.indexOf(MEMBER) + MEMBER.length();
        int end = line.indexOf(',', start);
        return start < MEMBER.length() || end < 0 ? line : line.substring(start, end);
    }
}
