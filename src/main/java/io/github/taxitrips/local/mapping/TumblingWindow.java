package io.github.taxitrips.local.mapping;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The tumbling window of a shard that is open, and its state. Windows begin at multiples of their length since 1970. */
final class TumblingWindow {

    private static final int MAX_STATE_BYTES = 1 << 20;
    private static final String NO_STATE = "{}";

    private final Duration length;
    private @Nullable Instant start;
    private String state = NO_STATE;
    private boolean tooLarge;

    /** @param length more than zero */
    TumblingWindow(Duration length) {
        this.length = length;
    }

    /** Returns the beginning of the window that a record is of. */
    Instant startOf(KinesisEventRecord record) {
        long millis = KinesisRecords.arrival(record).toEpochMilli();
        return Instant.ofEpochMilli(millis - Math.floorMod(millis, length.toMillis()));
    }

    /** Returns when that window is over, so that no more records will be of it. */
    Instant endOf(KinesisEventRecord record) {
        return startOf(record).plus(length);
    }

    /** Opens the window of the records, unless it is. */
    void open(Batch batch) {
        start = startOf(batch.records().get(0));
    }

    /** Whether it is time for the invocation that closes the window, given the record that comes next, if any. */
    boolean isToBeClosed(@Nullable KinesisEventRecord next, Instant now) {
        if (start == null) {
            return false;
        }
        boolean over = next == null
                ? !now.isBefore(start.plus(length))
                : !startOf(next).equals(start);
        return over || tooLarge;
    }

    /** Returns when the open window is over, null if there is none. */
    @Nullable Instant end() {
        return start == null ? null : start.plus(length);
    }

    /** Returns what the event of an invocation says of the window. */
    Window window(Batch batch) {
        Instant from = start == null ? Instant.EPOCH : start;
        boolean closing = batch.size() == 0;
        return new Window(from, from.plus(length), state, closing, closing && tooLarge);
    }

    void setState(String state) {
        this.state = state;
        tooLarge = state.getBytes(StandardCharsets.UTF_8).length > MAX_STATE_BYTES;
    }

    /**
     * Begins with a new state.
     *
     * @param early whether it is in the same window, as the state before was too large
     */
    void close(boolean early) {
        start = early ? start : null;
        setState(NO_STATE);
    }
}
