package io.github.taxitrips.local.gameday;

import io.github.taxitrips.local.gameday.Metric.Mark;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;

/**
 * Brings the whole local run, in a temporary folder, into the situation of each alarm that it can, does what the runbook says, and
 * shows that the alarm's metric moves and comes back and that no record is lost: each is looked for with SQL, or in the quarantine.
 * {@code src/bin/desk game-day} starts it.
 *
 * <p>What is short here is long on AWS: an alarm waits for minutes, the metric is shown after seconds.
 */
public final class GameDay {

    private static final String ROW = "| %-32s | %-37s | %-36s | %-16s | %-43s | %-8s |%n";

    private final PrintStream out;
    private final List<String> troubles = new ArrayList<>();

    /** Serves all situations without settings of their own, until one leaves it with others. */
    private @Nullable Place usual;

    private GameDay(PrintStream out) {
        this.out = out;
    }

    /** Runs every situation, prints the table and exits. */
    public static void main(String[] args) {
        // What goes wrong is wanted, and fills logs. A property is for all that is started in the process.
        System.setProperty("logging.level.io.github.taxitrips", "off");
        System.exit(run(System.out));
    }

    /**
     * Runs every situation and prints the table.
     *
     * @return the exit status: 0 if all is as it is to be, 1 if a metric did not move or come back, or anything was lost
     */
    static int run(PrintStream out) {
        GameDay day = new GameDay(out);
        out.printf(Locale.ROOT, ROW, "alarm", "made by", "metric", "calm, then, over", "mended by", "lost");
        out.printf(Locale.ROOT, "|%s|%s|%s|%s|%s|%s|%n", rule(34), rule(39), rule(38), rule(18), rule(45), rule(10));
        for (Situation situation : Situations.all()) {
            day.run(situation);
        }
        day.end();
        out.printf("%nNot to be made on the desk:%n%n");
        Situations.notMade().forEach((alarm, why) -> out.printf("- %s: %s%n", alarm, why));
        out.println();
        day.troubles.forEach(trouble -> out.println("Not as it is to be: " + trouble));
        if (day.troubles.isEmpty()) {
            out.println("Every metric moved and came back, and nothing was lost.");
        }
        return day.troubles.isEmpty() ? 0 : 1;
    }

    private static String rule(int width) {
        return "-".repeat(width);
    }

    /** A desk, and the folder that goes with it. */
    private record Place(Path folder, GameDesk desk) {

        private static Place open(List<String> settings) throws IOException {
            Path folder = Files.createTempDirectory("game-day");
            return new Place(folder, new GameDesk(folder, settings));
        }

        private void leave() throws IOException {
            desk.close();
            FileSystemUtils.deleteRecursively(folder);
        }
    }

    private void run(Situation situation) {
        String alarms = String.join(", ", situation.alarms());
        try {
            Place place = usual != null && situation.settings().isEmpty() ? usual : Place.open(situation.settings());
            boolean isUsual = false;
            try {
                place.desk.forget();
                run(situation, alarms, place.desk);
                isUsual = situation.settings().isEmpty() && place.desk.hasUsualSettings();
            } finally {
                if (isUsual) {
                    usual = place;
                } else {
                    usual = place.equals(usual) ? null : usual;
                    place.leave();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The game day needs a temporary folder", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            troubles.add(alarms + ": interrupted");
        } catch (Exception e) {
            troubles.add(alarms + ": " + e);
        }
    }

    private void end() {
        try {
            if (usual != null) {
                usual.leave();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The game day's temporary folder cannot be deleted", e);
        }
    }

    private void run(Situation situation, String alarms, GameDesk desk) throws Exception {
        Metric metric = situation.metric();
        Mark before = metric.mark(desk);
        desk.sendTrips(Situations.RECORDS);
        check(desk.settle(), alarms, "what was sent before is not done with");
        double calm = metric.since(before, desk);
        check(calm <= situation.calm(), alarms, "the metric is not calm before");

        Mark begin = metric.mark(desk);
        situation.make().take(desk);
        check(
                GameDesk.await(() -> metric.since(begin, desk) > situation.ringing()),
                alarms,
                "the metric does not move");
        double ringing = metric.since(begin, desk);

        situation.mend().take(desk);
        check(desk.settle(), alarms, "what was held up is not done with");
        Mark mended = metric.mark(desk);
        desk.sendTrips(Situations.RECORDS);
        check(desk.settle(), alarms, "what was sent after is not done with");
        double over = metric.since(mended, desk);
        check(over <= situation.calm(), alarms, "the metric does not come back");

        int lost = desk.lost();
        check(lost == 0, alarms, lost + " records are lost");
        out.printf(
                Locale.ROOT,
                ROW,
                alarms,
                situation.made(),
                metric.name(),
                "%s, %s, %s%s"
                        .formatted(number(metric, calm), number(metric, ringing), number(metric, over), metric.unit()),
                situation.mended(),
                lost + " of " + desk.sent());
    }

    private void check(boolean condition, String alarms, String problem) {
        if (!condition) {
            troubles.add(alarms + ": " + problem);
        }
    }

    private static String number(Metric metric, double value) {
        return String.format(Locale.ROOT, metric.unit().isEmpty() ? "%.0f" : "%.1f", value);
    }
}
