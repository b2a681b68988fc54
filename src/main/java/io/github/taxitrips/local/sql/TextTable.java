package io.github.taxitrips.local.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Keeps an answer, and sets it as a table of text whose columns are aligned, numbers to the right. */
public final class TextTable implements Rows {

    private static final int MAX_WIDTH = 80;

    private final List<Column> columns = new ArrayList<>();
    private final List<List<Cell>> rows = new ArrayList<>();

    @Override
    public void columns(List<Column> columns) {
        this.columns.addAll(columns);
    }

    @Override
    public void row(List<Cell> cells) {
        rows.add(cells);
    }

    /** Returns the lines: a head, a rule, the rows. */
    public List<String> lines() {
        int[] widths = new int[columns.size()];
        boolean[] right = new boolean[columns.size()];
        for (int i = 0; i < widths.length; i++) {
            int column = i;
            widths[i] = Math.max(
                    columns.get(i).name().length(),
                    rows.stream()
                            .mapToInt(row -> text(row.get(column)).length())
                            .max()
                            .orElse(0));
            right[i] = columns.get(i).type().matches("(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|DECIMAL.*|FLOAT|DOUBLE)");
        }
        List<String> lines = new ArrayList<>();
        lines.add(line(columns.stream().map(Column::name).toList(), widths, right));
        lines.add(IntStream.of(widths).mapToObj("-"::repeat).collect(Collectors.joining("  ")));
        rows.forEach(row -> lines.add(line(row.stream().map(TextTable::text).toList(), widths, right)));
        return lines;
    }

    private static String line(List<String> values, int[] widths, boolean[] right) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String blank = " ".repeat(widths[i] - values.get(i).length());
            line.append(i == 0 ? "" : "  ");
            line.append(right[i] ? blank + values.get(i) : values.get(i) + blank);
        }
        return line.toString().stripTrailing();
    }

    /** A value in one line, which control characters of a terminal do not leave. */
    private static String text(Cell cell) {
        String text = cell.text() == null ? "" : cell.text().replaceAll("\\p{Cntrl}", "·");
        return text.length() > MAX_WIDTH ? text.substring(0, MAX_WIDTH - 1) + "…" : text;
    }
}
