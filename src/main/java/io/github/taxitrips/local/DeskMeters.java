package io.github.taxitrips.local;

import io.github.taxitrips.local.lake.Lake;
import io.github.taxitrips.local.lake.LakeStatus;
import io.github.taxitrips.local.lake.LakeStatus.StreamStatus;
import io.github.taxitrips.local.mapping.EventSourceMapping;
import io.github.taxitrips.local.mapping.MappingStatus;
import io.github.taxitrips.local.mapping.MappingStatus.ShardStatus;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * What the event source mapping and the lake say of themselves as meters, {@code taxi.trips.mapping.*} and {@code
 * taxi.trips.lake.*}.
 */
final class DeskMeters implements MeterBinder {

    private static final String MAPPING = Meters.PREFIX + "mapping.";
    private static final String LAKE = Meters.PREFIX + "lake.";

    private final Supplier<MappingStatus> mapping;
    private final Supplier<LakeStatus> lake;

    /** A status that is asked for once for all the meters of a scrape. */
    private static final class Remembered<T> implements Supplier<T> {

        private static final long NANOS = TimeUnit.MILLISECONDS.toNanos(100);

        private final Supplier<T> source;
        private T value;
        private long taken;

        Remembered(Supplier<T> source) {
            this.source = source;
            this.value = source.get();
            this.taken = System.nanoTime();
        }

        @Override
        public synchronized T get() {
            if (System.nanoTime() - taken > NANOS) {
                value = source.get();
                taken = System.nanoTime();
            }
            return value;
        }
    }

    DeskMeters(EventSourceMapping mapping, Lake lake) {
        this.mapping = new Remembered<>(mapping::status);
        this.lake = new Remembered<>(lake::status);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        count(registry, "invocations", MappingStatus::invocations);
        count(registry, "failed", MappingStatus::failed);
        count(registry, "partial", MappingStatus::partial);
        count(registry, "discarded.batches", MappingStatus::discardedBatches);
        count(registry, "discarded.records", MappingStatus::discardedRecords);
        Gauge.builder(MAPPING + "under.way", () -> mapping.get().underWay()).register(registry);
        List<ShardStatus> shards = mapping.get().shards();
        for (int i = 0; i < shards.size(); i++) {
            int shard = i;
            String id = shards.get(i).shardId();
            Gauge.builder(
                            MAPPING + "waiting",
                            () -> mapping.get().shards().get(shard).waiting())
                    .tag("shard", id)
                    .register(registry);
            TimeGauge.builder(
                            MAPPING + "age",
                            () -> mapping.get().shards().get(shard).age().toMillis(),
                            TimeUnit.MILLISECONDS)
                    .tag("shard", id)
                    .register(registry);
        }
        List<StreamStatus> streams = lake.get().streams();
        for (int i = 0; i < streams.size(); i++) {
            int stream = i;
            String name = streams.get(i).name();
            Gauge.builder(
                            LAKE + "unwritten",
                            () -> lake.get().streams().get(stream).unwritten())
                    .tag("stream", name)
                    .register(registry);
            TimeGauge.builder(
                            LAKE + "freshness",
                            () -> lake.get().streams().get(stream).freshness().toMillis(),
                            TimeUnit.MILLISECONDS)
                    .tag("stream", name)
                    .register(registry);
            FunctionCounter.builder(
                            LAKE + "failed.conversions",
                            lake,
                            status -> status.get().streams().get(stream).failedConversions())
                    .tag("stream", name)
                    .register(registry);
        }
    }

    private void count(MeterRegistry registry, String name, ToDoubleFunction<MappingStatus> value) {
        FunctionCounter.builder(MAPPING + name, mapping, status -> value.applyAsDouble(status.get()))
                .register(registry);
    }
}
