package io.github.taxitrips.local.lake;

import static io.github.taxitrips.local.lake.LakeLab.STREAM;
import static io.github.taxitrips.local.lake.LakeLab.numbers;
import static io.github.taxitrips.local.lake.LakeLab.records;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.github.taxitrips.local.base.ChildProcess;
import io.github.taxitrips.local.lake.LakeLab.SetClock;
import io.github.taxitrips.settings.Table;
import io.github.taxitrips.settings.TaxiTripsProperties.Buffering;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Where records end, when, and that none is lost or there twice, whatever happens to the folder. */
class LakeTests {

    private Path folder;

    @BeforeEach
    void place(@TempDir Path folder) {
        this.folder = folder.resolve("not/there/yet");
    }

    /** With a week-based year, 2026-12-31 would be fine but 2027-01-01 would be in 2026, and 2024-12-30 in 2025. */
    @ParameterizedTest
    @CsvSource({
        "2026-12-31T23:59:59.999Z, 2027-01-01T00:00:01Z, year=2026/month=12/day=31/hour=23, 2026-12-31-23-59-59",
        "2027-01-01T00:00:00Z, 2027-01-01T00:00:00Z, year=2027/month=01/day=01/hour=00, 2027-01-01-00-00-00",
        "2024-12-30T23:59:59Z, 2024-12-31T00:00:01Z, year=2024/month=12/day=30/hour=23, 2024-12-30-23-59-59"
    })
    void fileLiesUnderTheHourOfItsOldestRecord(String first, String second, String hour, String time) {
        Locale before = Locale.getDefault();
        SetClock clock = new SetClock(first);
        Locale.setDefault(Locale.forLanguageTag("ar-u-nu-arab"));
        try (Lake lake = LakeLab.open(folder, clock.clock(), 900)) {
            lake.append(STREAM, records("{\"int\":1}\n{\"int\":2}", "{\"int\":3}"));
            clock.set(second);
            lake.append(STREAM, records("{\"int\":4}", "[5]"));
            lake.flush();

            assertThat(numbers(lake)).containsExactly(1, 2, 3, 4);
            assertThat(lake.files()).hasSize(2);
            assertName(lake.files().get(0), "all_types/" + hour, time, ".parquet");
            assertName(lake.files().get(1), "all_typeserror/format-conversion-failed/" + hour, time, "");
            assertThat(lake.files()).extracting(LakeFile::rows).containsExactly(4L, 1L);
        } finally {
            Locale.setDefault(before);
        }
    }

    private void assertName(LakeFile file, String hour, String time, String extension) {
        assertThat(file.path().getParent()).isEqualTo(folder.resolve(hour));
        assertThat(file.path().getFileName().toString())
                .matches(STREAM + "-1-" + time + "-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
                        + Pattern.quote(extension));
        assertThat(file.folder())
                .isEqualTo(folder.relativize(file.path()).getName(0).toString());
    }

    @Test
    void fileIsWrittenAtItsSizeOrItsAge() {
        SetClock clock = new SetClock("2026-11-22T10:00:00Z");
        try (Lake lake = LakeLab.open(folder, clock.clock(), 60)) {
            lake.append(STREAM, records("{\"int\":1}"));
            clock.set("2026-11-22T10:00:59.999Z");
            lake.append(STREAM, records("{\"int\":2}"));
            Awaitility.await().during(Duration.ofMillis(400)).until(() -> lake.files()
                    .isEmpty());
            clock.set("2026-11-22T10:01:00Z");
            Awaitility.await().until(() -> lake.files().size() == 1);
            clock.set("2026-11-22T10:01:01Z");

            byte[] large = "{\"int\":3}".getBytes(StandardCharsets.UTF_8);
            large = Arrays.copyOf(large, 1 << 20);
            Arrays.fill(large, 9, large.length, (byte) ' ');
            lake.append(STREAM, List.of(large));
            Awaitility.await().until(() -> lake.files().size() == 2);
            assertThat(numbers(lake)).containsExactly(1, 2, 3);
        }
    }

    /** Rejected records are lines already, which stay as they are. */
    @Test
    void streamWithoutATableIsCompressedAsItIs() throws IOException {
        DeliveryStream quarantine =
                new DeliveryStream("rejected", DeliveryStream.QUARANTINE, null, true, new Buffering(1, 900));
        SetClock clock = new SetClock("2026-11-22T10:20:30Z");
        try (Lake lake = new Lake(folder, List.of(quarantine), clock.clock())) {
            lake.append("rejected", records("{\"reason\":\"empty\"}\n", "no JSON\nat all\n", "no end"));
            lake.flush();

            LakeFile file = lake.files().get(0);
            assertThat(lake.files()).containsExactly(file);
            assertThat(folder.relativize(file.path()).toString())
                    .matches(
                            "quarantine/year=2026/month=11/day=22/hour=10/rejected-1-2026-11-22-10-20-30-[0-9a-f-]{36}\\.gz");
            assertThat(file.rows()).isEqualTo(3);
            try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(file.path()))) {
                assertThat(in.readAllBytes()).asString().isEqualTo("{\"reason\":\"empty\"}\nno JSON\nat all\nno end");
            }
        }
        try (Lake next = new Lake(folder, List.of(quarantine), clock.clock())) {
            assertThat(next.files()).extracting(LakeFile::rows).containsExactly(3L);
        }
    }

    /** Amazon Data Firehose Developer Guide, "Handle failed data conversion". */
    @Test
    void oneMisfitTakesItsWholeRecordToTheErrorPrefix() throws IOException {
        String malformed = "{\"int\":1}{\"int\":\"2\"}";
        SetClock clock = new SetClock("2026-11-22T10:20:30.125Z");
        try (Lake lake = LakeLab.open(folder, clock.clock(), 900)) {
            lake.append(STREAM, records(malformed, "{\"int\":3}", "{\"int\":4} and more"));
            clock.set("2026-11-22T10:20:31Z");
            lake.flush();

            assertThat(numbers(lake)).containsExactly(3);
            List<String> lines = Files.readAllLines(lake.files().get(1).path());
            assertThat(lines).hasSize(2);
            JsonNode first = new JsonMapper().readTree(lines.get(0));
            assertThat(first.propertyNames())
                    .containsExactly(
                            "attemptsMade",
                            "arrivalTimestamp",
                            "lastErrorCode",
                            "lastErrorMessage",
                            "attemptEndingTimestamp",
                            "rawData",
                            "sequenceNumber",
                            "subSequenceNumber",
                            "dataCatalogTable");
            assertThat(first.get("attemptsMade").intValue()).isEqualTo(1);
            assertThat(first.get("arrivalTimestamp").longValue()).isEqualTo(1795342830125L);
            assertThat(first.get("attemptEndingTimestamp").longValue()).isEqualTo(1795342831000L);
            assertThat(first.get("lastErrorCode").stringValue()).isEqualTo("DataFormatConversion.MalformedData");
            assertThat(first.get("lastErrorMessage").stringValue()).contains("int", "\"2\"");
            assertThat(Base64.getDecoder().decode(first.get("rawData").stringValue()))
                    .asString()
                    .isEqualTo(malformed);
            assertThat(first.get("sequenceNumber").stringValue()).matches("49\\d{54}");
            assertThat(first.get("dataCatalogTable").get("tableName").stringValue())
                    .isEqualTo("all_types");
            assertThat(lines.get(1))
                    .contains("DataFormatConversion.ParseError", "At byte 10 is no JSON object: and more");
        }
    }

    @Test
    void nextLakeGoesOnWithWhatIsBuffered() throws IOException {
        SetClock clock = new SetClock("2026-11-22T10:50:30Z");
        byte[] whole;
        Path buffer;
        try (Lake lake = LakeLab.open(folder, clock.clock(), 900)) {
            lake.append(STREAM, numbers(0, 3));
            clock.set("2026-11-22T11:00:00Z");
            lake.append(STREAM, numbers(3, 5));
            buffer = buffer();
            whole = Files.readAllBytes(buffer);
        }
        // As if the process had been killed after the file was put in its place, and before the buffer was deleted ...
        Files.write(buffer, whole);
        assertRecovers(0, 1, 2, 3, 4);
        // ... before the file was there ...
        FileSystemUtils.deleteRecursively(folder.resolve("all_types"));
        Files.write(buffer, whole);
        assertRecovers(0, 1, 2, 3, 4);
        // ... or in the midst of any write of the second call.
        int second = new String(whole, StandardCharsets.ISO_8859_1).indexOf("{\"int\":2}") + 9;
        for (int length = second; length < whole.length; length += 1 + length % 3) {
            FileSystemUtils.deleteRecursively(folder.resolve("all_types"));
            Files.write(buffer, Arrays.copyOf(whole, length));
            assertRecovers(0, 1, 2);
        }
    }

    private Path buffer() throws IOException {
        try (Stream<Path> buffers = Files.list(folder.resolve(".buffers").resolve(STREAM))) {
            return buffers.findFirst().orElseThrow();
        }
    }

    private void assertRecovers(Integer... numbers) {
        try (Lake next = LakeLab.open(folder)) {
            next.flush();
            assertThat(next.files()).hasSize(1);
            assertThat(folder.relativize(next.files().get(0).path()).toString())
                    .startsWith("all_types/year=2026/month=11/day=22/hour=10/");
            assertThat(numbers(next)).containsExactly(numbers);
        }
    }

    @Test
    void folderThatIsDeletedTakesWhatWasInItAndNoMore() throws IOException {
        try (Lake lake = LakeLab.open(folder)) {
            lake.append(STREAM, numbers(0, 10));
            FileSystemUtils.deleteRecursively(folder);
            lake.append(STREAM, numbers(10, 20));
            lake.append(STREAM, numbers(20, 30));
            lake.flush();

            assertThat(numbers(lake)).isEqualTo(IntStream.range(10, 30).boxed().toList());
            // It is kept from others again.
            assertThatIllegalStateException().isThrownBy(() -> LakeLab.open(folder));
        }
    }

    @Test
    void whatCannotBeKeptIsRefusedAndWhatIsKeptWaits() throws IOException {
        List<DeliveryStream> streams =
                List.of(LakeLab.converted(LakeLab.TABLE, 900), DeliveryStream.plain("other", "other"));
        try (Lake lake = new Lake(folder, streams, Clock.systemUTC())) {
            lake.append(STREAM, numbers(0, 10));
            Path table = Files.writeString(folder.resolve("all_types"), "a file where a folder should be");
            Path buffers = Files.writeString(folder.resolve(".buffers/other"), "a file where a folder should be");
            lake.flush();
            assertThat(numbers(lake)).isEmpty();
            assertThatExceptionOfType(UncheckedIOException.class)
                    .isThrownBy(() -> lake.append("other", records("a")))
                    .withMessageContaining(folder.toString())
                    .withMessageContaining("taxi-trips.local.data-lake");

            Files.delete(table);
            Files.delete(buffers);
            lake.append("other", records("b"));
            lake.flush();
            assertThat(numbers(lake)).isEqualTo(IntStream.range(0, 10).boxed().toList());
            assertThat(lake.files().get(1).path()).hasContent("b");
        }
    }

    @Test
    void folderThatCannotBeMadeIsTriedAgain() throws IOException {
        Path parent = folder.getParent().getParent();
        Files.writeString(parent, "a file where a folder should be");
        try (Lake lake = LakeLab.open(folder)) {
            assertThat(lake.files()).isEmpty();
            assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> lake.append(STREAM, numbers(0, 1)));
            Files.delete(parent);
            lake.append(STREAM, numbers(1, 2));
            lake.flush();
            assertThat(numbers(lake)).containsExactly(1);
        }
    }

    /** Of two columns that differ in case alone DuckDB makes no table. */
    @Test
    void bufferThatCannotBeConvertedIsKeptWithTheReason() throws IOException {
        Table impossible = new Table(
                "impossible", "a", List.of(LakeLab.column("a", "int"), LakeLab.column("A", "int")), List.of());
        try (Lake lake = new Lake(folder, List.of(LakeLab.converted(impossible, 900)), Clock.systemUTC())) {
            lake.append(STREAM, records("{\"a\":1}"));
            lake.flush();
            assertThat(lake.files()).isEmpty();
        }
        Path refused = folder.resolve(".refused");
        List<Path> kept;
        try (Stream<Path> files = Files.list(refused)) {
            kept = files.sorted().toList();
        }
        assertThat(kept).hasSize(2);
        assertThat(kept.get(1)).content().contains("could not be written", "already exists", ".buffers/" + STREAM);

        Files.move(
                kept.get(0),
                folder.resolve(".buffers").resolve(STREAM).resolve(kept.get(0).getFileName()));
        try (Lake lake = new Lake(folder, List.of(LakeLab.converted(LakeLab.table("int"), 900)), Clock.systemUTC())) {
            lake.flush();
            assertThat(lake.files()).extracting(LakeFile::rows).containsExactly(1L);
        }
    }

    @Test
    void folderIsForOneProcess() {
        Lake lake = LakeLab.open(folder);
        assertThatIllegalStateException()
                .isThrownBy(() -> LakeLab.open(folder))
                .withMessageContaining(folder.toString())
                .withMessageContaining("process " + ProcessHandle.current().pid())
                .withMessageContaining("taxi-trips.local.data-lake");
        lake.close();
        assertThatNoException().isThrownBy(() -> LakeLab.open(folder).close());
        assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> lake.append(STREAM, numbers(0, 1)));
    }

    @Test
    void whatIsNoParquetIsLeftOut() throws IOException {
        try (Lake lake = LakeLab.open(folder)) {
            lake.append(STREAM, numbers(0, 2));
            lake.flush();
            Path hour = lake.files().get(0).path().getParent();
            Files.writeString(hour.resolve("foreign.parquet"), "something else", StandardOpenOption.CREATE_NEW);
            assertThat(lake.files()).hasSize(1);
        }
        try (Lake next = LakeLab.open(folder)) {
            assertThat(next.files()).extracting(LakeFile::rows).containsExactly(2L);
        }
    }

    /** An error that is thrown on would end the task that writes files. */
    @Test
    void errorIsToldOfAndTriedAgain() {
        SetClock clock = new SetClock("2026-11-22T10:00:00Z");
        Thread test = Thread.currentThread();
        AtomicBoolean fails = new AtomicBoolean();
        InstantSource failing = () -> {
            if (fails.get() && Thread.currentThread() != test) {
                throw new NoClassDefFoundError("no library");
            }
            return clock.clock().instant();
        };
        try (Lake lake = LakeLab.open(folder, failing.withZone(ZoneOffset.UTC), 60)) {
            lake.append(STREAM, records("{\"int\":1}"));
            fails.set(true);
            Awaitility.await().pollInSameThread().until(() -> lake.status()
                    .trouble()
                    .equals(folder + ": java.lang.NoClassDefFoundError: no library"));
            fails.set(false);
            clock.set("2026-11-22T10:01:00Z");
            Awaitility.await()
                    .pollInSameThread()
                    .until(() -> lake.status().trouble().isEmpty());
            assertThat(numbers(lake)).containsExactly(1);

            lake.append(STREAM, records("{\"int\":2}"));
            fails.set(true);
            CompletableFuture.runAsync(lake::flush).join();
            assertThat(lake.status().trouble()).contains(".buffers", "no library");
            fails.set(false);
            lake.flush();
            assertThat(lake.status().trouble()).isEmpty();
            assertThat(numbers(lake)).containsExactlyInAnyOrder(1, 2);
        }
    }

    /** A process that has no folder for DuckDB's library, and says what its lake says of that. */
    static final class WithoutTemporaryFolder {

        private WithoutTemporaryFolder() {}

        public static void main(String[] args) throws IOException {
            Files.delete(Path.of(System.getProperty("java.io.tmpdir")));
            try (Lake lake = LakeLab.open(Path.of(args[0]))) {
                lake.append(STREAM, numbers(0, 3));
                lake.flush();
                System.out.println("trouble " + lake.status().trouble());
                System.out.println("waiting " + lake.status().streams().get(0).waiting());
            }
        }
    }

    @Test
    void libraryThatCannotBeLoadedIsToldOfWithTheRemedyAndNothingIsLost(@TempDir Path child) throws Exception {
        try (ChildProcess process = new ChildProcess(child, WithoutTemporaryFolder.class, folder.toString())) {
            assertThat(process.hasEnded()).isTrue();
            assertThat(process.printed().lines())
                    .anySatisfy(line -> assertThat(line)
                            .startsWith("trouble " + folder.resolve(".buffers"))
                            .contains("java.io.tmpdir, " + child.resolve("temporary"), "start again"))
                    .contains("waiting 1");
        }
        try (Lake next = LakeLab.open(folder)) {
            next.flush();
            assertThat(numbers(next)).containsExactly(0, 1, 2);
        }
    }

    /** Of two threads that list files, one may have begun before a file was there. */
    @Test
    void everyFileThatIsThereIsListedWhileOthersListThem() throws Exception {
        DeliveryStream plain = DeliveryStream.plain("plain", "plain");
        try (Lake lake = new Lake(folder, List.of(plain), Clock.systemUTC())) {
            AtomicBoolean ended = new AtomicBoolean();
            CompletableFuture<Void> other = CompletableFuture.runAsync(() -> {
                while (!ended.get()) {
                    lake.files();
                }
            });
            try {
                for (int file = 0; file < 1_000; file++) {
                    lake.append("plain", records("a"));
                    lake.flush();
                    List<LakeFile> files = lake.files();
                    assertThat(files).hasSize(1);
                    Files.delete(files.get(0).path());
                }
            } finally {
                ended.set(true);
            }
            other.get();
        }
    }
}
