package io.github.taxitrips.local;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import io.github.taxitrips.local.kinesis.KinesisStream;
import io.github.taxitrips.local.kinesis.StreamShard;
import io.github.taxitrips.local.mapping.KinesisRecords;
import io.github.taxitrips.local.mapping.Positions;
import io.github.taxitrips.local.mapping.Shard;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A shard of the embedded Kinesis as an event source mapping reads it. */
public final class StreamedShard implements Shard {

    /** As much as the service sends at a time: Kinesis Data Streams API Reference, GetRecords. */
    private static final long MAX_BYTES = 10L * 1024 * 1024;

    private final KinesisStream stream;
    private final StreamShard shard;

    /** A shard of a stream. */
    public StreamedShard(KinesisStream stream, StreamShard shard) {
        this.stream = stream;
        this.shard = shard;
    }

    @Override
    public String id() {
        return shard.id();
    }

    @Override
    public List<KinesisEventRecord> read(@Nullable String after, int limit) {
        return shard.read(after, limit, MAX_BYTES).stream()
                .map(record -> KinesisRecords.of(
                        stream.arn(),
                        shard.id(),
                        record.sequenceNumber(),
                        record.partitionKey(),
                        record.data(),
                        record.arrival()))
                .toList();
    }

    @Override
    public long recordsAfter(@Nullable String after) {
        return shard.recordsAfter(after);
    }

    @Override
    public String last() {
        return shard.positionAtLatest();
    }

    @Override
    public String lastBefore(Instant time) {
        return shard.positionAt(time);
    }

    @Override
    public boolean awaitRecords(@Nullable String after, Duration atMost) throws InterruptedException {
        return shard.awaitRecords(after, atMost);
    }

    /** Returns the positions of a reader of a stream, which last as long as its records do. */
    static Positions positions(KinesisStream stream, String reader) {
        return new Positions() {
            @Override
            public @Nullable String get(String shardId) {
                return stream.positions().get(reader, shardId);
            }

            @Override
            public void put(String shardId, String position) {
                stream.positions().put(reader, shardId, position);
            }
        };
    }
}
