package io.github.taxitrips.local.campaign;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Prints the campaign's rows as they come, as a table in aligned Markdown. */
final class CampaignTable {

    private static final List<String> HEADINGS = List.of(
            "strategy                ",
            "memory",
            "packing",
            "   trips",
            "delivered",
            "lost",
            "duplicated",
            "rejected",
            "  calls",
            "billed MB",
            "attempts",
            "failed",
            "partial",
            "environments",
            "time s");
    private static final int TEXT_COLUMNS = 3;

    private final PrintStream out;
    private final List<CampaignRow> rows = new ArrayList<>();

    CampaignTable(PrintStream out) {
        this.out = out;
    }

    void print(CampaignRow row) {
        if (rows.isEmpty()) {
            line(HEADINGS);
            line(HEADINGS.stream().map(this::rule).toList());
        }
        rows.add(row);
        line(List.of(
                row.settings().strategy(),
                row.settings().memory() ? "on" : "off",
                row.settings().packing() ? "on" : "off",
                count(row.trips()),
                count(row.delivered()),
                count(row.lost()),
                count(row.duplicates()),
                count(row.rejectedSum()),
                count(row.calls()),
                String.format(Locale.ROOT, "%,.1f", row.billedBytes() / 1e6),
                count(row.invocations()),
                count(row.failed()),
                count(row.partial()),
                count(row.environments()),
                count(row.time().toSeconds())));
        if (!row.isRight()) {
            out.printf("WRONG: %d lost, %d foreign lines, %d misjudged%n", row.lost(), row.foreign(), row.misjudged());
        }
    }

    /** Prints how many records of the stream were rejected for each reason. */
    void printRejections() {
        out.printf("%nRejected by reason, in every row:%n");
        Map<String, List<Integer>> byReason = new TreeMap<>();
        rows.forEach(row -> row.rejected()
                .forEach((reason, count) ->
                        byReason.computeIfAbsent(reason, r -> new ArrayList<>()).add(count)));
        byReason.forEach((reason, counts) -> out.printf(
                "%,8d  %s%n", counts.stream().mapToInt(count -> count).min().orElse(0), reason));
    }

    private String rule(String heading) {
        return HEADINGS.indexOf(heading) < TEXT_COLUMNS
                ? "-".repeat(heading.length())
                : "-".repeat(heading.length() - 1) + ":";
    }

    private void line(List<String> cells) {
        StringBuilder line = new StringBuilder("|");
        for (int i = 0; i < cells.size(); i++) {
            int width = HEADINGS.get(i).length();
            line.append(String.format(" %" + (i < TEXT_COLUMNS ? "-" : "") + width + "s |", cells.get(i)));
        }
        out.println(line);
    }

    private static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }
}
