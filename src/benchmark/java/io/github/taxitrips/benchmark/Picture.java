package io.github.taxitrips.benchmark;

import java.util.List;
import java.util.Locale;

/** Draws the ratios of rows as bars, with a line at 1: shorter than that is ahead of the plain handler. */
final class Picture {

    private static final int LABEL_WIDTH = 380;
    private static final int UNIT = 200;
    private static final int BAR = 14;
    private static final int LINE = 20;
    private static final int TOP = 40;

    private Picture() {}

    /** Returns the picture as SVG. */
    static String svg(List<Row> rows) {
        double widest = rows.stream().mapToDouble(Row::ratio).max().orElse(1);
        int width = LABEL_WIDTH + (int) (Math.max(1, widest) * UNIT) + 60;
        int height = TOP + rows.size() * LINE + 10;
        StringBuilder svg = new StringBuilder();
        append(
                svg,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" "
                        + "font-family=\"sans-serif\" font-size=\"12\">%n",
                width,
                height,
                width,
                height);
        append(svg, "<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>%n");
        append(
                svg,
                "<text x=\"10\" y=\"18\" font-size=\"13\">Taxi Trips in proportion to a plain handler (1.0); "
                        + "shorter is better</text>%n");
        int y = TOP;
        for (Row row : rows) {
            append(
                    svg,
                    "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>%n",
                    LABEL_WIDTH - 8,
                    y + 11,
                    row.label());
            append(
                    svg,
                    "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>%n",
                    LABEL_WIDTH,
                    y,
                    row.ratio() * UNIT,
                    BAR,
                    row.ratio() <= 1 ? "#2a7f62" : "#c77d2e");
            append(
                    svg,
                    "<text x=\"%.1f\" y=\"%d\">%.2f</text>%n",
                    LABEL_WIDTH + row.ratio() * UNIT + 5,
                    y + 11,
                    row.ratio());
            y += LINE;
        }
        append(
                svg,
                "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"#333333\" stroke-dasharray=\"3 3\"/>%n",
                LABEL_WIDTH + UNIT,
                TOP - 8,
                LABEL_WIDTH + UNIT,
                height - 8);
        return svg.append("</svg>\n").toString();
    }

    private static void append(StringBuilder svg, String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values));
    }
}
