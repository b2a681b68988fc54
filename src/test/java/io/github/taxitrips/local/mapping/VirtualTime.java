package io.github.taxitrips.local.mapping;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/** Time that passes when it is waited for. Safe for use by several threads. */
final class VirtualTime implements Time {

    private volatile Instant now = Instant.parse("2026-11-22T10:20:30Z");

    @Override
    public Instant instant() {
        return now;
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    @Override
    public <T> @Nullable T poll(BlockingQueue<T> queue, @Nullable Duration atMost) throws InterruptedException {
        T next = queue.poll();
        if (next == null && atMost == null) {
            return queue.take();
        }
        if (next == null) {
            pass(atMost);
        }
        return next;
    }
}
