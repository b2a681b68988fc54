package io.github.taxitrips.local.mapping;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a mapping has done so far, and what waits for it.
 *
 * @param living whether it is under way in a thread of its own
 * @param shards its shards
 * @param underWay invocations that are under way
 * @param invocations invocations that are over or under way
 * @param failed of these, the ones that failed, or whose answer counts as a complete failure
 * @param partial the ones that succeeded in part
 * @param discardedBatches batches that were given up
 * @param discardedRecords records in them
 * @param lastError what went wrong last, null if nothing has
 */
public record MappingStatus(
        boolean living,
        List<ShardStatus> shards,
        int underWay,
        long invocations,
        long failed,
        long partial,
        long discardedBatches,
        long discardedRecords,
        @Nullable String lastError) {

    /**
     * How far a shard is done with.
     *
     * @param shardId its id
     * @param waiting records after the checkpoint
     * @param checkpoint where a mapping that takes over from this one has to read on: the last sequence number up to which
     *     every record has succeeded or was given up; null if not even the first one has. Records after it may be done with
     *     as well, and would be processed again.
     * @param age time since the first of the waiting records arrived, zero if there is none
     */
    public record ShardStatus(
            String shardId, long waiting, @Nullable String checkpoint, Duration age) {}
}
