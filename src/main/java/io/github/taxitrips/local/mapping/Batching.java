package io.github.taxitrips.local.mapping;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the records of a lane until they are a batch: when there are as many as a batch may have, when they are too large
 * for one event, when the batching window is over, or when records of another tumbling window follow. The batching window is
 * counted from the first record that is there when no batch is under way.
 */
final class Batching {

    /** Lambda's limit for the event of an invocation, of which a record takes its base64 and some text around it. */
    private static final long MAX_EVENT_BYTES = 6_000_000;

    private static final int ENVELOPE_BYTES = 600;

    private final @Nullable TumblingWindow tumbling;
    private final Deque<KinesisEventRecord> waiting = new ArrayDeque<>();
    private MappingSettings settings;
    private long bytes;
    private @Nullable Instant since;

    Batching(MappingSettings settings, @Nullable TumblingWindow tumbling) {
        this.settings = settings;
        this.tumbling = tumbling;
    }

    /** Goes on with another batch size and window, of which the time that has passed counts. */
    void change(MappingSettings changed) {
        settings = changed;
    }

    /** Takes a record that was read, after those before it. */
    void add(KinesisEventRecord record) {
        waiting.add(record);
        bytes += bytes(record);
    }

    /** Returns the record that comes next, null if none waits. */
    @Nullable KinesisEventRecord first() {
        return waiting.peek();
    }

    int waiting() {
        return waiting.size();
    }

    long bytes() {
        return bytes;
    }

    /** Returns how many more records may go into the batch; none if it is full. */
    int room() {
        boolean full = bytes > MAX_EVENT_BYTES
                || (tumbling != null
                        && !waiting.isEmpty()
                        && !tumbling.startOf(waiting.getFirst()).equals(tumbling.startOf(waiting.getLast())));
        return full ? 0 : Math.max(0, settings.batchSize() - waiting.size());
    }

    /** Returns the batch that is ready, null when there is none for now. */
    @Nullable Batch next(Instant now) {
        if (waiting.isEmpty()) {
            return null;
        }
        if (since == null) {
            since = now;
        }
        Instant due = due();
        if (room() > 0 && due != null && now.isBefore(due)) {
            return null;
        }
        since = null;
        return new Batch(take(), 0, false);
    }

    private List<KinesisEventRecord> take() {
        List<KinesisEventRecord> records = new ArrayList<>();
        long taken = 0;
        Instant windowStart = tumbling == null ? null : tumbling.startOf(waiting.getFirst());
        while (records.size() < settings.batchSize() && !waiting.isEmpty()) {
            KinesisEventRecord record = waiting.getFirst();
            boolean tooLarge = !records.isEmpty() && taken + bytes(record) > MAX_EVENT_BYTES;
            if (tooLarge || (tumbling != null && !tumbling.startOf(record).equals(windowStart))) {
                break;
            }
            taken += bytes(record);
            records.add(waiting.removeFirst());
        }
        bytes -= taken;
        return records;
    }

    /** Returns when what waits is a batch at the latest, null if nothing waits. */
    @Nullable Instant due() {
        if (since == null) {
            return null;
        }
        Instant due = since.plus(settings.maximumBatchingWindow());
        Instant end = tumbling == null ? due : tumbling.endOf(waiting.getFirst());
        return end.isBefore(due) ? end : due;
    }

    private static long bytes(KinesisEventRecord record) {
        return record.getKinesis().getData().remaining() * 4L / 3 + ENVELOPE_BYTES;
    }
}
