package io.github.taxitrips.local.mapping;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Waits for new records of a shard in a thread of its own, when it is told to, and tells once there are any. */
final class ShardWatch implements AutoCloseable {

    private static final Duration LONG = Duration.ofMinutes(1);

    /** Lets some more records come, for each call by itself would have the shard read for few. */
    private static final Duration LINGER = Duration.ofMillis(20);

    /** After a failure, so that one that stays is not met again and again without end. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Shard shard;
    private final Runnable onRecords;
    private final BlockingQueue<Optional<String>> orders = new ArrayBlockingQueue<>(1);
    private final AtomicBoolean waiting = new AtomicBoolean();
    private final Thread thread;

    /** @param onRecords called in the watch's thread when there are records */
    ShardWatch(Shard shard, Runnable onRecords) {
        this.shard = shard;
        this.onRecords = onRecords;
        this.thread = new Thread(this::watch, "watch-" + shard.id());
        thread.setDaemon(true);
        thread.start();
    }

    /** Begins to wait for records after a sequence number, unless it waits already. */
    void waitFor(@Nullable String after) {
        if (waiting.compareAndSet(false, true)) {
            orders.add(Optional.ofNullable(after));
        }
    }

    private void watch() {
        try {
            while (true) {
                String after = orders.take().orElse(null);
                awaitRecords(after);
                Thread.sleep(LINGER.toMillis());
                waiting.set(false);
                onRecords.run();
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    private void awaitRecords(@Nullable String after) throws InterruptedException {
        try {
            while (!shard.awaitRecords(after, LONG)) {
                // as long as it takes
            }
        } catch (RuntimeException e) {
            // What is wrong shows when the shard is read.
            Thread.sleep(PAUSE.toMillis());
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
