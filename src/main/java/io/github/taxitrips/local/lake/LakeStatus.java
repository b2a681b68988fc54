package io.github.taxitrips.local.lake;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a lake is.
 *
 * @param streams what waits in each of its delivery streams
 * @param refused buffers that were put aside because they cannot be written
 * @param trouble what keeps it from writing, as it would be logged; empty for nothing
 */
public record LakeStatus(List<StreamStatus> streams, long refused, String trouble) {

    /**
     * How a delivery stream is.
     *
     * @param name its name
     * @param bytes data in the buffer that takes records
     * @param capacity bytes at which it is written
     * @param due when it is written at the latest, null while there is none
     * @param waiting buffers that are to be written and are not yet
     * @param freshness age of the oldest buffer, by the whole second in which it was begun, zero if there is none: what
     *     CloudWatch calls DeliveryToS3.DataFreshness
     * @param failedConversions records that could not be converted since the lake was opened:
     *     CloudWatch's FailedConversion.Records
     */
    public record StreamStatus(
            String name,
            long bytes,
            long capacity,
            @Nullable Instant due,
            int waiting,
            Duration freshness,
            long failedConversions) {

        /** Returns the number of buffers that are not written, the one that takes records among them. */
        public int unwritten() {
            return waiting + (due == null ? 0 : 1);
        }
    }
}
