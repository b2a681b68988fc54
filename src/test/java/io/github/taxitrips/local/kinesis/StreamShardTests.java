package io.github.taxitrips.local.kinesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.taxitrips.local.kinesis.KinesisLab.SetClock;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.FileSystemUtils;

/** What is on the disk, and what comes of it when it is cut, damaged, deleted or full. */
class StreamShardTests {

    private static final int MIB = 1 << 20;
    private static final String STREAM = KinesisLab.STREAM;

    private final SetClock clock = new SetClock();

    @TempDir
    Path folder;

    private KinesisStreams open() {
        KinesisStreams streams = new KinesisStreams(folder.resolve("streams"), false, clock);
        streams.provide(KinesisLab.settings(STREAM, 1));
        return streams;
    }

    private static StreamShard shard(KinesisStreams streams) {
        return streams.stream(STREAM).shards().get(0);
    }

    private static String put(KinesisStreams streams, String text) {
        return put(streams, text.getBytes(StandardCharsets.UTF_8));
    }

    private static String put(KinesisStreams streams, byte[] data) {
        PutResult result = streams.stream(STREAM).put("key", null, data);
        assertThat(result.errorMessage()).isNull();
        return result.sequenceNumber();
    }

    private static List<String> texts(StreamShard shard) {
        return shard.read(null, 1_000, 64 * MIB).stream()
                .map(record -> new String(record.data(), StandardCharsets.UTF_8))
                .toList();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("streams/" + STREAM + "/shardId-000000000000"))) {
            return files.sorted().toList();
        }
    }

    @Test
    void sequenceNumbersGoOnRisingAfterARestart() {
        List<String> numbers = new ArrayList<>();
        for (int start = 0; start < 3; start++) {
            try (KinesisStreams streams = open()) {
                assertThat(shard(streams).read(null, 100, MIB))
                        .extracting(StoredRecord::sequenceNumber)
                        .isEqualTo(numbers);
                numbers.add(put(streams, "a"));
                numbers.add(put(streams, "b"));
                assertThat(shard(streams).positionAtLatest()).isEqualTo(numbers.get(numbers.size() - 1));
            }
            // Whatever the clock does.
            clock.advance(Duration.ofHours(-1));
        }
        assertThat(numbers).isSorted().doesNotHaveDuplicates().allMatch(number -> number.matches("49[0-9]{54}"));
    }

    @Test
    void positionsAreAtBothEndsAndAtATime() {
        try (KinesisStreams streams = open()) {
            StreamShard shard = shard(streams);
            assertThat(shard.recordsAfter(null)).isZero();
            assertThat(shard.recordsAfter(shard.positionAtLatest())).isZero();
            put(streams, "a");
            clock.advance(Duration.ofSeconds(1));
            Instant second = clock.instant();
            String latest = shard.positionAtLatest();
            put(streams, "b");
            put(streams, "c");

            assertThat(shard.recordsAfter(null)).isEqualTo(3);
            assertThat(shard.recordsAfter(latest)).isEqualTo(2);
            assertThat(shard.recordsAfter(shard.positionAtTrimHorizon())).isEqualTo(3);
            assertThat(shard.recordsAfter(shard.positionAt(second))).isEqualTo(2);
            assertThat(shard.recordsAfter(shard.positionAt(second.plusMillis(1))))
                    .isZero();
            assertThat(shard.read(latest, 1, MIB)).singleElement().satisfies(record -> {
                assertThat(record.data()).asString().isEqualTo("b");
                assertThat(record.arrival()).isEqualTo(second);
            });
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> shard.read("5", 1, MIB))
                    .withMessageContaining("There is no sequence number 5 in shardId-000000000000 of input-stream");
        }
    }

    @Test
    void aReaderIsWokenByTheNextRecordAndByTheEnd() throws Exception {
        CompletableFuture<Boolean> last;
        try (KinesisStreams streams = open()) {
            StreamShard shard = shard(streams);
            String position = shard.positionAtLatest();
            assertThat(shard.awaitRecords(position, Duration.ofMillis(1))).isFalse();
            CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(() -> waits(shard, position));
            put(streams, "a");
            assertThat(waiting.get()).isTrue();
            assertThat(shard.awaitRecords(null, Duration.ZERO)).isTrue();

            last = CompletableFuture.supplyAsync(() -> waits(shard, shard.positionAtLatest()));
        }
        assertThat(last)
                .failsWithin(Duration.ofMinutes(1))
                .withThrowableThat()
                .withMessageContaining("The stream input-stream is closed");
    }

    @Test
    void whatIsGoneIsNotWaitedFor() throws Exception {
        try (KinesisStreams streams = open()) {
            StreamShard shard = shard(streams);
            String first = put(streams, "first");
            put(streams, "second");
            assertThat(shard.awaitRecords(first, Duration.ZERO)).isTrue();
            clock.advance(Duration.ofHours(25));
            assertThat(shard.awaitRecords(null, Duration.ZERO))
                    .as("past the retention")
                    .isFalse();
            assertThat(shard.awaitRecords(first, Duration.ZERO))
                    .as("past the retention")
                    .isFalse();
            put(streams, "third");
            assertThat(shard.awaitRecords(first, Duration.ZERO)).isTrue();
            FileSystemUtils.deleteRecursively(folder.resolve("streams").toFile());
            assertThat(shard.awaitRecords(first, Duration.ZERO)).as("deleted").isFalse();
            put(streams, "fourth");
            assertThat(shard.awaitRecords(first, Duration.ZERO)).isTrue();
        }
    }

    private static boolean waits(StreamShard shard, String position) {
        try {
            return shard.awaitRecords(position, Duration.ofMinutes(5));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whatIsPastItsRetentionIsNotReadAndItsFilesAreDropped() throws IOException {
        try (KinesisStreams streams = open()) {
            StreamShard shard = shard(streams);
            for (int i = 0; i < 70; i++) {
                put(streams, new byte[MIB - 3]);
                clock.advance(Duration.ofMinutes(1));
            }
            assertThat(files()).hasSize(3);
            // The first 40 minutes are over.
            clock.advance(Duration.ofHours(24).minusMinutes(30));

            assertThat(shard.recordsAfter(null)).isEqualTo(30);
            assertThat(shard.read(null, 100, 100L * MIB)).hasSize(30);
            assertThat(files()).hasSize(3);
            streams.trim();
            assertThat(files()).hasSize(2);
            assertThat(shard.read(null, 100, 100L * MIB)).hasSize(30);

            String last = put(streams, "last");
            clock.advance(Duration.ofHours(25));
            streams.trim();
            assertThat(files()).singleElement().satisfies(file -> assertThat(file)
                    .isEmptyFile());
            assertThat(shard.recordsAfter(null)).isZero();
            assertThat(put(streams, "next")).isGreaterThan(last);
        }
        try (KinesisStreams streams = open()) {
            assertThat(texts(shard(streams))).containsExactly("next");
        }
    }

    /** A frame of a call that was cut at any byte was not answered. */
    @Test
    void aTornTailIsLeftOut() throws IOException {
        try (KinesisStreams streams = open()) {
            put(streams, "first");
            put(streams, "second");
        }
        Path file = files().get(0);
        byte[] whole = Files.readAllBytes(file);
        int frame = whole.length - (whole.length - "second".length() + "first".length()) / 2 - 1;
        for (int length = whole.length - 1; length > frame; length--) {
            Files.write(file, Arrays.copyOf(whole, length));
            try (KinesisStreams streams = open()) {
                assertThat(texts(shard(streams))).containsExactly("first");
                put(streams, "third");
                assertThat(texts(shard(streams))).containsExactly("first", "third");
            }
        }
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void whatIsDamagedIsLeftOutAndToldOf(CapturedOutput output) throws IOException {
        List<String> numbers = new ArrayList<>();
        try (KinesisStreams streams = open()) {
            for (int i = 0; i < 100; i++) {
                numbers.add(put(streams, "record " + i));
            }
        }
        Path file = files().get(0);
        int frame = (int) (Files.size(file) / 100);
        try (RandomAccessFile damaged = new RandomAccessFile(file.toFile(), "rw")) {
            damaged.seek(10L * frame + 3); // a length
            damaged.write(0x7F);
            damaged.seek(50L * frame); // two frames and a half
            damaged.write(new byte[frame * 5 / 2]);
        }
        try (KinesisStreams streams = open()) {
            List<StoredRecord> read = shard(streams).read(null, 1_000, MIB);
            List<String> left = new ArrayList<>(numbers);
            List<String> readNumbers =
                    read.stream().map(StoredRecord::sequenceNumber).toList();
            left.removeAll(readNumbers);
            assertThat(readNumbers).isSubsetOf(numbers).isSorted();
            assertThat(left).hasSizeBetween(4, 6);
            assertThat(output).contains(file + " is damaged from byte").contains("of the shard are lost");
            assertThat(put(streams, "next")).isGreaterThan(numbers.get(99));
        }
    }

    @Test
    void aFolderThatIsDeletedIsMadeAnew() {
        try (KinesisStreams streams = open()) {
            put(streams, "gone");
            streams.stream(STREAM).positions().put("reader", "shardId-000000000000", "5");
            FileSystemUtils.deleteRecursively(folder.resolve("streams").toFile());
            assertThat(texts(shard(streams))).isEmpty();

            put(streams, "kept");
            streams.stream(STREAM).positions().put("reader", "shardId-000000000000", "6");
            assertThat(texts(shard(streams))).containsExactly("kept");
        }
        try (KinesisStreams streams = open()) {
            assertThat(texts(shard(streams))).containsExactly("kept");
            assertThat(streams.stream(STREAM).positions().get("reader", "shardId-000000000000"))
                    .isEqualTo("6");
        }
    }

    @Test
    void anInterruptedReaderOrWriterClosesNothing() {
        try (KinesisStreams streams = open()) {
            put(streams, "a");
            Thread.currentThread().interrupt();
            put(streams, "b");
            assertThat(texts(shard(streams))).containsExactly("a", "b");
            assertThat(Thread.interrupted()).isTrue();
            put(streams, "c");
            assertThat(texts(shard(streams))).containsExactly("a", "b", "c");
        }
    }

    @Test
    void anotherNumberOfShardsIsRefusedAndAnotherRetentionIsTaken() {
        try (KinesisStreams streams = open()) {
            put(streams, "a");
            assertThatIllegalStateException()
                    .isThrownBy(() -> streams.provide(KinesisLab.settings(STREAM, 3)))
                    .withMessageContaining("has 1 shards, and not 3")
                    .withMessageContaining("taxi-trips.local.stream.shards");
            streams.provide(new StreamSettings(STREAM, 1, Duration.ofDays(2), 1_024, false));
            clock.advance(Duration.ofHours(25));
            assertThat(texts(shard(streams))).containsExactly("a");
        }
    }

    @Test
    void aSecondProcessIsToldOfTheFirst() {
        try (KinesisStreams streams = open()) {
            assertThat(streams.all()).hasSize(1);
            assertThatIllegalStateException()
                    .isThrownBy(() -> new KinesisStreams(folder.resolve("streams"), false, clock))
                    .withMessageContaining(
                            "is in use by process " + ProcessHandle.current().pid())
                    .withMessageContaining("taxi-trips.local.stream.folder");
        }
    }

    @Test
    void severalWritersAndReadersSeeEachRecordOnceAndInOrder() {
        try (KinesisStreams streams = open()) {
            List<CompletableFuture<Void>> writers = IntStream.range(0, 4)
                    .mapToObj(writer -> CompletableFuture.runAsync(() -> {
                        for (int i = 0; i < 500; i++) {
                            put(streams, new byte[20_000]);
                        }
                    }))
                    .toList();
            List<String> seen = new ArrayList<>();
            await().untilAsserted(() -> {
                String position = seen.isEmpty() ? null : seen.get(seen.size() - 1);
                shard(streams).read(position, 1_000, 64 * MIB).forEach(record -> seen.add(record.sequenceNumber()));
                assertThat(seen).hasSize(2_000);
            });
            writers.forEach(CompletableFuture::join);
            assertThat(seen).isSorted().doesNotHaveDuplicates();
        }
    }

    @Test
    void aFolderThatCannotBeReadIsToldOfWithARemedy() throws IOException {
        Path description = folder.resolve("streams/" + STREAM + "/stream.json");
        Files.createDirectories(description.getParent());
        Files.writeString(description, "{");
        assertThatThrownBy(this::open)
                .hasMessageContaining("stream.json does not say what the stream is")
                .hasMessageContaining("taxi-trips.local.stream.folder");
    }

    /** Puts records until there is no room, and prints how many were kept. */
    static final class Filler {

        private Filler() {}

        public static void main(String[] args) {
            try (KinesisStreams streams = new KinesisStreams(Path.of(args[0]), false, Instant::now)) {
                KinesisStream stream = streams.provide(KinesisLab.settings(STREAM, 1));
                int kept = 0;
                while (stream.put("key", null, new byte[1_000]).errorCode() == null) {
                    kept++;
                }
                PutResult refused = stream.put("key", null, new byte[1_000]);
                int small = 0;
                while (stream.put("key", null, new byte[1]).errorCode() == null) {
                    small++;
                }
                System.out.println(kept + " " + small + " " + refused.errorCode() + " " + refused.errorMessage());
            }
        }
    }

    /** A limit on the size of files is as a full disk is: a write that is cut short, and refused. */
    @Test
    void whatHasNoRoomIsRefusedAndWhatWasKeptStays() throws Exception {
        Path output = folder.resolve("output");
        Process filler = new ProcessBuilder(
                        "sh",
                        "-c",
                        "ulimit -f 100 && exec \"$@\"",
                        "sh",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:-UsePerfData",
                        "-Dlogging.level.root=off",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Filler.class.getName(),
                        folder.resolve("streams").toString())
                .redirectOutput(folder.resolve("log").toFile())
                .redirectError(folder.resolve("error").toFile())
                .start();
        assertThat(filler.waitFor())
                .as(Files.readString(folder.resolve("error")))
                .isZero();
        String told = Files.readString(folder.resolve("log"))
                .lines()
                .reduce((a, b) -> b)
                .orElseThrow();
        assertThat(told).matches("\\d+ \\d+ InternalFailure Nothing was stored: .*");
        String[] words = told.split(" ", 3);
        int kept = Integer.parseInt(words[0]) + Integer.parseInt(words[1]);
        assertThat(Integer.parseInt(words[0])).isBetween(40, 110);
        assertThat(output).doesNotExist();
        try (KinesisStreams streams = open()) {
            assertThat(shard(streams).read(null, 10_000, 64 * MIB)).hasSize(kept);
            put(streams, "there is room again");
        }
    }
}
