package io.github.taxitrips.local.sql;

import io.github.taxitrips.local.lake.DeliveryStream;
import io.github.taxitrips.local.lake.Lake;
import io.github.taxitrips.settings.Table;
import io.github.taxitrips.settings.TaxiTripsProperties.Buffering;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A small lake, and what SQL says of it. */
final class SqlLab implements AutoCloseable {

    static final Limits LIMITS = new Limits(1_000, Duration.ofSeconds(20), 256 << 20, 2);

    private final Path root;
    private final Table table;
    final Sql sql;

    SqlLab(Path root, Table table) {
        this(root, table, LIMITS);
    }

    SqlLab(Path root, Table table, Limits limits) {
        this.root = root;
        this.table = table;
        sql = new Sql(root, table, limits, Runnable::run);
    }

    /** Writes records to a file of the table, at this time. */
    void trips(String time, String... records) {
        write("trips", time, records);
    }

    /** Writes lines to a file of the quarantine, at this time. */
    void rejected(String time, String... lines) {
        write("rejected", time, Stream.of(lines).map(line -> line + "\n").toArray(String[]::new));
    }

    private void write(String stream, String time, String... records) {
        Buffering late = new Buffering(128, 900);
        List<DeliveryStream> streams = List.of(
                new DeliveryStream("trips", table.name(), table, false, late),
                new DeliveryStream("rejected", DeliveryStream.QUARANTINE, null, true, late));
        try (Lake lake = new Lake(root, streams, Clock.fixed(Instant.parse(time), ZoneOffset.UTC))) {
            lake.append(
                    stream,
                    Stream.of(records)
                            .map(text -> text.getBytes(StandardCharsets.UTF_8))
                            .toList());
        }
    }

    /** The rows of an answer, their values divided by bars. */
    List<String> ask(String statement) throws IOException, RefusedException {
        return ask(statement, Hours.ALL).rows;
    }

    Kept ask(String statement, Hours hours) throws IOException, RefusedException {
        Kept kept = new Kept();
        kept.truncated = sql.query(statement, hours, kept);
        return kept;
    }

    @Override
    public void close() {
        sql.close();
    }

    /** An answer. */
    static class Kept implements Rows {

        final List<Column> columns = new ArrayList<>();
        final List<String> rows = new ArrayList<>();
        boolean truncated;

        @Override
        public void columns(List<Column> columns) {
            this.columns.addAll(columns);
        }

        @Override
        public void row(List<Cell> cells) {
            rows.add(String.join(
                    "|", cells.stream().map(cell -> String.valueOf(cell.text())).toList()));
        }
    }
}
