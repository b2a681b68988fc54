package io.github.taxitrips.local.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.taxitrips.local.producer.TripGenerator;
import io.github.taxitrips.local.sql.RefusedException.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Statements that want to do harm get words, and change nothing. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileStatementTests {

    private static final Set<Reason> OF_THE_STATEMENT =
            EnumSet.of(Reason.NOT_A_QUERY, Reason.WRONG, Reason.FORBIDDEN, Reason.TIME, Reason.MEMORY);

    /** {@code $} is a folder in which everything is watched, {@code @} one of the lake's files. */
    private static final List<String> STATEMENTS = List.of(
            // Writes to files
            "COPY nyctaxitrips TO '$/out.csv'",
            "COPY (SELECT 1) TO '$/out.parquet' (FORMAT parquet)",
            "COPY (SELECT 1) TO '@'",
            "COPY nyctaxitrips FROM '@' (FORMAT parquet)",
            "WITH x AS (COPY (SELECT 1) TO '$/out.csv') SELECT 1",
            "SELECT * FROM (COPY (SELECT 1) TO '$/out.csv')",
            "EXPLAIN ANALYZE COPY (SELECT 1) TO '$/out.csv'",
            "EXPORT DATABASE '$/out'",
            "IMPORT DATABASE '$'",
            "ATTACH '$/new.duckdb'",
            "ATTACH '$/new.duckdb' AS n (TYPE sqlite)",
            "ATTACH ':memory:' AS more",
            "CREATE TABLE t AS FROM read_parquet('@')",
            "SELECT 1 INTO OUTFILE '$/out.csv'",
            "PREPARE p AS COPY (SELECT 1) TO '$/out.csv'",
            "EXECUTE p",
            "SELECT 1; COPY (SELECT 1) TO '$/out.csv'",
            "COPY (SELECT 1) TO '$/out.csv'; SELECT 1",
            "SELECT * FROM query('COPY (SELECT 1) TO ''$/out.csv''')",
            "SELECT * FROM enable_logging(level := 'trace', storage := 'file', storage_path := '$/log')",
            "FROM ENABLE_PROFILING('json', save_location := '$/profile.json')",
            "FROM enable_profiling(save_location := '$/profile.json')",
            "PRAGMA enable_profiling(save_location = '$/profile.json')",
            "FROM \"query\"('FROM enable_' || 'logging()')",
            "FROM main.query_table('nyctaxitrips')",
            "SELECT * FROM nyctaxitrips, LATERAL (SELECT * FROM truncate_duckdb_logs())",
            "SELECT write_log('x')",
            "FROM arrow_scan(1::POINTER, 1::POINTER, 1::POINTER)",
            "CALL enable_logging(storage := 'file', storage_path := '$/log')",
            "SELECT * FROM json_execute_serialized_sql(json_serialize_sql('COPY (SELECT 1) TO ''$/out.csv'''))",
            // Reads of files and addresses
            "FROM '@'",
            "FROM read_parquet('@')",
            "FROM read_csv('/etc/passwd')",
            "FROM read_text('/etc/passwd')",
            "FROM read_blob('/etc/passwd')",
            "FROM read_json('$/any.json')",
            "FROM read_json_objects('$/any.json')",
            "FROM read_ndjson('$/any.json')",
            "FROM '/etc/passwd'",
            "FROM glob('/*')",
            "FROM sniff_csv('/etc/passwd')",
            "FROM parquet_metadata('@')",
            "FROM parquet_schema('@')",
            "FROM read_duckdb('$/any.duckdb')",
            "FROM 'http://127.0.0.1:1/x.csv'",
            "FROM read_csv('https://127.0.0.1:1/x.csv')",
            "FROM 's3://bucket/x.parquet'",
            "SELECT getenv('HOME')",
            "FROM duckdb_secrets()",
            "FROM duckdb_extensions()",
            // Extensions, settings, the session
            "INSTALL httpfs",
            "LOAD httpfs",
            "LOAD '$/evil.duckdb_extension'",
            "SET enable_external_access = true",
            "SET lock_configuration = false",
            "SET memory_limit = '100GB'",
            "SET GLOBAL threads = 64",
            "RESET memory_limit",
            "PRAGMA memory_limit = '100GB'",
            "PRAGMA enable_profiling = 'json'",
            "PRAGMA database_list",
            "SET VARIABLE a = 1",
            "CREATE SECRET s (TYPE s3)",
            "USE memory",
            "BEGIN TRANSACTION",
            "COMMIT",
            "ROLLBACK",
            "CHECKPOINT",
            "VACUUM",
            // Changes
            "DROP TABLE nyctaxitrips",
            "DROP VIEW nyctaxitrips_once",
            "DROP SCHEMA main CASCADE",
            "DELETE FROM nyctaxitrips",
            "DELETE FROM nyctaxitrips RETURNING *",
            "WITH d AS (DELETE FROM nyctaxitrips RETURNING *) SELECT * FROM d",
            "EXPLAIN ANALYZE DELETE FROM nyctaxitrips",
            "UPDATE nyctaxitrips SET trip_id = 0",
            "INSERT INTO nyctaxitrips (trip_id) VALUES (1)",
            "WITH x AS (SELECT 1) INSERT INTO nyctaxitrips (trip_id) SELECT * FROM x",
            "MERGE INTO nyctaxitrips USING nyctaxitrips AS o USING (trip_id) WHEN MATCHED THEN DELETE",
            "TRUNCATE nyctaxitrips",
            "ALTER TABLE nyctaxitrips RENAME TO gone",
            "CREATE TABLE t (a INTEGER)",
            "CREATE TEMP TABLE t AS SELECT 1",
            "CREATE OR REPLACE VIEW nyctaxitrips_once AS SELECT 1",
            "CREATE MACRO count(x) AS 0",
            "CREATE SEQUENCE s",
            "COMMENT ON TABLE nyctaxitrips IS 'x'",
            "CALL force_checkpoint()",
            "FROM force_checkpoint()",
            // More than there is
            "WITH RECURSIVE t AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM t) SELECT * FROM t",
            "WITH RECURSIVE t AS (SELECT 'x' AS s UNION ALL SELECT s || s FROM t) SELECT length(s) FROM t",
            "SELECT count(*) FROM range(1000000) a, range(1000000) b, range(1000000) c",
            "SELECT * FROM range(1000000000000) ORDER BY hash(range)",
            "SELECT list(range) FROM range(1000000000000)",
            "SELECT range(1000000000)",
            "SELECT repeat('x', 1000000000)",
            "SELECT md5(repeat('x', 2000000000))",
            "SELECT lpad('x', 1000000000, 'y')",
            "SELECT concat(repeat('x', 1000000000), repeat('x', 1000000000))",
            "SELECT string_agg(repeat('x', 1000000), '') FROM range(100000)",
            "SELECT replace(repeat('x', 1000000), 'x', repeat('y', 10000))",
            "SELECT regexp_matches('a', '((((a{1,100}){1,100}){1,100}){1,100})')",
            "SELECT sleep_ms(60000)",
            "SELECT " + "(".repeat(20_000) + "1" + ")".repeat(20_000),
            "SELECT 1" + " + 1".repeat(20_000),
            "SELECT " + "[".repeat(5_000) + "]".repeat(5_000),
            "SELECT \0",
            "SELECT 'unfinished",
            "\uD83D\uDE95");

    private Path folder;
    private SqlLab lab;
    private Path file;
    private Map<String, String> before;

    @BeforeAll
    void fill(@TempDir Path folder) throws IOException {
        this.folder = folder;
        Limits limits = new Limits(1_000, Duration.ofSeconds(2), 128 << 20, 2);
        lab = new SqlLab(folder.resolve("lake"), TripGenerator.TABLE, limits);
        lab.trips("2026-11-22T10:00:00Z", "{\"trip_id\":1}", "{\"trip_id\":2}");
        try (Stream<Path> files = Files.walk(folder)) {
            file = files.filter(path -> path.toString().endsWith(".parquet"))
                    .findFirst()
                    .orElseThrow();
        }
        Files.writeString(folder.resolve("any.json"), "{\"a\":1}");
        before = everything();
    }

    @AfterAll
    void end() {
        lab.close();
    }

    @Test
    void thereAreSixtyOfThem() {
        assertThat(STATEMENTS).hasSizeGreaterThan(60).doesNotHaveDuplicates();
    }

    static Stream<String> statements() {
        return STATEMENTS.stream();
    }

    @ParameterizedTest
    @MethodSource("statements")
    void eachGetsWordsAndChangesNothing(String statement) throws Exception {
        String hostile = statement.replace("$", folder.toString()).replace("@", file.toString());
        assertThatThrownBy(() -> lab.ask(hostile)).isInstanceOfSatisfying(RefusedException.class, e -> {
            assertThat(e.reason()).as(e.explanation()).isIn(OF_THE_STATEMENT);
            assertThat(e.getMessage()).isNotBlank();
        });
        assertThat(everything()).isEqualTo(before);
        assertThat(lab.ask("SELECT trip_id FROM nyctaxitrips ORDER BY trip_id")).containsExactly("1", "2");
    }

    private Map<String, String> everything() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.collect(Collectors.toMap(
                    path -> folder.relativize(path).toString(),
                    HostileStatementTests::content,
                    (a, b) -> a,
                    TreeMap::new));
        }
    }

    private static String content(Path path) {
        try {
            return Files.isDirectory(path) ? "" : Arrays.hashCode(Files.readAllBytes(path)) + ", " + Files.size(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
