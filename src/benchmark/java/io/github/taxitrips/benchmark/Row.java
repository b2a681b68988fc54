package io.github.taxitrips.benchmark;

import io.github.taxitrips.benchmark.Lab.Side;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A row of the table: repeated measurements of the plain handler, of the same with a crypto provider, and of ours, in turn. */
final class Row {

    private final String name;
    private final String where;
    private final String unit;
    private final Map<Side, List<Double>> values = new EnumMap<>(Side.class);

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

    void add(Side side, double value) {
        values.computeIfAbsent(side, any -> new ArrayList<>()).add(value);
    }

    /** What and where, for a label. */
    String label() {
        return name + ", " + where;
    }

    /** Our median in proportion to the plain handler's. */
    double ratio() {
        return median(Side.OURS) / median(Side.PLAIN);
    }

    double median(Side side) {
        return quantile(values.get(side), 0.5);
    }

    static final String HEAD = """
            | measured | on | plain handler | with ACCP | Taxi Trips | ratio | with ACCP | repetitions |
            |---|---|--:|--:|--:|--:|--:|--:|
            """;

    /** The row as Markdown: medians with the quartiles around them. */
    String toMarkdown() {
        boolean crypto = values.containsKey(Side.CRYPTO);
        return String.format(
                Locale.ROOT,
                "| %s | %s | %s | %s | %s | %.2f | %s | %d |",
                name,
                where,
                text(Side.PLAIN),
                crypto ? text(Side.CRYPTO) : "",
                text(Side.OURS),
                ratio(),
                crypto ? String.format(Locale.ROOT, "%.2f", median(Side.OURS) / median(Side.CRYPTO)) : "",
                values.get(Side.OURS).size());
    }

    private String text(Side side) {
        List<Double> all = values.get(side);
        double median = quantile(all, 0.5);
        String format = median < 10 ? "%.1f %s (%.1f to %.1f)" : "%.0f %s (%.0f to %.0f)";
        return String.format(Locale.ROOT, format, median, unit, quantile(all, 0.25), quantile(all, 0.75));
    }

    /** The value below which the given share of all values lies. */
    static double quantile(List<Double> values, double share) {
        List<Double> sorted = values.stream().sorted().toList();
        double place = share * (sorted.size() - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.size() - 1);
        return sorted.get(below) + (place - below) * (sorted.get(above) - sorted.get(below));
    }
}
