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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How far a shard is read and how far it is done with, and its lanes. */
final class ShardReading {

    private static final Logger log = LoggerFactory.getLogger(ShardReading.class);

    /** Most records that wait in the lanes of a shard, so that a lane which goes on failing cannot fill the memory. */
    private static final int MAX_WAITING = 100_000;

    /** Most bytes of these, to the same end. */
    private static final long MAX_WAITING_BYTES = 64_000_000;

    private final Shard shard;
    private final Positions positions;
    private final List<Lane> lanes;
    private final Deque<String> unfinished = new ArrayDeque<>();
    private final Set<String> finished = new HashSet<>();
    private @Nullable String lastRead;
    private @Nullable String checkpoint;
    private @Nullable String reached;
    private boolean atEnd;

    /**
     * @param shard the shard, read from its stored position on, or from where the settings say
     * @param positions where the position is stored, from now on at the latest: where {@code LATEST} was must not change
     */
    ShardReading(Shard shard, MappingSettings settings, Positions positions) {
        this.shard = shard;
        this.positions = positions;
        String stored = positions.get(shard.id());
        if (stored == null) {
            checkpoint = start(shard, settings);
            positions.put(shard.id(), checkpoint == null ? Positions.TRIM_HORIZON : checkpoint);
        } else {
            checkpoint = stored.equals(Positions.TRIM_HORIZON) ? null : stored;
        }
        lastRead = checkpoint;
        int count = settings.lanes();
        lanes = IntStream.range(0, count)
                .mapToObj(number -> new Lane(this, count == 1 ? shard.id() : shard.id() + "/" + number, settings))
                .toList();
    }

    private static @Nullable String start(Shard shard, MappingSettings settings) {
        return switch (settings.startingPosition()) {
            case TRIM_HORIZON -> null;
            case LATEST -> shard.last();
            case AT_TIMESTAMP -> shard.lastBefore(settings.startingPositionTimestamp());
        };
    }

    Shard shard() {
        return shard;
    }

    List<Lane> lanes() {
        return lanes;
    }

    /** Reads on until there is a full batch for the lane, the shard has no more, or too much waits. */
    void fill(Lane lane) {
        Batching batching = lane.batching();
        while (batching.room() > 0 && hasRoom()) {
            List<KinesisEventRecord> read = shard.read(lastRead, batching.room());
            if (read.isEmpty()) {
                atEnd = true;
                return;
            }
            for (KinesisEventRecord record : read) {
                lastRead = record.getKinesis().getSequenceNumber();
                laneOf(record).batching().add(record);
                if (lanes.size() > 1) {
                    unfinished.add(lastRead);
                }
            }
        }
    }

    private boolean hasRoom() {
        int records = 0;
        long bytes = 0;
        for (Lane lane : lanes) {
            records += lane.batching().waiting();
            bytes += lane.batching().bytes();
        }
        return records < MAX_WAITING && bytes < MAX_WAITING_BYTES;
    }

    private Lane laneOf(KinesisEventRecord record) {
        int hash = Objects.hashCode(record.getKinesis().getPartitionKey());
        return lanes.get(Math.floorMod(hash, lanes.size()));
    }

    /** Returns the last sequence number that was read, null for none. */
    @Nullable String lastRead() {
        return lastRead;
    }

    /** Whether the shard had no more to read when it was read last; only the first to ask is told. */
    boolean hasComeToItsEnd() {
        boolean come = atEnd;
        atEnd = false;
        return come;
    }

    /**
     * Notes that records are done with: they have succeeded, or were given up. Those of a tumbling window are once it is
     * closed, for its state is nowhere else.
     */
    void finish(Lane lane, Batch batch) {
        if (batch.size() == 0) {
            return;
        }
        List<String> numbers = batch.sequenceNumbers();
        if (lanes.size() == 1) {
            reached = numbers.get(numbers.size() - 1);
        } else {
            finished.addAll(numbers);
            while (!unfinished.isEmpty() && finished.remove(unfinished.element())) {
                reached = unfinished.remove();
            }
        }
        if (lane.tumbling() == null) {
            moveCheckpoint();
        }
    }

    /** Moves the checkpoint behind the last record up to which every one is done with. */
    void moveCheckpoint() {
        if (reached == null || reached.equals(checkpoint)) {
            return;
        }
        checkpoint = reached;
        try {
            positions.put(shard.id(), reached);
        } catch (RuntimeException e) {
            log.warn("The position {} in {} is not stored yet: {}", reached, shard.id(), e.toString());
        }
    }

    /** Returns the last sequence number up to which every record is done with; null if not even the first one is. */
    @Nullable String checkpoint() {
        return checkpoint;
    }
}
