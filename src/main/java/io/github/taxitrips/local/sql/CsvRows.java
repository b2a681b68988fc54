package io.github.taxitrips.local.sql;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes an answer as CSV (RFC 4180) with a header line. What is null is empty, and empty text is {@code ""}. */
public final class CsvRows implements Rows {

    private final Appendable out;

    /** @param out takes the answer */
    public CsvRows(Appendable out) {
        this.out = out;
    }

    @Override
    public void columns(List<Column> columns) throws IOException {
        line(columns.stream().<@Nullable String>map(Column::name).iterator());
    }

    @Override
    public void row(List<Cell> cells) throws IOException {
        line(cells.stream().<@Nullable String>map(Cell::text).iterator());
    }

    private void line(Iterator<@Nullable String> values) throws IOException {
        while (values.hasNext()) {
            String value = values.next();
            if (value != null) {
                boolean quoted =
                        value.isEmpty() || value.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
                out.append(quoted ? '"' + value.replace("\"", "\"\"") + '"' : value);
            }
            if (values.hasNext()) {
                out.append(',');
            }
        }
        out.append("\r\n");
    }
}
