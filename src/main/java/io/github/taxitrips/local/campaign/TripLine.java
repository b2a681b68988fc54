package io.github.taxitrips.local.campaign;

import java.nio.charset.StandardCharsets;

/** Finds the id of a trip that {@link io.github.taxitrips.local.TripGenerator} has made. */
final class TripLine {

    private static final String MEMBER = "\"trip_id\":";

    private TripLine() {}

    /** Returns the id as text, or the whole line when it has none. */
    static String id(byte[] line) {
        String text = new String(line, StandardCharsets.UTF_8);
        int start = text.indexOf(MEMBER) + MEMBER.length();
        int end = text.indexOf(',', start);
        return start < MEMBER.length() || end < 0 ? text : text.substring(start, end);
    }
}
