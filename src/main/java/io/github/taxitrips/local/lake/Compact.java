package io.github.taxitrips.local.lake;

import io.github.taxitrips.local.base.DeskSettings;
import java.util.List;

/** Merges the Parquet files of each hour of the data lake that is set, while no server is at work on it. */
final class Compact {

    private static final String HELP = """
            Usage: compact [--taxi-trips.<setting>=<value>]
            Merges the Parquet files of each hour of the data lake, while no server is at work on it.
            """;

    /**
     * Merges, prints what, and exits: with status 1 and words if another process has the lake.
     *
     * @param args Spring's arguments, such as {@code --taxi-trips.local.data-lake=another}
     */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    static int run(String[] args) {
        if (List.of(args).contains("--help")) {
            System.out.print(HELP);
            return 0;
        }
        try (Lake lake = Lake.open(DeskSettings.read(args))) {
            List<Compaction.Hour> hours = lake.compact();
            for (Compaction.Hour hour : hours) {
                System.out.printf("%,d files, now one of %,d rows in %s%n", hour.files(), hour.rows(), hour.folder());
            }
            if (hours.isEmpty()) {
                System.out.println("No hour of " + lake.root() + " has more than one file");
            }
            return 0;
        } catch (IllegalStateException e) {
            System.err.println(e.getMessage());
            return 1;
        }
    }
}
