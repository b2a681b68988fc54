package io.github.taxitrips.delivery;

import io.github.taxitrips.intake.Trip;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of the trips of one invocation: each is either delivered or undelivered.
 *
 * @param end how it ended
 * @param delivered trips that Firehose took
 * @param undelivered trips that it did not, in order, each with its last error
 * @param attempts rounds of calls, the first included; 0 when there was nothing to send
 * @param retried trips sent again, counted once a retry
 * @param calls {@code PutRecordBatch} calls
 * @param cause why the call was refused, with {@link End#REFUSED} only
 */
public record DeliveryOutcome(
        End end,
        int delivered,
        List<Failure> undelivered,
        int attempts,
        int retried,
        int calls,
        @Nullable RuntimeException cause) {

    /** How a delivery ends. */
    public enum End {
        /** Firehose took every trip. */
        DELIVERED,
        /** Every trip failed on the first attempt, so retrying is left to Lambda. */
        ALL_FAILED,
        /** The retry policy allows no further retry. */
        EXHAUSTED,
        /** The next wait would outlive the time budget, or waiting was interrupted. */
        OUT_OF_TIME,
        /** A call cannot succeed however often it is repeated. */
        REFUSED
    }

    /**
     * A trip that was not delivered.
     *
     * @param trip the trip
     * @param error its last error
     */
    public record Failure(Trip trip, RecordError error) {}
}
