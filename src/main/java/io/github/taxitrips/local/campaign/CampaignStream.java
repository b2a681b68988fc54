package io.github.taxitrips.local.campaign;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import io.github.taxitrips.intake.Rejection;
import io.github.taxitrips.intake.Rejection.Reason;
import io.github.taxitrips.local.mapping.MemoryShard;
import io.github.taxitrips.local.producer.KplRecordWriter;
import io.github.taxitrips.local.producer.TripGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The stream that every row of the campaign reads, with what is to become of each of its records. The same seed and
 * number of trips make the same stream.
 */
final class CampaignStream {

    private static final String STREAM_ARN = "arn:aws:kinesis:us-east-1:123456789012:stream/nyc-taxi-trips";
    private static final Instant ARRIVAL = Instant.parse("2026-11-22T10:20:30Z");

    /** Share of user records that are not clean. */
    private static final double POISON = 0.04;

    /** Share of Kinesis records that are aggregated ones, of up to 30 user records. */
    private static final double AGGREGATED = 0.02;

    private static final int MAX_USER_RECORDS = 30;

    /** Records that come to a shard at once. */
    private static final int AT_ONCE = 50;

    /** Of the largest kind of poison, 1 MB each, there is one in so many trips; the others come in turn. */
    private static final int TRIPS_PER_GIANT = 20_000;

    private static final List<Rejection> POISONS = Stream.concat(
                    TripGenerator.UNCLEAN.stream().filter(kind -> kind.reason() != Reason.TOO_LARGE),
                    TripGenerator.MISFITS.stream())
            .toList();

    /** A trip's id in the records of {@link TripGenerator}, to tell it from the others. */
    private final Map<String, byte[]> clean = new HashMap<>();

    /** The Kinesis record that carries it, by a trip's id. */
    private final Map<String, String> carriers = new HashMap<>();

    private final Map<PoisonId, String> poison = new HashMap<>();
    private final List<MemoryShard> shards;
    private final TripGenerator generator;
    private final Random random;
    private int poisons;
    private int others;
    private long arrived;

    /**
     * @param trips number of clean trips
     * @param shardCount number of shards
     * @param seed seed of everything
     */
    CampaignStream(int trips, int shardCount, long seed) {
        generator = new TripGenerator(seed);
        random = new Random(seed);
        shards = IntStream.range(0, shardCount)
                .mapToObj(number -> new MemoryShard(STREAM_ARN, number, () -> ARRIVAL.plusMillis(arrived++)))
                .toList();
        int giants = 0;
        while (clean.size() < trips) {
            if (giants <= clean.size() / TRIPS_PER_GIANT) {
                giants++;
                putPoison(Rejection.of(Reason.TOO_LARGE));
            } else if (random.nextDouble() < AGGREGATED) {
                putAggregated(Math.min(trips - clean.size(), 1 + random.nextInt(MAX_USER_RECORDS)));
            } else if (random.nextDouble() < POISON) {
                putPoison(nextPoison());
            } else {
                byte[] trip = generator.record();
                // The trip's id is its partition key, so that every lane of a shard gets its part.
                expect(put(TripLine.id(trip), trip), trip);
            }
        }
    }

    private void putPoison(Rejection kind) {
        byte[] data = generator.unclean(kind);
        expect(put(data), data, kind);
    }

    private void putAggregated(int size) {
        KplRecordWriter writer = new KplRecordWriter();
        List<byte[]> trips = new ArrayList<>();
        Map<Rejection, byte[]> unclean = new HashMap<>();
        for (int i = 0; i < size; i++) {
            Rejection kind = random.nextDouble() < POISON ? nextPoison() : null;
            byte[] data;
            // Of a kind there is one at most in a record, so that its quarantine lines can be told apart.
            if (kind != null && !unclean.containsKey(kind)) {
                data = generator.unclean(kind);
                unclean.put(kind, data);
            } else {
                data = generator.record();
                trips.add(data);
            }
            writer.add("key-" + random.nextInt(4), data);
        }
        byte[] record = writer.toBytes();
        if (random.nextDouble() < POISON) {
            // With a wrong checksum it cannot be unpacked.
            record[record.length - 1]++;
            expect(put(record), record, Rejection.of(Reason.BAD_AGGREGATE));
            return;
        }
        KinesisEventRecord carrier = put(record);
        trips.forEach(trip -> expect(carrier, trip));
        unclean.forEach((kind, data) -> expect(carrier, data, kind));
    }

    private Rejection nextPoison() {
        return POISONS.get(poisons++ % POISONS.size());
    }

    private KinesisEventRecord put(byte[] data) {
        return put("other-" + others++, data);
    }

    private KinesisEventRecord put(String partitionKey, byte[] data) {
        return shards.get(random.nextInt(shards.size())).put(partitionKey, data);
    }

    private void expect(KinesisEventRecord carrier, byte[] trip) {
        String id = TripLine.id(trip);
        clean.put(id, trip);
        carriers.put(id, carrier.getEventID());
    }

    private void expect(KinesisEventRecord carrier, byte[] data, Rejection kind) {
        poison.put(PoisonId.of(carrier.getEventID(), data), kind.toString());
    }

    /** The shards with the records in them, of which one has arrived each millisecond. */
    List<MemoryShard> shards() {
        return shards;
    }

    /** Returns when the next record would have arrived. */
    Instant end() {
        return ARRIVAL.plusMillis(arrived);
    }

    /** Returns the time in which they have arrived. */
    Duration span() {
        return Duration.ofMillis(arrived);
    }

    /** Returns the shards without the records, which {@link #trickle} puts into them. */
    List<MemoryShard> emptyShards() {
        return IntStream.range(0, shards.size())
                .mapToObj(number -> new MemoryShard(STREAM_ARN, number, Instant::now))
                .toList();
    }

    /** Puts the records into empty shards, some at a time; they get the sequence numbers that they have. */
    void trickle(List<MemoryShard> empty) {
        boolean more = true;
        while (more) {
            more = false;
            for (int i = 0; i < shards.size(); i++) {
                MemoryShard to = empty.get(i);
                List<KinesisEventRecord> next = shards.get(i).read(to.last(), AT_ONCE);
                next.forEach(record -> to.put(
                        record.getKinesis().getPartitionKey(),
                        record.getKinesis().getData().array()));
                more |= !next.isEmpty();
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** The clean trips as they have to arrive, by their ids. */
    Map<String, byte[]> clean() {
        return clean;
    }

    /** The ids of the events that carry the clean trips, by the ids of these. */
    Map<String, String> carriers() {
        return carriers;
    }

    /** The reasons for which the other records have to be rejected. */
    Map<PoisonId, String> poison() {
        return poison;
    }
}
