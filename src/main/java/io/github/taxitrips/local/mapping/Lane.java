package io.github.taxitrips.local.mapping;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The records of a shard that are processed in order, a batch at a time: those with certain partition keys, or all where
 * batches are not parallel.
 */
final class Lane {

    /** Lambda's limit for the event of an invocation, of which a record takes its base64 and some text around it. */
    private static final long MAX_EVENT_BYTES = 6_000_000;

    private static final int ENVELOPE_BYTES = 600;

    private final ShardReading reading;
    private final String name;
    private final Deque<KinesisEventRecord> waiting = new ArrayDeque<>();
    private final Deque<Batch> pending = new ArrayDeque<>();
    private boolean underWay;

    /**
     * @param reading the shard
     * @param name tells it from every other lane of the stream
     */
    Lane(ShardReading reading, String name) {
        this.reading = reading;
        this.name = name;
    }

    ShardReading reading() {
        return reading;
    }

    String name() {
        return name;
    }

    /** Whether a batch of it is under way, so that no other may be. */
    boolean isUnderWay() {
        return underWay;
    }

    void setUnderWay(boolean underWay) {
        this.underWay = underWay;
    }

    /** Returns the number of its records that were read and not yet put into a batch. */
    int waiting() {
        return waiting.size();
    }

    /** Takes a record that was read, after those before it. */
    void add(KinesisEventRecord record) {
        waiting.add(record);
    }

    /** Puts a batch before all others. */
    void putFirst(Batch batch) {
        pending.push(batch);
    }

    /** Returns the batch that is next, null when there is none for now. */
    @Nullable Batch next(int batchSize) {
        if (!pending.isEmpty()) {
            return pending.pop();
        }
        reading.fill(this, batchSize);
        List<KinesisEventRecord> records = new ArrayList<>();
        long bytes = 0;
        while (records.size() < batchSize && !waiting.isEmpty()) {
            bytes += waiting.element().getKinesis().getData().remaining() * 4L / 3 + ENVELOPE_BYTES;
            if (!records.isEmpty() && bytes > MAX_EVENT_BYTES) {
                break;
            }
            records.add(waiting.remove());
        }
        return records.isEmpty() ? null : new Batch(records, 0);
    }
}
