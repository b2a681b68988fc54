package io.github.taxitrips.local.mapping;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What time it is, and how it passes. */
public interface Time extends InstantSource {

    /** The time of the system. */
    Time SYSTEM = new Time() {

        @Override
        public Instant instant() {
            return Instant.now();
        }

        @Override
        public <T> @Nullable T poll(BlockingQueue<T> queue, @Nullable Duration atMost) throws InterruptedException {
            return atMost == null ? queue.take() : queue.poll(atMost.toNanos(), TimeUnit.NANOSECONDS);
        }
    };

    /**
     * Waits for the next element of a queue.
     *
     * @param atMost how long to wait, null for as long as it takes
     * @return the element, null if none came in that time
     */
    <T> @Nullable T poll(BlockingQueue<T> queue, @Nullable Duration atMost) throws InterruptedException;
}
