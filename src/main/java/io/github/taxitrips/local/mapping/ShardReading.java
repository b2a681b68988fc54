package io.github.taxitrips.local.mapping;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** How far a shard is read and how far it is done with, and its lanes. */
final class ShardReading {

    /** Most records that wait in the lanes of a shard, so that a lane which goes on failing cannot fill the memory. */
    private static final int MAX_WAITING = 100_000;

    private final Shard shard;
    private final List<Lane> lanes;
    private final Deque<String> unfinished = new ArrayDeque<>();
    private final Set<String> finished = new HashSet<>();
    private @Nullable String lastRead;
    private @Nullable String checkpoint;

    /**
     * @param shard the shard, read from its oldest record on
     * @param laneCount number of lanes, at least 1
     */
    ShardReading(Shard shard, int laneCount) {
        this.shard = shard;
        this.lanes = IntStream.range(0, laneCount)
                .mapToObj(number -> new Lane(this, laneCount == 1 ? shard.id() : shard.id() + "/" + number))
                .toList();
    }

    String shardId() {
        return shard.id();
    }

    List<Lane> lanes() {
        return lanes;
    }

    /** Reads on until there is a full batch for the lane, the shard has no more, or too many records wait. */
    void fill(Lane lane, int batchSize) {
        while (lane.waiting() < batchSize
                && lanes.stream().mapToInt(Lane::waiting).sum() < MAX_WAITING) {
            List<KinesisEventRecord> read = shard.read(lastRead, batchSize - lane.waiting());
            if (read.isEmpty()) {
                return;
            }
            for (KinesisEventRecord record : read) {
                lastRead = record.getKinesis().getSequenceNumber();
                unfinished.add(lastRead);
                laneOf(record).add(record);
            }
        }
    }

    private Lane laneOf(KinesisEventRecord record) {
        int hash = Objects.hashCode(record.getKinesis().getPartitionKey());
        return lanes.get(Math.floorMod(hash, lanes.size()));
    }

    /** Notes that records are done with: they have succeeded, or were given up. */
    void finish(Batch batch) {
        finished.addAll(batch.sequenceNumbers());
        while (!unfinished.isEmpty() && finished.remove(unfinished.element())) {
            checkpoint = unfinished.remove();
        }
    }

    /** Returns the last sequence number up to which every record is done with; null if not even the first one is. */
    @Nullable String checkpoint() {
        return checkpoint;
    }
}
