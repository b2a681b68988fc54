package io.github.taxitrips.local.mapping;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The records of a shard that are processed in order, a batch at a time: those with certain partition keys, or all where
 * batches are not parallel.
 */
final class Lane {

    private final ShardReading reading;
    private final String name;
    private final @Nullable TumblingWindow tumbling;
    private final Batching batching;
    private final Deque<Batch> pending = new ArrayDeque<>();
    private boolean underWay;
    private Instant restUntil = Instant.MIN;

    /**
     * @param reading the shard
     * @param name tells it from every other lane of the stream
     */
    Lane(ShardReading reading, String name, MappingSettings settings) {
        this.reading = reading;
        this.name = name;
        this.tumbling = settings.tumblingWindow().isZero() ? null : new TumblingWindow(settings.tumblingWindow());
        this.batching = new Batching(settings, tumbling);
    }

    ShardReading reading() {
        return reading;
    }

    String name() {
        return name;
    }

    @Nullable TumblingWindow tumbling() {
        return tumbling;
    }

    /** Returns what the event of a batch says of its tumbling window, null without one. */
    @Nullable Window window(Batch batch) {
        return tumbling == null ? null : tumbling.window(batch);
    }

    Batching batching() {
        return batching;
    }

    /** Whether a batch of it is under way, so that no other may be. */
    boolean isUnderWay() {
        return underWay;
    }

    void setUnderWay(boolean underWay) {
        this.underWay = underWay;
    }

    /** Puts a batch before all others. */
    void putFirst(Batch batch) {
        pending.push(batch);
    }

    /** Begins no batch before that time. */
    void restUntil(Instant time) {
        restUntil = time;
    }

    /** Returns the batch that is next, null when there is none for now. */
    @Nullable Batch next(Instant now) {
        if (now.isBefore(restUntil)) {
            return null;
        }
        if (!pending.isEmpty()) {
            return pending.pop();
        }
        reading.fill(this);
        if (tumbling != null && tumbling.isToBeClosed(batching.first(), now)) {
            return new Batch(List.of(), 0, false);
        }
        Batch batch = batching.next(now);
        if (batch != null && tumbling != null) {
            tumbling.open(batch);
        }
        return batch;
    }

    /** Returns when there will be a batch though nothing happens, null if that is never. */
    @Nullable Instant due(Instant now) {
        if (underWay) {
            return null;
        }
        if (now.isBefore(restUntil)) {
            return restUntil;
        }
        Instant due = batching.due();
        Instant end = tumbling == null ? null : tumbling.end();
        return due == null || (end != null && end.isBefore(due)) ? end : due;
    }
}
