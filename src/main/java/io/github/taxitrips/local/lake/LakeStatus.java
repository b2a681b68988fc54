package io.github.taxitrips.local.lake;

import java.time.Duration;
import java.util.List;

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
     * @param unwritten buffers that are not written yet, the one that takes records among them
     * @param freshness age of the oldest of these, by the whole second in which it was begun, zero if there is none: what
     *     CloudWatch calls DeliveryToS3.DataFreshness
     * @param failedConversions records that could not be converted since the lake was opened:
     *     CloudWatch's FailedConversion.Records
     */
    public record StreamStatus(String name, int unwritten, Duration freshness, long failedConversions) {}
}
