package io.github.taxitrips.local.firehose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataLakeTests {

    private Path folder;

    private DataLake lake;

    @BeforeEach
    void open(@TempDir Path folder) {
        this.folder = folder;
        lake = new DataLake(folder.resolve("not/there/yet"));
    }

    /** With a week-based year, 2026-12-31 would be fine but 2027-01-01 would be in 2026, and 2024-12-30 in 2025. */
    @ParameterizedTest
    @CsvSource({
        "2026-12-31T23:59:59Z, year=2026/month=12/day=31/hour=23, 2026-12-31-23-59-59",
        "2027-01-01T00:00:00Z, year=2027/month=01/day=01/hour=00, 2027-01-01-00-00-00",
        "2024-12-30T12:00:00Z, year=2024/month=12/day=30/hour=12, 2024-12-30-12-00-00",
        "2026-03-04T05:06:07.999Z, year=2026/month=03/day=04/hour=05, 2026-03-04-05-06-07"
    })
    void fileLiesUnderItsHourOfArrivalInTheCalendarYear(Instant arrival, String hour, String time) {
        lake.append("trips", arrival, records("a\n"));

        assertThat(lake.files()).singleElement().satisfies(file -> {
            assertThat(file.path().getParent())
                    .isEqualTo(lake.root().resolve("nyctaxitrips").resolve(hour));
            assertThat(file.path().getFileName().toString())
                    .matches("trips-1-" + time + "-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.json");
            assertThat(file.path()).hasContent("a\n");
        });
    }

    @Test
    void oneFileForEachStreamAndHour() throws IOException {
        Instant ten = Instant.parse("2026-11-22T10:59:59Z");
        Instant eleven = Instant.parse("2026-11-22T11:00:00Z");
        lake.append("trips", ten, records("1\n", "22\n"));
        lake.append("trips", eleven, records("3\n"));
        lake.append("other", ten, records("4\n"));
        lake.append("trips", ten.minusSeconds(3599), records("5\n"));
        lake.append("trips", eleven, records());

        assertThat(lake.files())
                .extracting(DataLake.WrittenFile::records, DataLake.WrittenFile::bytes)
                .containsExactly(tuple(3L, 7L), tuple(1L, 2L), tuple(1L, 2L));
        assertThat(lake.files().get(0).path()).hasContent("1\n22\n5\n");
        assertThat(lake.files().get(1).path()).hasContent("3\n");
        assertThat(lake.files().get(2).path()).hasContent("4\n");
        assertThat(filesOnDisk())
                .containsExactlyInAnyOrderElementsOf(
                        lake.files().stream().map(DataLake.WrittenFile::path).toList());
    }

    @Test
    void nextRunLeavesTheFilesOfThisOneAlone() throws IOException {
        Instant arrival = Instant.parse("2026-11-22T10:00:00Z");
        lake.append("trips", arrival, records("1\n"));
        DataLake next = new DataLake(lake.root());
        next.append("trips", arrival, records("2\n"));

        assertThat(filesOnDisk()).hasSize(2);
        assertThat(lake.files().get(0).path()).hasContent("1\n");
        assertThat(next.files().get(0).path()).hasContent("2\n");
    }

    @Test
    void nothingIsMadeBeforeTheFirstRecord() {
        lake.append("trips", Instant.EPOCH, records());

        assertThat(lake.root()).doesNotExist();
        assertThat(lake.files()).isEmpty();
    }

    @Test
    void folderThatWasDeletedIsMadeAnew() throws IOException {
        lake.append("trips", Instant.EPOCH, records("1\n"));
        Path file = lake.files().get(0).path();
        Files.delete(file);
        Files.delete(file.getParent());

        lake.append("trips", Instant.EPOCH, records("2\n"));

        assertThat(file).hasContent("2\n");
    }

    @Test
    void folderThatCannotBeWrittenIsNamedWithTheRemedy() throws IOException {
        Files.writeString(folder.resolve("not"), "a file where a folder should be");

        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> lake.append("trips", Instant.EPOCH, records("1\n")))
                .withMessageContaining(lake.root().toString())
                .withMessageContaining("taxi-trips.local.data-lake");
        assertThat(lake.files()).isEmpty();
    }

    @Test
    void digitsAreAsciiInEveryLocale() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-u-nu-arab"));
            lake.append("trips", Instant.parse("2026-11-22T10:00:00Z"), records("1\n"));
        } finally {
            Locale.setDefault(before);
        }
        assertThat(lake.files().get(0).path().toString()).contains("year=2026", "trips-1-2026-11-22-10-00-00-");
    }

    private List<Path> filesOnDisk() throws IOException {
        try (Stream<Path> paths = Files.walk(lake.root())) {
            return paths.filter(Files::isRegularFile).toList();
        }
    }

    private static List<byte[]> records(String... texts) {
        return Stream.of(texts)
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
    }
}
