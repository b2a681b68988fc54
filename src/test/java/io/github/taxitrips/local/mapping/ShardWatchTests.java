package io.github.taxitrips.local.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ShardWatchTests {

    /** A shard of a stream that was deleted. */
    private static final class Deleted implements Shard {

        private final BlockingQueue<Long> asked = new LinkedBlockingQueue<>();

        @Override
        public String id() {
            return "shardId-000000000000";
        }

        @Override
        public List<KinesisEventRecord> read(@Nullable String after, int limit) {
            return List.of();
        }

        @Override
        public long recordsAfter(@Nullable String after) {
            return 0;
        }

        @Override
        public @Nullable String last() {
            return null;
        }

        @Override
        public @Nullable String lastBefore(Instant time) {
            return null;
        }

        @Override
        public boolean awaitRecords(@Nullable String after, Duration atMost) {
            asked.add(System.nanoTime());
            throw new IllegalStateException("The stream is closed");
        }
    }

    /** The mapping has it wait again as soon as it has told. */
    @Test
    @Timeout(60)
    void failureThatStaysIsNotMetManyTimesASecond() throws InterruptedException {
        Deleted shard = new Deleted();
        AtomicReference<ShardWatch> watch = new AtomicReference<>();
        watch.set(new ShardWatch(shard, () -> watch.get().waitFor(null)));
        try (ShardWatch closed = watch.get()) {
            closed.waitFor(null);
            long first = shard.asked.take();
            assertThat(shard.asked.take() - first)
                    .isGreaterThanOrEqualTo(Duration.ofSeconds(1).toNanos());
        }
    }
}
