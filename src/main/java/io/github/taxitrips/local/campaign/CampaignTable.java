package io.github.taxitrips.local.campaign;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Prints the campaign's rows as they come, as a table in aligned Markdown. */
final class CampaignTable {

    private static final List<String> HEADINGS = List.of(
            "strategy                ",
            "tried             ",
            "memory",
            "packing",
            "   trips",
            "delivered",
            "lost",
            "given up",
            "why                   ",
            "told",
            "duplicated",
            "unanswered",
            "strayed",
            "repeated",
            "rejected",
            "  calls",
            "billed MB",
            "attempts",
            "failed",
            "partial",
            "environments",
            "time s");
    private static final Set<Integer> TEXT_COLUMNS = Set.of(0, 1, 2, 3, 8);

    private final PrintStream out;
    private final List<CampaignRow> rows = new ArrayList<>();

    CampaignTable(PrintStream out) {
        this.out = out;
    }

    /** Prints what the table is about, and its headings. */
    void printHead(int trips, int combinations, long seed) {
        out.printf("""
                %,d clean trips: a stream of %,d with unclean ones in between, in each of %d rows. Seed %d.
                given up: records that arrived nowhere, and are in the batches that the mapping has put into its on-failure
                destination; why: the condition that these name.
                told: unclean records that the quarantine did not take, which the function counts.
                duplicated: copies of trips beyond the first. Of these, unanswered: the answer to an earlier call never reached
                the function, or died with its environment; strayed: another environment had it; repeated: the same one had it.
                rejected: unclean records in the quarantine.
                calls and billed MB: the quarantine's included. attempts: invocations of the function.
                Calls run side by side, so that another run with the same seed comes out a little different.

                """, trips, trips / combinations, combinations, seed);
        line(HEADINGS);
        line(HEADINGS.stream().map(this::rule).toList());
    }

    void print(CampaignRow row) {
        rows.add(row);
        line(List.of(
                row.settings().strategy(),
                row.settings().trial().toString(),
                row.settings().memory() ? "on" : "off",
                row.settings().packing() ? "on" : "off",
                count(row.trips()),
                count(row.delivered()),
                count(row.lost()),
                count(row.givenUp()),
                row.onFailure().why(),
                count(row.told()),
                count(row.copies().all()),
                count(row.copies().unanswered()),
                count(row.copies().strayed()),
                count(row.copies().repeated()),
                count(row.rejectedSum()),
                count(row.calls()),
                String.format(Locale.ROOT, "%,.1f", row.billedBytes() / 1e6),
                count(row.invocations()),
                count(row.failed()),
                count(row.partial()),
                count(row.environments()),
                count(row.time().toSeconds())));
        if (!row.isRight()) {
            out.printf(
                    "WRONG: %d lost, %d foreign lines, %d misjudged, %d given up and %d of these kept%n",
                    row.lost(),
                    row.foreign(),
                    row.misjudged(),
                    row.discarded(),
                    row.onFailure().recordsInAll());
        }
    }

    /** Prints the time that all rows took, what went wrong, and why records were rejected. */
    void printFoot() {
        out.printf(
                "%n%d s in all. Attempts by what went wrong:%n",
                rows.stream().mapToLong(row -> row.time().toSeconds()).sum());
        for (Weather weather : Weather.values()) {
            out.printf(
                    "%,8d  %s%n",
                    rows.stream()
                            .mapToInt(row -> row.weather().getOrDefault(weather, 0))
                            .sum(),
                    weather);
        }
        out.printf("%nRejected in each row, by reason:%n");
        rows.get(0).rejected().forEach((reason, count) -> out.printf("%,8d  %s%n", count, reason));
    }

    private String rule(String heading) {
        return TEXT_COLUMNS.contains(HEADINGS.indexOf(heading))
                ? "-".repeat(heading.length())
                : "-".repeat(heading.length() - 1) + ":";
    }

    private void line(List<String> cells) {
        StringBuilder line = new StringBuilder("|");
        for (int i = 0; i < cells.size(); i++) {
            int width = HEADINGS.get(i).length();
            line.append(String.format(" %" + (TEXT_COLUMNS.contains(i) ? "-" : "") + width + "s |", cells.get(i)));
        }
        out.println(line);
    }

    private static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }
}
