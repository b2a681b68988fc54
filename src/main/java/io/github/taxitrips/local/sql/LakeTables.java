package io.github.taxitrips.local.sql;

import io.github.taxitrips.local.lake.DeliveryStream;
import io.github.taxitrips.local.lake.LakeFolder;
import io.github.taxitrips.settings.ColumnType;
import io.github.taxitrips.settings.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The lake as tables: the one that is set, {@code rejected_trips}, each with the partitions as columns, as Athena has them,
 * and the view that shows each record once. The statements are DuckDB's, and trusted.
 */
final class LakeTables {

    /** The quarantine's table, as the template names it. */
    static final String REJECTED = "rejected_trips";

    private static final List<String> PARTITIONS = List.of("year", "month", "day", "hour");

    /** The quarantine's columns, as the template has them. */
    private static final Map<String, String> REJECTED_COLUMNS = new LinkedHashMap<>();

    static {
        for (String text : List.of(
                "reason", "field", "event_id", "sequence_number", "arrival_time", "payload", "payload_base64")) {
            REJECTED_COLUMNS.put(text, "VARCHAR");
        }
        REJECTED_COLUMNS.put("payload_bytes", "INTEGER");
        REJECTED_COLUMNS.put("truncated", "BOOLEAN");
        REJECTED_COLUMNS.put("rejected", "INTEGER");
    }

    private final LakeFolder folder;
    private final Table table;

    LakeTables(Path root, Table table) {
        this.folder = new LakeFolder(root);
        this.table = table;
    }

    /** Returns the statements that make the tables, empty, and the view. */
    List<String> tables() {
        String trips = create(
                table.name(),
                table.columns().stream().map(column -> identifier(column.name()) + " " + type(column.columnType())));
        String rejected = create(
                REJECTED,
                REJECTED_COLUMNS.entrySet().stream().map(column -> column.getKey() + " " + column.getValue()));
        boolean hasId =
                table.columns().stream().anyMatch(column -> column.name().equals(table.id()));
        return hasId ? List.of(trips, rejected, once()) : List.of(trips, rejected);
    }

    private static String create(String name, Stream<String> columns) {
        return Stream.concat(columns, PARTITIONS.stream().map(partition -> partition + " VARCHAR"))
                .collect(Collectors.joining(", ", "CREATE TABLE " + identifier(name) + " (", ")"));
    }

    /** Of the copies of a record the first that was delivered. */
    private String once() {
        String columns = Stream.concat(table.columns().stream().map(Table.Member::name), PARTITIONS.stream())
                .map(LakeTables::identifier)
                .collect(Collectors.joining(", "));
        return "CREATE VIEW %s AS SELECT %s FROM (SELECT *, row_number() OVER (PARTITION BY %s ORDER BY %s) AS \"copy \" FROM %s) WHERE \"copy \" = 1"
                .formatted(
                        identifier(table.name() + "_once"),
                        columns,
                        identifier(table.id()),
                        String.join(", ", PARTITIONS),
                        identifier(table.name()));
    }

    /** Returns, by the name of a table, the statement that fills it with the rows of its files; none where it has none. */
    Map<String, String> loads(Hours hours) throws IOException {
        Map<String, String> loads = new LinkedHashMap<>();
        List<Path> trips = files(table.name(), ".parquet", hours);
        if (!trips.isEmpty()) {
            String name = identifier(table.name());
            String columns = Stream.concat(table.columns().stream().map(Table.Member::name), PARTITIONS.stream())
                    .map(LakeTables::identifier)
                    .collect(Collectors.joining(", "));
            // The empty table has the columns that no file has, and those that the table has not are left out.
            loads.put(
                    table.name(),
                    "INSERT INTO %s SELECT %s FROM (SELECT * FROM %s WHERE false UNION ALL BY NAME SELECT * FROM read_parquet(%s, union_by_name = true, hive_partitioning = true, hive_types_autocast = false))"
                            .formatted(name, columns, name, literals(trips)));
        }
        List<Path> rejected = files(DeliveryStream.QUARANTINE, ".gz", hours);
        if (!rejected.isEmpty()) {
            String columns = Stream.concat(REJECTED_COLUMNS.keySet().stream(), PARTITIONS.stream())
                    .collect(Collectors.joining(", "));
            String types = REJECTED_COLUMNS.entrySet().stream()
                    .map(column -> column.getKey() + ": '" + column.getValue() + "'")
                    .collect(Collectors.joining(", ", "{", "}"));
            loads.put(
                    REJECTED,
                    "INSERT INTO %s SELECT %s FROM read_json(%s, columns = %s, format = 'newline_delimited', compression = 'gzip', hive_partitioning = true, hive_types_autocast = false)"
                            .formatted(REJECTED, columns, literals(rejected), types));
        }
        return loads;
    }

    private List<Path> files(String name, String extension, Hours hours) throws IOException {
        return folder.files(name).stream()
                .filter(file -> file.toString().endsWith(extension) && hours.contains(file.toString()))
                .toList();
    }

    private static String type(ColumnType type) {
        return switch (type.kind()) {
            case STRING -> "VARCHAR";
            case DECIMAL -> "DECIMAL(" + type.precision() + "," + type.scale() + ")";
            default -> type.kind().name();
        };
    }

    private static String identifier(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private static String literals(List<Path> files) {
        return files.stream()
                .map(file -> "'" + file.toAbsolutePath().toString().replace("'", "''") + "'")
                .collect(Collectors.joining(", ", "[", "]"));
    }
}
