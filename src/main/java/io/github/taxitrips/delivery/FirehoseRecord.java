package io.github.taxitrips.delivery;

import io.github.taxitrips.intake.Trip;
import java.util.Arrays;

/**
 * A record as Firehose gets it.
 *
 * @param trip the trip it carries
 * @param data the trip's payload, ending in one newline
 */
@SuppressWarnings("ArrayRecordComponent") // records are told apart by identity; their data is never compared
record FirehoseRecord(Trip trip, byte[] data) {

    /** Ends the payload in a newline unless it does so already: S3 readers split on lines. Copies only then. */
    static FirehoseRecord of(Trip trip) {
        byte[] payload = trip.payload();
        int length = payload.length;
        if (length > 0 && payload[length - 1] == '\n') {
            return new FirehoseRecord(trip, payload);
        }
        byte[] data = Arrays.copyOf(payload, length + 1);
        data[length] = '\n';
        return new FirehoseRecord(trip, data);
    }
}
