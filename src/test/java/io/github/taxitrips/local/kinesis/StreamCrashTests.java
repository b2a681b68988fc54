package io.github.taxitrips.local.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.local.base.ChildProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed with -9, again and again, while it takes records and keeps a reader's position. */
class StreamCrashTests {

    private static final int KILLS = 20;
    private static final int CALLERS = 3;
    private static final int CALL = 20;

    @TempDir
    Path folder;

    /**
     * Takes calls from several threads, and prints of each what was acknowledged: caller, number and sequence number of every
     * record. Another thread keeps how far it has read, and prints it.
     */
    static final class Taker {

        private Taker() {}

        public static void main(String[] args) throws InterruptedException {
            KinesisStreams streams = new KinesisStreams(Path.of(args[0]), false, InstantSource.system());
            KinesisStream stream = streams.provide(KinesisLab.settings(KinesisLab.STREAM, 2));
            int first = Integer.parseInt(args[1]);
            for (int caller = 0; caller < CALLERS; caller++) {
                String name = "c" + caller;
                new Thread(() -> take(stream, name, first)).start();
            }
            StreamShard shard = stream.shards().get(0);
            String position = stream.positions().get("reader", shard.id());
            while (true) {
                shard.awaitRecords(position, java.time.Duration.ofSeconds(1));
                for (StoredRecord record : shard.read(position, 10, 1 << 20)) {
                    position = record.sequenceNumber();
                    stream.positions().put("reader", shard.id(), position);
                    System.out.println("position " + position);
                }
            }
        }

        private static void take(KinesisStream stream, String caller, int first) {
            for (int number = first; ; number += CALL) {
                List<PutEntry> entries = new ArrayList<>();
                for (int i = 0; i < CALL; i++) {
                    String text = caller + " " + (number + i);
                    entries.add(new PutEntry(text, null, text.getBytes(StandardCharsets.UTF_8)));
                }
                StringBuilder lines = new StringBuilder();
                List<PutResult> results = stream.put(entries);
                for (int i = 0; i < CALL; i++) {
                    lines.append(
                            caller + " " + (number + i) + " " + results.get(i).sequenceNumber() + "\n");
                }
                System.out.print(lines);
            }
        }
    }

    @Test
    void whatWasAcknowledgedIsThereOnceAndInOrder() throws Exception {
        Random random = new Random(29);
        Path root = folder.resolve("streams");
        Map<String, String> acknowledged = new HashMap<>();
        String position = "";
        for (int kill = 0; kill < KILLS; kill++) {
            for (String line : killAfter(random.nextInt(300), root, kill * 10_000_000)) {
                int last = line.lastIndexOf(' ');
                if (line.startsWith("position ")) {
                    position = line.substring(last + 1);
                } else {
                    acknowledged.put(line.substring(0, last), line.substring(last + 1));
                }
            }
        }
        assertThat(acknowledged).hasSizeGreaterThan(KILLS * CALL);
        try (KinesisStreams streams = new KinesisStreams(root, false, InstantSource.system())) {
            KinesisStream stream = streams.stream(KinesisLab.STREAM);
            Map<String, String> found = new HashMap<>();
            for (StreamShard shard : stream.shards()) {
                List<String> numbers = new ArrayList<>();
                Map<String, Integer> lastOf = new HashMap<>();
                for (StoredRecord record : shard.read(null, Integer.MAX_VALUE, Long.MAX_VALUE)) {
                    String text = new String(record.data(), StandardCharsets.UTF_8);
                    numbers.add(record.sequenceNumber());
                    assertThat(found.put(text, record.sequenceNumber())).isNull();
                    assertThat(record.partitionKey()).isEqualTo(text);
                    int number = Integer.parseInt(text.substring(3));
                    Integer before = lastOf.put(text.substring(0, 2), number);
                    assertThat(before == null || before < number).isTrue();
                }
                assertThat(numbers).isSorted();
            }
            assertThat(found).containsAllEntriesOf(acknowledged);
            // Of each kill, a call of each caller may have been kept and not acknowledged.
            assertThat(found.size() - acknowledged.size()).isLessThanOrEqualTo(KILLS * CALLERS * CALL);
            String kept =
                    stream.positions().get("reader", stream.shards().get(0).id());
            assertThat(kept).isGreaterThanOrEqualTo(position);
        }
    }

    private List<String> killAfter(int millis, Path root, int first) throws Exception {
        try (ChildProcess process = new ChildProcess(
                Files.createDirectories(folder.resolve("process")),
                Taker.class,
                root.toString(),
                Integer.toString(first))) {
            process.awaitOutput();
            Thread.sleep(millis);
            return process.kill()
                    .filter(line -> line.startsWith("c") || line.startsWith("position"))
                    .toList();
        }
    }
}
