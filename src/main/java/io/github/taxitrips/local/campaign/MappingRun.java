package io.github.taxitrips.local.campaign;

import io.github.taxitrips.local.mapping.DiscardedBatch;
import io.github.taxitrips.local.mapping.EnvironmentPool;
import io.github.taxitrips.local.mapping.EventSourceMapping;
import io.github.taxitrips.local.mapping.ExecutionEnvironment;
import io.github.taxitrips.local.mapping.MappingSettings;
import io.github.taxitrips.local.mapping.MappingStatus;
import io.github.taxitrips.local.mapping.MappingStatus.ShardStatus;
import io.github.taxitrips.local.mapping.MemoryShard;
import io.github.taxitrips.local.mapping.Positions;
import io.github.taxitrips.local.mapping.Shard;
import io.github.taxitrips.local.mapping.Time;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Has the event source mapping take the stream of a row, as its trial says, to the end; and counts what it did. */
final class MappingRun {

    /** Share of invocations that go to the environment of any lane. */
    private static final double STRAYS = 0.05;

    private static final long LOOK_NANOS = 5_000_000;

    private final Trial trial;
    private final MappingSettings settings;
    private final Supplier<? extends ExecutionEnvironment> environments;
    private final Consumer<DiscardedBatch> onFailure;
    private final long seed;
    private final Positions positions = Positions.inMemory();
    private long invocations;
    private long failed;
    private long partial;
    private long discarded;
    private int started;

    /**
     * @param trial what is tried
     * @param settings the mapping's parameters
     * @param environments starts an environment
     * @param onFailure takes what is given up
     * @param seed seed of what becomes of environments
     */
    MappingRun(
            Trial trial,
            MappingSettings settings,
            Supplier<? extends ExecutionEnvironment> environments,
            Consumer<DiscardedBatch> onFailure,
            long seed) {
        this.trial = trial;
        this.settings = settings;
        this.environments = environments;
        this.onFailure = onFailure;
        this.seed = seed;
    }

    /** Time that begins at the end of the stream. */
    private record StreamTime(Instant streamEnd, long start) implements Time {

        @Override
        public Instant instant() {
            return streamEnd.plusNanos(System.nanoTime() - start);
        }

        @Override
        public <T> @Nullable T poll(BlockingQueue<T> queue, @Nullable Duration atMost) throws InterruptedException {
            return Time.SYSTEM.poll(queue, atMost);
        }
    }

    /**
     * Runs.
     *
     * @param folder takes a stream that is not in memory
     */
    void run(CampaignStream stream, Path folder) {
        if (trial == Trial.THROTTLED_STREAM) {
            try (ThrottledStream throttled = new ThrottledStream(stream, folder)) {
                live(stream, throttled.shards(), throttled::fill);
            }
            return;
        }
        if (trial.isLive()) {
            List<MemoryShard> shards = stream.emptyShards();
            live(stream, shards, () -> stream.trickle(shards));
            return;
        }
        try (EnvironmentPool pool = pool();
                EventSourceMapping mapping =
                        mapping(stream.shards(), pool, new StreamTime(stream.end(), System.nanoTime()))) {
            mapping.run();
            count(mapping, pool);
        }
    }

    private void live(CampaignStream stream, List<? extends Shard> shards, Runnable fill) {
        Thread producer = new Thread(fill, "producer");
        producer.setDaemon(true);
        producer.start();
        long records = stream.shards().stream()
                .mapToLong(shard -> shard.recordsAfter(null))
                .sum();
        for (int kill = trial.kills(); kill >= 0; kill--) {
            EnvironmentPool pool = pool();
            EventSourceMapping mapping = mapping(shards, pool, Time.SYSTEM);
            mapping.start();
            long left = records * kill / (trial.kills() + 1);
            while (records - done(mapping.status(), shards) > left) {
                LockSupport.parkNanos(LOOK_NANOS);
            }
            // A process that is killed loses its environments at once, and finishes nothing.
            pool.close();
            mapping.close(Duration.ZERO);
            count(mapping, pool);
        }
    }

    /** Returns how many records are before the checkpoints. */
    private static long done(MappingStatus status, List<? extends Shard> shards) {
        if (!status.living()) {
            throw new IllegalStateException("The event source mapping has ended: " + status.lastError());
        }
        long done = 0;
        for (Shard shard : shards) {
            ShardStatus reading = status.shards().stream()
                    .filter(candidate -> candidate.shardId().equals(shard.id()))
                    .findFirst()
                    .orElseThrow();
            done += reading.checkpoint() == null
                    ? 0
                    : shard.recordsAfter(null) - shard.recordsAfter(reading.checkpoint());
        }
        return done;
    }

    private EnvironmentPool pool() {
        return new EnvironmentPool(environments, STRAYS, trial.reclaimed(), seed);
    }

    private EventSourceMapping mapping(List<? extends Shard> shards, EnvironmentPool pool, Time time) {
        return new EventSourceMapping(settings, shards, positions, pool, time, onFailure, invocation -> {});
    }

    private void count(EventSourceMapping mapping, EnvironmentPool pool) {
        MappingStatus status = mapping.status();
        invocations += status.invocations();
        failed += status.failed();
        partial += status.partial();
        discarded += status.discardedRecords();
        started += pool.started();
    }

    /** Invocations of the function. */
    long invocations() {
        return invocations;
    }

    /** Invocations that failed as a whole. */
    long failed() {
        return failed;
    }

    /** Invocations that reported failures. */
    long partial() {
        return partial;
    }

    /** Records that the mapping says it has given up. */
    long discarded() {
        return discarded;
    }

    /** Environments that were started. */
    int environments() {
        return started;
    }
}
