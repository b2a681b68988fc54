package io.github.taxitrips.local.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.local.kinesis.KinesisLab.SetClock;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.springframework.util.FileSystemUtils;

/** Puts, reads, waits and restarts by chance come to what a list in memory comes to. */
class StreamProperties {

    private static final int SHARDS = 3;
    private static final Duration RETENTION = Duration.ofHours(24);

    /** A record that is expected. */
    private record Expected(String sequenceNumber, Instant arrival, int number) {}

    private final SetClock clock = new SetClock();
    private final List<List<Expected>> model = new ArrayList<>();
    private KinesisStreams streams;
    private int puts;

    @Property(tries = 40)
    void aStreamIsAsAListInMemory(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        Path folder = Files.createTempDirectory("stream-properties");
        model.clear();
        for (int shard = 0; shard < SHARDS; shard++) {
            model.add(new ArrayList<>());
        }
        try {
            open(folder);
            for (int step = 0; step < 120; step++) {
                switch (random.nextInt(8)) {
                    case 0 -> {
                        streams.close();
                        open(folder);
                    }
                    case 1 -> clock.advance(Duration.ofMinutes(random.nextInt(300)));
                    case 2 -> streams.trim();
                    case 3, 4 -> put(random);
                    default -> read(random);
                }
            }
        } finally {
            streams.close();
            FileSystemUtils.deleteRecursively(folder);
        }
    }

    private void open(Path folder) {
        streams = new KinesisStreams(folder, false, clock);
        streams.provide(new StreamSettings("s", SHARDS, RETENTION, 1_024, false));
    }

    private void put(Random random) {
        List<PutEntry> entries = new ArrayList<>();
        int first = puts;
        for (int i = 1 + random.nextInt(40); i > 0; i--) {
            // Now and then so large that files fill up.
            byte[] data = new byte[random.nextInt(20) == 0 ? 900_000 : 4 + random.nextInt(2_000)];
            ByteBuffer.wrap(data).putInt(puts++);
            entries.add(new PutEntry("key" + random.nextInt(50), null, data));
        }
        List<PutResult> results = streams.stream("s").put(entries);
        for (int i = 0; i < results.size(); i++) {
            PutResult result = results.get(i);
            int shard = Integer.parseInt(result.shardId().substring("shardId-".length()));
            assertThat(shard)
                    .isEqualTo(HashRanges.hash(entries.get(i).partitionKey())
                            .shiftRight(64)
                            .multiply(BigInteger.valueOf(SHARDS))
                            .shiftRight(64)
                            .intValue());
            model.get(shard).add(new Expected(result.sequenceNumber(), clock.instant(), first + i));
        }
    }

    private void read(Random random) {
        int number = random.nextInt(SHARDS);
        StreamShard shard = streams.stream("s").shards().get(number);
        List<Expected> all = model.get(number);
        Instant oldest = clock.instant().minus(RETENTION);
        int limit = 1 + random.nextInt(30);
        String position;
        int from;
        if (all.isEmpty() || random.nextBoolean()) {
            Instant time = all.isEmpty() || random.nextInt(3) == 0
                    ? Instant.EPOCH
                    : all.get(random.nextInt(all.size())).arrival();
            position = shard.positionAt(time);
            from = (int) all.stream()
                    .filter(record -> record.arrival().isBefore(time))
                    .count();
        } else {
            int at = random.nextInt(all.size());
            position = all.get(at).sequenceNumber();
            from = at + 1;
        }
        List<Expected> expected = all.subList(from, all.size()).stream()
                .filter(record -> !record.arrival().isBefore(oldest))
                .toList();
        assertThat(shard.recordsAfter(position)).isEqualTo(expected.size());
        assertThat(shard.read(position, limit, Long.MAX_VALUE))
                .extracting(record -> new Expected(
                        record.sequenceNumber(),
                        record.arrival(),
                        ByteBuffer.wrap(record.data()).getInt()))
                .isEqualTo(expected.subList(0, Math.min(limit, expected.size())));
    }
}
