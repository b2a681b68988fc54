package io.github.taxitrips.local.producer;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** When each record is due. */
final class Pace {

    private static final double SECOND = 1e9;

    private final double rate;
    private final double speedUp;
    private final long start;
    private long records;
    private @Nullable Instant first;

    /**
     * @param rate records a second, 0 for as many as go
     * @param speedUp how much faster than in the records' own times, 0 for regardless of them
     * @param start the time of the first record, as {@link System#nanoTime} tells it
     */
    Pace(double rate, double speedUp, long start) {
        this.rate = rate;
        this.speedUp = speedUp;
        this.start = start;
    }

    /**
     * Returns when the next record is due.
     *
     * @param time its own time, null if it has none
     */
    long next(@Nullable Instant time) {
        double due = rate > 0 ? records++ / rate * SECOND : 0;
        if (speedUp > 0 && time != null) {
            if (first == null) {
                first = time;
            }
            due = Math.max(due, Duration.between(first, time).toNanos() / speedUp);
        }
        return start + (long) due;
    }
}
