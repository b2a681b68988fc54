package io.github.taxitrips.local.mapping;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** Time that passes when it is waited for, and what happens then. Safe for use by several threads. */
final class VirtualTime implements Time {

    static final Instant START = Instant.parse("2026-11-22T10:20:30Z");

    private final ConcurrentSkipListMap<Instant, Runnable> events = new ConcurrentSkipListMap<>();
    private volatile Instant now = START;

    @Override
    public Instant instant() {
        return now;
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    /** Has something happen so many seconds after the start, when that is waited for. */
    void at(long second, Runnable event) {
        events.put(START.plusSeconds(second), event);
    }

    /** Returns the seconds since the start. */
    long second() {
        return Duration.between(START, now).toSeconds();
    }

    @Override
    public <T> @Nullable T poll(BlockingQueue<T> queue, @Nullable Duration atMost) throws InterruptedException {
        T next = queue.poll();
        if (next == null && atMost == null) {
            return queue.take();
        }
        if (next == null) {
            Instant end = now.plus(atMost);
            Map.Entry<Instant, Runnable> event = events.firstEntry();
            if (event != null && !event.getKey().isAfter(end)) {
                events.remove(event.getKey());
                now = event.getKey();
                event.getValue().run();
            } else {
                now = end;
            }
        }
        return next;
    }
}
