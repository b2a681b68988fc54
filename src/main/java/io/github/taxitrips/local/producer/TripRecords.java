package io.github.taxitrips.local.producer;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import io.github.taxitrips.settings.Table;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Rows of CSV as records of a table, by their header: the trip records of the New York City Taxi and Limousine Commission for
 * yellow and green cabs from 2009 to June 2016, whose columns had several names, or a file whose columns are named as the
 * table's. Columns that the table has not are left out, and so are empty cells; a cell that is not of its column's type is
 * passed on as text, for the function to judge.
 *
 * <p>The TLC's times are New York's and become UTC. A record without a column for its id gets one from the row's text, so
 * that the same row has the same id in any file and run.
 */
final class TripRecords implements RecordSource {

    private static final JsonMapper JSON = new JsonMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
    private static final DateTimeFormatter LOCAL_TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);

    /** Other names of the trips' columns, in lower case. */
    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("trip_pickup_datetime", "pickup_datetime"),
            Map.entry("tpep_pickup_datetime", "pickup_datetime"),
            Map.entry("lpep_pickup_datetime", "pickup_datetime"),
            Map.entry("trip_dropoff_datetime", "dropoff_datetime"),
            Map.entry("tpep_dropoff_datetime", "dropoff_datetime"),
            Map.entry("lpep_dropoff_datetime", "dropoff_datetime"),
            Map.entry("start_lon", "pickup_longitude"),
            Map.entry("start_lat", "pickup_latitude"),
            Map.entry("end_lon", "dropoff_longitude"),
            Map.entry("end_lat", "dropoff_latitude"),
            Map.entry("total_amt", "total_amount"));

    private final Table table;
    private final CloseableIterator<CsvRecord> rows;
    private final Table.@Nullable Member[] columns;
    private final boolean hasId;
    private long given;

    /**
     * @param csv the rows, the first of which is the header; closed with this
     * @param table the table
     * @throws IOException if it cannot be read, or lacks a column that a record must have
     */
    TripRecords(InputStream csv, Table table) throws IOException {
        this.table = table;
        this.rows = CsvReader.builder()
                .detectBomHeader(true)
                .allowMissingFields(true)
                .allowExtraFields(true)
                .allowExtraCharsAfterClosingQuote(true)
                .ofCsvRecord(csv)
                .iterator();
        Map<String, Table.Member> members = table.judged().stream()
                .collect(Collectors.toMap(member -> member.name().toLowerCase(Locale.ROOT), member -> member));
        List<String> names = header();
        this.columns = names.stream().map(members::get).toArray(Table.Member[]::new);
        List<String> found = Stream.of(columns)
                .filter(Objects::nonNull)
                .map(Table.Member::name)
                .toList();
        this.hasId = found.contains(table.id());
        List<String> missing = table.judged().stream()
                .filter(Table.Member::required)
                .filter(member -> member.equalTo() == null)
                .map(Table.Member::name)
                .filter(name -> !name.equals(table.id()) && !found.contains(name))
                .toList();
        if (!missing.isEmpty()) {
            throw new IOException((names.contains("pulocationid")
                            ? "the TLC's files since July 2016 have zones in place of coordinates; take one of up to June 2016."
                            : "its first line is no JSON, and no header with the columns that the table needs.")
                    + " Missing: "
                    + String.join(", ", missing));
        }
    }

    private List<String> header() throws IOException {
        List<String> header = row();
        return (header == null ? List.<String>of() : header)
                .stream()
                        .map(name -> name.toLowerCase(Locale.ROOT))
                        .map(name -> NAMES.getOrDefault(name, name))
                        .toList();
    }

    private @Nullable List<String> row() throws IOException {
        try {
            return rows.hasNext()
                    ? rows.next().getFields().stream().map(String::strip).toList()
                    : null;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } catch (CsvParseException e) {
            throw new IOException(
                    e.getMessage()
                            + (e.getCause() == null ? "" : ": " + e.getCause().getMessage()),
                    e);
        }
    }

    @Override
    public @Nullable Item next() throws IOException {
        List<String> cells = row();
        if (cells == null) {
            return null;
        }
        given++;
        ObjectNode members = JSON.createObjectNode();
        for (Table.Member member : table.members()) {
            if (member.equalTo() != null) {
                members.set(member.name(), json(member, member.equalTo()));
            }
        }
        if (!hasId) {
            members.set(table.id(), id(cells));
        }
        for (int i = 0; i < Math.min(cells.size(), columns.length); i++) {
            Table.Member member = columns[i];
            if (member != null && !cells.get(i).isEmpty()) {
                members.set(member.name(), json(member, cells.get(i)));
            }
        }
        return new Item((members + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static JsonNode json(Table.Member member, String cell) {
        try {
            return switch (member.kind()) {
                case INT, BIGINT, FLOAT, DOUBLE, DECIMAL -> NODES.numberNode(new BigDecimal(cell));
                case BOOLEAN ->
                    cell.equals("true") || cell.equals("false")
                            ? NODES.booleanNode(cell.equals("true"))
                            : NODES.stringNode(cell);
                case TIMESTAMP ->
                    NODES.stringNode(LocalDateTime.parse(cell, LOCAL_TIME)
                            .atZone(NEW_YORK)
                            .toInstant()
                            .toString());
                case STRING, DATE -> NODES.stringNode(cell);
            };
        } catch (NumberFormatException | DateTimeException e) {
            return NODES.stringNode(cell);
        }
    }

    /** A whole number of 63 bits, or its digits for a column of text. */
    private JsonNode id(List<String> cells) {
        UUID digest = UUID.nameUUIDFromBytes(String.join(",", cells).getBytes(StandardCharsets.UTF_8));
        long id = digest.getLeastSignificantBits() & Long.MAX_VALUE;
        boolean number = table.judged().stream()
                .anyMatch(member ->
                        member.name().equals(table.id()) && member.kind().isNumber());
        return number ? NODES.numberNode(id) : NODES.stringNode(Long.toString(id));
    }

    @Override
    public Progress progress() {
        return new Progress(given, -1);
    }

    @Override
    public void close() throws IOException {
        rows.close();
    }
}
