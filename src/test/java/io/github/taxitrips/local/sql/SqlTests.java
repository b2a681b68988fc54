package io.github.taxitrips.local.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.taxitrips.local.producer.TableFile;
import io.github.taxitrips.local.producer.TripGenerator;
import io.github.taxitrips.local.sql.RefusedException.Place;
import io.github.taxitrips.local.sql.RefusedException.Reason;
import io.github.taxitrips.settings.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.io.FileSystemResource;

/** What a statement sees of the lake, and where it ends. */
class SqlTests {

    private static final Table TABLE = TripGenerator.TABLE;

    @TempDir
    Path folder;

    @Test
    void tablesHaveTheirColumnsThePartitionsAndTheViewEachRecordOnce() throws Exception {
        try (SqlLab lab = new SqlLab(folder, TABLE)) {
            lab.trips(
                    "2026-11-22T09:59:59Z",
                    "{\"trip_id\":1,\"passenger_count\":2,\"pickup_datetime\":\"2026-11-22T01:02:03.004Z\"}");
            lab.trips("2026-11-22T10:00:00Z", "{\"trip_id\":1,\"passenger_count\":3}{\"trip_id\":2}");
            lab.rejected("2026-11-23T00:00:00Z", "{\"reason\":\"zero\",\"field\":\"pickup_latitude\",\"rejected\":3}");

            assertThat(
                            lab.ask(
                                    "SELECT trip_id, passenger_count, pickup_datetime, year, month, day, hour FROM nyctaxitrips ORDER BY trip_id, hour"))
                    .containsExactly(
                            "1|2|2026-11-22T01:02:03.004|2026|11|22|09",
                            "1|3|null|2026|11|22|10",
                            "2|null|null|2026|11|22|10");
            assertThat(lab.ask("FROM nyctaxitrips_once SELECT trip_id, passenger_count, hour ORDER BY ALL"))
                    .containsExactly("1|2|09", "2|null|10");
            assertThat(lab.ask("SELECT reason, field, payload, rejected, year, day FROM rejected_trips"))
                    .containsExactly("zero|pickup_latitude|null|3|2026|23");
            assertThat(lab.ask("SELECT count(*) FROM nyctaxitrips", new Hours(Map.of("hour", "10"))).rows)
                    .containsExactly("2");
            assertThat(lab.ask("SHOW TABLES")).containsExactly("nyctaxitrips", "nyctaxitrips_once", "rejected_trips");
            assertThat(lab.ask("DESCRIBE nyctaxitrips")).hasSize(14).contains("hour|VARCHAR|YES|null|null|null");
            assertThat(lab.ask("SUMMARIZE nyctaxitrips")).anyMatch(row -> row.startsWith("trip_id|BIGINT|1|2|"));
            assertThat(lab.ask("EXPLAIN SELECT 1")).isNotEmpty();
            assertThat(lab.ask("explain analyze select count(*) from nyctaxitrips"))
                    .isNotEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nyctaxitrips", "nyctaxitrips_once", "rejected_trips"})
    void anEmptyLakeHasNoRows(String table) throws Exception {
        try (SqlLab lab = new SqlLab(folder.resolve("not/there"), TABLE)) {
            assertThat(lab.ask("SELECT * FROM " + table)).isEmpty();
            assertThat(lab.ask("SELECT count(*) FROM " + table)).containsExactly("0");
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void anotherTableIsAskedUnderItsName() throws Exception {
        Table readings = TableFile.read(new FileSystemResource("docs/readings.yml"));
        try (SqlLab lab = new SqlLab(folder, readings)) {
            lab.trips(
                    "2026-11-22T10:00:00Z",
                    "{\"reading_id\":\"AB-1234\",\"pressure\":1.250,\"temperature\":-3.5,\"running\":true,\"calibrated_on\":\"2026-01-31\"}");
            assertThat(
                            lab.ask(
                                    "SELECT reading_id, pressure, temperature, running, calibrated_on, note, year FROM readings_once"))
                    .containsExactly("AB-1234|1.250|-3.5|true|2026-01-31|null|2026");
        }
    }

    @Test
    void filesOfAnEarlierTableAreReadByTheNamesOfColumns() throws Exception {
        Table earlier = new Table(
                TABLE.name(),
                "trip_id",
                List.of(Table.Member.column("gone", "string"), Table.Member.column("trip_id", "int")),
                List.of());
        try (SqlLab before = new SqlLab(folder, earlier);
                SqlLab now = new SqlLab(folder, TABLE)) {
            before.trips("2026-11-22T10:00:00Z", "{\"gone\":\"x\",\"trip_id\":7}");
            now.trips("2026-11-22T11:00:00Z", "{\"trip_id\":8000000000,\"total_amount\":1.5}");
            assertThat(now.ask("SELECT trip_id, total_amount FROM nyctaxitrips ORDER BY trip_id"))
                    .containsExactly("7|null", "8000000000|1.5");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "1::TINYINT|1",
                "12345678901234567890123::HUGEINT|12345678901234567890123",
                "1.50::DECIMAL(10,2)|1.50",
                "'nan'::DOUBLE|NaN",
                "1e300|1.0E300",
                "true|true",
                "TIMESTAMP '2026-01-02 03:04:00'|2026-01-02T03:04:00",
                "TIMESTAMP_NS '2026-01-02 03:04:05.123456789'|2026-01-02T03:04:05.123456789",
                "TIMESTAMPTZ '2026-01-02 03:04:05+01'|2026-01-02T02:04:05Z",
                "DATE '2026-01-02'|2026-01-02",
                "TIME '03:04:05'|03:04:05",
                "INTERVAL 3 DAY|3 days",
                "'ab'::BLOB|YWI=",
                "[1, NULL]|[1,null]",
                "[TIMESTAMP '2026-01-02 00:00:00']|[\"2026-01-02T00:00:00\"]",
                "{'a': 'x', 'b': [1.5]}|{\"a\":\"x\",\"b\":[1.5]}",
                "MAP {'k': DATE '2026-01-02'}|{\"k\":\"2026-01-02\"}",
                "'{\"a\":[1]}'::JSON|{\"a\":[1]}",
                "'a'::ENUM('a')|a",
                "NULL|null"
            })
    void valuesComeAsJsonHasThem(String value, String expected) throws Exception {
        try (SqlLab lab = new SqlLab(folder, TABLE)) {
            assertThat(lab.ask("SELECT " + value)).containsExactly(expected);
        }
    }

    @Test
    void moreRowsThanAreAnsweredAreCutOffAndThatIsTold() throws Exception {
        try (SqlLab lab = new SqlLab(folder, TABLE)) {
            SqlLab.Kept all = lab.ask("SELECT * FROM range(1000)", Hours.ALL);
            assertThat(all.rows).hasSize(1_000);
            assertThat(all.truncated).isFalse();
            SqlLab.Kept cut = lab.ask("SELECT * FROM range(1000000000000)", Hours.ALL);
            assertThat(cut.rows).hasSize(1_000);
            assertThat(cut.truncated).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELEC 1|WRONG|1|1",
                "SELECT 1 AS a,~  nope FROM nyctaxitrips|WRONG|2|3",
                "EXPLAIN~SELECT nope|WRONG|2|8",
                "SELECT * FROM trips|WRONG|1|15",
                "SELECT 1; SELECT 2|NOT_A_QUERY|0|0",
                "''|NOT_A_QUERY|0|0",
                "-- nothing|NOT_A_QUERY|0|0",
                "DROP TABLE nyctaxitrips|NOT_A_QUERY|0|0",
                "FROM read_text('/etc/passwd')|FORBIDDEN|1|6"
            })
    void refusalsSayWhyAndWhere(String statement, Reason reason, int line, int column) {
        try (SqlLab lab = new SqlLab(folder, TABLE)) {
            assertThatThrownBy(() -> lab.ask(statement.replace('~', '\n')))
                    .isInstanceOfSatisfying(RefusedException.class, e -> {
                        assertThat(e.reason()).isEqualTo(reason);
                        assertThat(e.place()).isEqualTo(line == 0 ? null : new Place(line, column));
                        assertThat(e.explanation()).contains(e.getMessage(), reason.remedy());
                    });
        }
    }

    @Test
    void aLakeThatDoesNotFitIsRefusedAndAPartOfItIsNot() throws Exception {
        Limits small = new Limits(10, Duration.ofSeconds(20), 64_000_000, 1);
        String payload = "x".repeat(500_000);
        try (SqlLab lab = new SqlLab(folder, TABLE, small)) {
            String[] lines = new String[200];
            for (int i = 0; i < lines.length; i++) {
                lines[i] = "{\"reason\":\"zero\",\"payload\":\"" + payload + i + "\"}";
            }
            lab.rejected("2026-11-22T10:00:00Z", lines);
            lab.rejected("2026-11-22T11:00:00Z", "{\"reason\":\"empty\"}");
            assertThatThrownBy(() -> lab.ask("SELECT count(*) FROM rejected_trips"))
                    .isInstanceOfSatisfying(
                            RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.MEMORY))
                    .hasMessageContaining("memory");
            assertThat(lab.ask("SELECT reason FROM rejected_trips", new Hours(Map.of("hour", "11"))).rows)
                    .containsExactly("empty");
            assertThat(lab.ask("SELECT count(*) FROM nyctaxitrips")).containsExactly("0");
        }
    }

    @ParameterizedTest
    @CsvSource({"month,1", "hour,'0?'", "minute,00", "year,../x", "day,''"})
    void partitionsAreHeldToTheirForm(String name, String value) {
        assertThatThrownBy(() -> new Hours(Map.of(name, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name + "=" + value);
    }

    @Test
    void whatTheReaderThrowsEndsTheStatement() throws Exception {
        try (SqlLab lab = new SqlLab(folder, TABLE)) {
            Rows gone = new Rows() {
                @Override
                public void columns(List<Column> columns) {}

                @Override
                public void row(List<Cell> cells) {}

                @Override
                public void waiting() throws IOException {
                    throw new IOException("gone");
                }
            };
            assertThatThrownBy(() -> lab.sql.query("SELECT count(*) FROM range(1000000000000)", Hours.ALL, gone))
                    .isInstanceOf(IOException.class)
                    .hasMessage("gone");
            // A process that was killed is gone a moment later.
            Awaitility.await().untilAsserted(() -> assertThat(
                            ProcessHandle.current().children())
                    .noneMatch(child -> child.info().commandLine().orElse("").contains(Box.class.getName())));
            assertThat(lab.ask("SELECT 1")).containsExactly("1");
        }
    }
}
