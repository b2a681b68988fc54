package io.github.taxitrips.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A row of the table: repeated measurements of the plain handler and of ours, taken in turn. */
final class Row {

    private final String name;
    private final String where;
    private final String unit;
    private final List<Double> plain = new ArrayList<>();
    private final List<Double> ours = new ArrayList<>();

    /**
     * @param name what is measured
     * @param where the JDK and its compilers
     * @param unit ms or MB
     */
    Row(String name, String where, String unit) {
        this.name = name;
        this.where = where;
        this.unit = unit;
    }

    void addPlain(double value) {
        plain.add(value);
    }

    void addOurs(double value) {
        ours.add(value);
    }

    /** What and where, for a label. */
    String label() {
        return name + ", " + where;
    }

    /** Our median in proportion to the plain handler's. */
    double ratio() {
        return median(ours) / median(plain);
    }

    /** The row as Markdown. */
    String toMarkdown() {
        return String.format(
                Locale.ROOT,
                "| %s | %s | %s | %s | %.2f | %d |",
                name,
                where,
                text(median(plain)),
                text(median(ours)),
                ratio(),
                ours.size());
    }

    private String text(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.1f %s" : "%.0f %s", value, unit);
    }

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
