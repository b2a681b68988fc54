package io.github.taxitrips.local.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.local.producer.TripGenerator;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** The command that asks from a terminal. */
@ExtendWith(OutputCaptureExtension.class)
class QueryTests {

    @TempDir
    Path folder;

    @BeforeEach
    void fill() {
        try (SqlLab lab = new SqlLab(folder.resolve("lake"), TripGenerator.TABLE)) {
            lab.trips("2026-11-22T09:00:00Z", "{\"trip_id\":1,\"total_amount\":9.5}", "{\"trip_id\":20}");
        }
    }

    private String ask(int status, String... args) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        String[] all = Stream.concat(
                        Stream.of(args), Stream.of("--taxi-trips.local.data-lake=" + folder.resolve("lake")))
                .toArray(String[]::new);
        assertThat(Query.run(all, new PrintStream(out, true, StandardCharsets.UTF_8)))
                .isEqualTo(status);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void printsATable() throws Exception {
        assertThat(ask(0, "SELECT trip_id, hour, total_amount FROM nyctaxitrips ORDER BY trip_id"))
                .isEqualToNormalizingNewlines("""
                        trip_id  hour  total_amount
                        -------  ----  ------------
                              1  09             9.5
                             20  09
                        """);
    }

    @Test
    void printsCsv() throws Exception {
        assertThat(ask(
                        0,
                        "--csv",
                        "SELECT trip_id, total_amount, 'a,\"b' AS c, '' AS d FROM nyctaxitrips ORDER BY trip_id"))
                .isEqualTo("trip_id,total_amount,c,d\r\n1,9.5,\"a,\"\"b\",\"\"\r\n20,,\"a,\"\"b\",\"\"\r\n");
    }

    @Test
    void takesAFileTheNameOfAQuestionAndAPartOfTheLake() throws Exception {
        Path file =
                Files.writeString(folder.resolve("ids.sql"), "-- ids\nSELECT sum(trip_id) AS ids FROM nyctaxitrips");
        assertThat(ask(0, file.toString(), "--csv")).isEqualTo("ids\r\n21\r\n");
        assertThat(ask(0, "trips-per-hour", "--csv"))
                .isEqualTo("year,month,day,hour,trips,total_amount\r\n2026,11,22,09,2,9.5\r\n");
        assertThat(ask(0, "SELECT count(*) AS n FROM nyctaxitrips", "--csv", "--hour=10"))
                .isEqualTo("n\r\n0\r\n");
    }

    @Test
    void saysWhyItRefuses(CapturedOutput output) throws Exception {
        assertThat(ask(1, "SELECT nope FROM nyctaxitrips")).isEmpty();
        assertThat(output.getErr()).contains("nope", "line 1, column 8", "DESCRIBE");
        assertThat(ask(1, "SELECT 1", "--hour=7")).isEmpty();
        assertThat(output.getErr()).contains("hour=7");
    }

    @Test
    void tellsThatRowsWereLeftOut(CapturedOutput output) throws Exception {
        assertThat(ask(0, "FROM range(10)", "--csv", "--taxi-trips.local.sql.max-rows=2"))
                .isEqualTo("range\r\n0\r\n1\r\n");
        assertThat(output.getErr()).contains("Only the first 2 rows", "taxi-trips.local.sql.max-rows");
    }
}
