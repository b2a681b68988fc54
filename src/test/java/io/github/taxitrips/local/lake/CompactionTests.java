package io.github.taxitrips.local.lake;

import static io.github.taxitrips.local.lake.LakeLab.STREAM;
import static io.github.taxitrips.local.lake.LakeLab.numbers;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.local.lake.LakeLab.SetClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

class CompactionTests {

    private static final List<Integer> FIRST_HOUR =
            IntStream.range(0, 30).boxed().toList();

    @TempDir
    Path folder;

    private final SetClock clock = new SetClock("2026-11-22T10:00:00Z");

    /** Three files in the first hour, one in the next, and one of what does not convert. */
    private void fill() {
        try (Lake lake = LakeLab.open(folder, clock.clock(), 900)) {
            for (int i = 0; i < 4; i++) {
                clock.set(i < 3 ? "2026-11-22T10:00:0" + i + "Z" : "2026-11-22T11:00:00Z");
                lake.append(STREAM, numbers(10 * i, 10 * i + 10));
                lake.append(STREAM, LakeLab.records("no JSON"));
                lake.flush();
            }
        }
    }

    @Test
    void hoursWithSeveralFilesHaveOne() {
        fill();
        try (Lake lake = LakeLab.open(folder)) {
            assertThat(lake.compact()).singleElement().satisfies(hour -> {
                assertThat(hour.folder()).isEqualTo(folder.resolve("all_types/year=2026/month=11/day=22/hour=10"));
                assertThat(hour.files()).isEqualTo(3);
                assertThat(hour.rows()).isEqualTo(30);
            });
            List<LakeFile> files = lake.files();
            assertThat(files).extracting(LakeFile::rows).containsExactly(30L, 10L, 1L, 1L, 1L, 1L);
            assertThat(files.get(0).name()).startsWith(STREAM + "-1-2026-11-22-10-00-00-");
            assertThat(SecondReader.rows(files.get(0).path()))
                    .extracting(row -> row.getInteger(LakeLab.INT, 0))
                    .isEqualTo(FIRST_HOUR);
            assertThat(SecondReader.schema(files.get(0).path()))
                    .isEqualTo(SecondReader.schema(files.get(1).path()));
            assertThat(lake.compact()).isEmpty();
        }
    }

    /** A table that got a column: rows from before have null in it. */
    @Test
    void filesOfAnOlderTableAreMergedWithThoseOfTheNewOne() {
        for (String[] types : new String[][] {{"int"}, {"int", "string"}}) {
            try (Lake lake = new Lake(folder, List.of(LakeLab.converted(LakeLab.table(types), 900)), clock.clock())) {
                lake.append(STREAM, LakeLab.records("{\"int\":1,\"string\":\"a\"}"));
                clock.set("2026-11-22T10:00:01Z");
                lake.flush();
            }
        }
        try (Lake lake =
                new Lake(folder, List.of(LakeLab.converted(LakeLab.table("int", "string"), 900)), Clock.systemUTC())) {
            assertThat(lake.compact()).hasSize(1);
            assertThat(SecondReader.rows(lake.files().get(0).path()))
                    .extracting(row -> LakeLab.values(LakeLab.table("int", "string"), row))
                    .containsExactly(Arrays.<Object>asList(1, null), List.<Object>of(1, "a"));
        }
    }

    @Test
    void readersSeeEachRowOnceMeanwhile() {
        fill();
        AtomicBoolean done = new AtomicBoolean();
        try (Lake lake = LakeLab.open(folder)) {
            CompletableFuture<Integer> reader = CompletableFuture.supplyAsync(() -> {
                int reads = 0;
                while (!done.get() || reads == 0) {
                    assertThat(numbers(lake)).hasSize(40).doesNotHaveDuplicates();
                    reads++;
                }
                return reads;
            });
            for (int i = 0; i < 5; i++) {
                assertThat(lake.compact()).hasSize(i == 0 ? 1 : 0);
            }
            done.set(true);
            assertThat(reader.join()).isPositive();
        }
    }

    /** As if the process had been killed after so many steps of an exchange. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void exchangeIsFinishedByTheNextLake(int steps) throws Exception {
        fill();
        List<Path> small = new ArrayList<>();
        Path hour;
        try (Lake lake = LakeLab.open(folder);
                Parquet parquet = new Parquet()) {
            hour = lake.files().get(0).path().getParent();
            lake.files().stream()
                    .map(LakeFile::path)
                    .filter(path -> path.startsWith(hour))
                    .forEach(small::add);
            parquet.merge(
                    small, Files.createDirectories(folder.resolve(".aside")).resolve(name(small)));
        }
        Path journal = Files.createDirectories(folder.resolve(".compacting")).resolve(name(small));
        if (steps > 0) {
            Files.write(
                    journal,
                    Stream.concat(Stream.of(hour.resolve(name(small))), small.stream())
                            .map(path -> folder.relativize(path).toString())
                            .toList());
        }
        if (steps > 1) {
            Files.move(folder.resolve(".aside").resolve(name(small)), hour.resolve(name(small)));
        }
        if (steps > 2) {
            Files.delete(small.get(0));
        }
        try (Lake lake = LakeLab.open(folder)) {
            assertThat(numbers(lake)).hasSize(40).doesNotHaveDuplicates().containsAll(FIRST_HOUR);
            assertThat(lake.files().stream().filter(file -> file.path().startsWith(hour)))
                    .hasSize(steps == 0 ? 3 : 1);
            assertThat(journal).doesNotExist();
            assertThat(folder.resolve(".aside").resolve(name(small))).doesNotExist();
        }
    }

    private static String name(List<Path> small) {
        return ObjectName.parse(small.get(0).getFileName().toString().replace(Parquet.EXTENSION, ""))
                        .oldest()
                        .getEpochSecond()
                + Parquet.EXTENSION;
    }

    /** The command of docs/lake.md. */
    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void commandTellsWhatItDid(CapturedOutput output) {
        String[] arguments = {
            "--taxi-trips.local.data-lake=" + folder, "--taxi-trips.table.name=all_types",
        };
        fill();
        assertThat(Compact.run(arguments)).isZero();
        assertThat(output).contains("3 files, now one of 30 rows in " + folder);
        assertThat(Compact.run(arguments)).isZero();
        assertThat(output).contains("No hour of " + folder + " has more than one file");
        try (Lake lake = LakeLab.open(folder)) {
            assertThat(Compact.run(arguments)).isEqualTo(1);
            assertThat(output)
                    .contains("is in use by process " + ProcessHandle.current().pid());
            assertThat(numbers(lake)).hasSize(40);
        }
    }
}
