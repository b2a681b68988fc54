package io.github.taxitrips.local.lake;

import io.github.taxitrips.intake.TableReader;
import io.github.taxitrips.settings.ColumnType;
import io.github.taxitrips.settings.Table;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * Parquet files, compressed with Snappy, written and read by a DuckDB in memory.
 *
 * <p>Types: string is UTF-8, int and bigint are INT32 and INT64, date is INT32 days, timestamp INT64 microseconds in UTC, of
 * which digits below are left out; decimals are as wide as they need. Firehose writes timestamps as INT96, which this writer
 * cannot, and which readers take alike.
 *
 * <p>Safe for use by several threads. It is opened when it is first needed, which takes half a second.
 */
final class Parquet implements AutoCloseable {

    static final String EXTENSION = ".parquet";

    /** How the messages of failures begin that are not about what is to be written. */
    static final String DISK_TROUBLE = "IO Error";

    private static final long SECONDS_A_DAY = 86_400;
    private static final String FORMAT = "FORMAT parquet, COMPRESSION snappy";

    private @Nullable DuckDBConnection database;

    /** A row goes into memory, and all of them into a file at the end. */
    static final class Rows implements AutoCloseable {

        private final DuckDBConnection database;
        private final ColumnType[] types;
        private final DuckDBAppender appender;
        private long count;

        private Rows(DuckDBConnection database, List<Table.Member> columns) throws SQLException {
            this.database = database;
            types = columns.stream().map(Table.Member::columnType).toArray(ColumnType[]::new);
            execute(
                    database,
                    columns.stream()
                            .map(column -> identifier(column.name()) + " " + type(column.columnType()))
                            .collect(Collectors.joining(", ", "CREATE OR REPLACE TABLE rows (", ")")));
            appender = database.createAppender("rows");
        }

        long count() {
            return count;
        }

        /** Adds the row at which the reader is. */
        void add(TableReader row) throws SQLException {
            appender.beginRow();
            for (int column = 0; column < types.length; column++) {
                if (row.has(column)) {
                    append(row, column);
                } else {
                    appender.appendNull();
                }
            }
            appender.endRow();
            count++;
        }

        private void append(TableReader row, int column) throws SQLException {
            ColumnType type = types[column];
            switch (type.kind()) {
                case STRING -> appender.append(row.text(column));
                case BOOLEAN -> appender.append(row.text(column).equals("true"));
                case INT -> appender.append(Integer.parseInt(row.text(column)));
                case BIGINT -> appender.append(Long.parseLong(row.text(column)));
                case FLOAT -> appender.append(Float.parseFloat(row.text(column)));
                case DOUBLE -> appender.append(Double.parseDouble(row.text(column)));
                case DECIMAL -> appender.append(new BigDecimal(row.text(column)).setScale(type.scale()));
                case DATE ->
                    appender.appendEpochDays(
                            (int) Math.floorDiv(row.time(column).getEpochSecond(), SECONDS_A_DAY));
                case TIMESTAMP -> appender.appendEpochMicros(micros(row.time(column)));
            }
        }

        /** Writes the file. */
        void write(Path file) throws SQLException {
            appender.flush();
            execute(database, "COPY rows TO " + literal(file) + " (" + FORMAT + ")");
        }

        @Override
        public void close() throws SQLException {
            try (database) {
                appender.close();
                execute(database, "DROP TABLE rows");
            }
        }
    }

    /** Begins the rows of a table. Only one may be begun at a time. */
    Rows rows(List<Table.Member> columns) throws SQLException {
        DuckDBConnection connection = connect();
        try {
            return new Rows(connection, columns);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /**
     * Writes the rows of several files into one, in their order, with the columns of all of them.
     *
     * @return the number of rows
     */
    long merge(Collection<Path> files, Path merged) throws SQLException {
        try (Connection database = connect()) {
            execute(
                    database,
                    "COPY (FROM read_parquet(%s, union_by_name = true, hive_partitioning = false)) TO %s (%s)"
                            .formatted(literals(files), literal(merged), FORMAT));
        }
        return rowCounts(List.of(merged)).values().iterator().next();
    }

    /** Returns the number of rows of each file, from its footer. */
    Map<Path, Long> rowCounts(Collection<Path> files) throws SQLException {
        Map<Path, Long> counts = new HashMap<>();
        if (files.isEmpty()) {
            return counts;
        }
        try (Connection database = connect();
                Statement statement = database.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT file_name, num_rows FROM parquet_file_metadata(%s)".formatted(literals(files)))) {
            while (rows.next()) {
                counts.put(Path.of(rows.getString(1)), rows.getLong(2));
            }
        }
        return counts;
    }

    private synchronized DuckDBConnection connect() throws SQLException {
        if (database == null) {
            database = open();
            execute(database, "SET memory_limit = '1GB'");
            // Nothing is fetched from anywhere, and nothing written but what is asked for.
            execute(database, "SET autoinstall_known_extensions = false");
            execute(database, "SET autoload_known_extensions = false");
            execute(database, "SET temp_directory = ''");
        }
        return database.duplicate();
    }

    private static DuckDBConnection open() throws SQLException {
        try {
            return DriverManager.getConnection("jdbc:duckdb:").unwrap(DuckDBConnection.class);
        } catch (LinkageError e) {
            throw new SQLException(
                    DISK_TROUBLE + ": DuckDB's library cannot be loaded from java.io.tmpdir, "
                            + System.getProperty("java.io.tmpdir") + " (" + e
                            + "): make room there, allow programs there or set another, and start again",
                    e);
        }
    }

    private static void execute(Connection database, String sql) throws SQLException {
        try (Statement statement = database.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String type(ColumnType type) {
        return switch (type.kind()) {
            case STRING -> "VARCHAR";
            // Not by a format, whose digits are the locale's.
            case DECIMAL -> "DECIMAL(" + type.precision() + "," + type.scale() + ")";
            default -> type.kind().name();
        };
    }

    private static long micros(Instant time) {
        return Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000), time.getNano() / 1_000);
    }

    private static String identifier(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private static String literal(Path file) {
        return "'" + file.toString().replace("'", "''") + "'";
    }

    private static String literals(Collection<Path> files) {
        return files.stream().map(Parquet::literal).collect(Collectors.joining(", ", "[", "]"));
    }

    @Override
    public synchronized void close() throws SQLException {
        if (database != null) {
            database.close();
            database = null;
        }
    }
}
