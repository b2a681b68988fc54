package io.github.taxitrips.local.gameday;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.intake.Rejection;
import io.github.taxitrips.intake.Rejection.Reason;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;

/** Each alarm's situation comes and goes, and costs no record. */
class GameDayTests {

    @Test
    void everyMetricMovesAndComesBackAndNothingIsLost() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        int status = GameDay.run(new PrintStream(printed, true, StandardCharsets.UTF_8));
        String output = printed.toString(StandardCharsets.UTF_8).replace("\r", "");
        assertThat(status).as(output).isZero();
        assertThat(places(output)).as(output).isEqualTo(places(Files.readString(Path.of("docs/runbook.md"))));
    }

    @Test
    void whatIsMissingIsCounted(@TempDir Path folder) throws Exception {
        // No file is written before it is asked for, however slow the machine.
        try (GameDesk desk = new GameDesk(
                folder,
                List.of(
                        "--taxi-trips.local.buffering.interval-in-seconds=900",
                        "--taxi-trips.local.quarantine-buffering.interval-in-seconds=900"))) {
            desk.sendTrips(5);
            desk.sendUnclean(3, new Rejection(Reason.ZERO, "pickup_latitude"));
            assertThat(desk.lost()).isEqualTo(8);
            assertThat(desk.settle()).isTrue();
            assertThat(desk.lost()).isZero();
            FileSystemUtils.deleteRecursively(desk.lake().resolve("quarantine"));
            assertThat(desk.lost()).isEqualTo(3);
            desk.expectUncleanInTheTable();
            assertThat(desk.lost()).isEqualTo(6);
            FileSystemUtils.deleteRecursively(desk.lake().resolve("nyctaxitrips"));
            assertThat(desk.lost()).isEqualTo(11);
        }
    }

    /** The table's lines without what is measured. */
    private static List<String> places(String text) {
        return text.lines()
                .dropWhile(line -> !line.startsWith("| alarm ") || !line.contains("| made by "))
                .takeWhile(line -> line.startsWith("|"))
                .filter(line -> !line.startsWith("|-"))
                .map(line -> line.split("\\|"))
                .map(cells -> Stream.of(cells[1], cells[2], cells[3], cells[5], cells[6])
                        .map(String::strip)
                        .collect(Collectors.joining("|")))
                .toList();
    }

    @Test
    void everyAlarmOfTheTemplateIsMadeOrItIsSaidWhyNot() throws Exception {
        Set<String> alarms = Pattern.compile("(?m)^  (\\w+Alarm):$")
                .matcher(Files.readString(Path.of("template.yaml")))
                .results()
                .map((MatchResult alarm) -> alarm.group(1))
                .collect(Collectors.toSet());
        assertThat(Stream.concat(
                                Situations.all().stream().flatMap(situation -> situation.alarms().stream()),
                                Situations.notMade().keySet().stream())
                        .filter(alarm -> alarm.endsWith("Alarm")))
                .containsExactlyInAnyOrderElementsOf(alarms);
    }
}
