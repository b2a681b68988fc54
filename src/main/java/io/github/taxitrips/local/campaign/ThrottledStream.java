package io.github.taxitrips.local.campaign;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import io.github.taxitrips.local.StreamedShard;
import io.github.taxitrips.local.aws.AwsEndpoint;
import io.github.taxitrips.local.aws.Faults;
import io.github.taxitrips.local.kinesis.KinesisApi;
import io.github.taxitrips.local.kinesis.KinesisStream;
import io.github.taxitrips.local.kinesis.KinesisStreams;
import io.github.taxitrips.local.kinesis.StreamSettings;
import io.github.taxitrips.local.mapping.Shard;
import io.github.taxitrips.local.producer.Destination;
import io.github.taxitrips.local.producer.Producer;
import io.github.taxitrips.local.producer.RecordSource;
import io.github.taxitrips.local.producer.TripGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * The campaign's records in a stream on the disk, put there by the producer through the SDK's own client while the endpoint throttles records
 * and fails calls. Its records are read with the ids that they were planned with, by their partition keys.
 */
final class ThrottledStream implements AutoCloseable {

    private static final Faults THROTTLING = Faults.none().withKinesis(Faults.Calls.failing(0.2, 0.1));
    private static final String NAME = "campaign";
    private static final int CONCURRENT_CALLS = 2;

    private final CampaignStream plan;
    private final Map<String, String> ids = new HashMap<>();
    private final KinesisStreams streams;
    private final KinesisStream stream;
    private final AwsEndpoint endpoint;

    /**
     * @param plan the records
     * @param folder takes the stream
     */
    ThrottledStream(CampaignStream plan, Path folder) {
        this.plan = plan;
        records().forEachRemaining(record -> ids.put(record.getKinesis().getPartitionKey(), record.getEventID()));
        streams = new KinesisStreams(folder, false, InstantSource.system());
        stream = streams.create(new StreamSettings(NAME, plan.shards().size(), Duration.ofDays(1), 1_024, false));
        endpoint = new AwsEndpoint(0, THROTTLING, new KinesisApi(streams, InstantSource.system()));
    }

    private Iterator<KinesisEventRecord> records() {
        return plan.shards().stream()
                .flatMap(shard -> shard.read(null, Integer.MAX_VALUE).stream())
                .iterator();
    }

    /** Puts all records, until each is taken. */
    void fill() {
        Iterator<KinesisEventRecord> records = records();
        RecordSource source = new RecordSource() {
            @Override
            public @Nullable Item next() {
                if (!records.hasNext()) {
                    return null;
                }
                KinesisEventRecord record = records.next();
                return new Item(
                        record.getKinesis().getData().array(),
                        record.getKinesis().getPartitionKey());
            }

            @Override
            public Progress progress() {
                return new Progress(0, -1);
            }
        };
        Producer.Settings settings = new Producer.Settings(NAME, 0, 0, false, CONCURRENT_CALLS, 0);
        try (KinesisClient client = new Destination(endpoint.uri()).client()) {
            new Producer(client, TripGenerator.TABLE, settings).run(source);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns the shards, which fill. */
    List<Shard> shards() {
        return stream.shards().stream()
                .<Shard>map(shard -> new Planned(new StreamedShard(stream, shard), ids))
                .toList();
    }

    @Override
    public void close() {
        endpoint.close();
        streams.close();
    }

    /** A shard whose records have the ids that they were planned with. */
    private record Planned(Shard shard, Map<String, String> ids) implements Shard {

        @Override
        public String id() {
            return shard.id();
        }

        @Override
        public List<KinesisEventRecord> read(@Nullable String after, int limit) {
            List<KinesisEventRecord> records = shard.read(after, limit);
            records.forEach(
                    record -> record.setEventID(ids.get(record.getKinesis().getPartitionKey())));
            return records;
        }

        @Override
        public long recordsAfter(@Nullable String after) {
            return shard.recordsAfter(after);
        }

        @Override
        public @Nullable String last() {
            return shard.last();
        }

        @Override
        public @Nullable String lastBefore(Instant time) {
            return shard.lastBefore(time);
        }

        @Override
        public boolean awaitRecords(@Nullable String after, Duration atMost) throws InterruptedException {
            return shard.awaitRecords(after, atMost);
        }
    }
}
