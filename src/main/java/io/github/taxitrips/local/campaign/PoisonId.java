package io.github.taxitrips.local.campaign;

import java.util.Arrays;

/**
 * Tells rejected records apart, by what a quarantine line and the record itself have in common.
 *
 * @param eventId the Kinesis record that carried it
 * @param length its length in bytes
 * @param hash hash of its first bytes, which a line has even if it is truncated
 */
record PoisonId(String eventId, int length, int hash) {

    private static final int HASHED_BYTES = 1_000;

    static PoisonId of(String eventId, byte[] data) {
        return of(eventId, data.length, data);
    }

    /**
     * @param length the record's length
     * @param start the record's first bytes
     */
    static PoisonId of(String eventId, int length, byte[] start) {
        return new PoisonId(
                eventId, length, Arrays.hashCode(Arrays.copyOf(start, Math.min(start.length, HASHED_BYTES))));
    }
}
