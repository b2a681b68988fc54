package io.github.taxitrips.local.campaign;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.local.campaign.CampaignRow.Combination;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CampaignTableTests {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, UTF_8);

    @Test
    void rowsStandBelowTheirHeadings() {
        CampaignTable table = new CampaignTable(out);
        table.printHead(64_000, 32, 7);
        table.print(row(1_990, 0, 9));
        table.printFoot();
        String text = bytes.toString(UTF_8);
        assertThat(text)
                .startsWith("64,000 clean trips: a stream of 2,000")
                .contains("Seed 7.")
                .contains("65 s in all", "      18  calm", "       0  storm", "       2  failed calls")
                .contains("       2  empty", "       1  zero:pickup_latitude")
                .doesNotContain("WRONG");
        assertThat(text.lines().filter(line -> line.startsWith("|")))
                .hasSize(3)
                .satisfies(
                        lines -> assertThat(lines.stream().map(String::length).distinct())
                                .hasSize(1))
                .last()
                .asString()
                .matches(
                        "\\| report-failures \\+ bisect \\| 3 retries +\\| on     \\| off     \\| +2,000 \\| +1,990 \\|"
                                + " +0 \\| +8 \\| RetryAttemptsExhausted \\| +2 \\| +12 \\| +5 \\| +4 \\| +3 \\| +3 \\| +40 \\| +1.5 \\| +20 \\| +4 \\| +5 \\| +6 \\| +65 \\|");
    }

    @Test
    void wrongRowIsMarked() {
        CampaignTable table = new CampaignTable(out);
        table.print(row(1_989, 0, 9));
        assertThat(bytes.toString(UTF_8)).contains("WRONG: 1 lost, 0 foreign lines, 0 misjudged");
        table.print(row(1_990, 1, 9));
        assertThat(bytes.toString(UTF_8)).contains("WRONG: 0 lost, 1 foreign lines, 0 misjudged");
        table.print(row(1_990, 0, 10));
        assertThat(bytes.toString(UTF_8)).contains("0 misjudged, 10 given up and 9 of these kept");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--trips=1", "--trips=2000000000", "--trips=many", "--trips=", "--seed=x"})
    void wrongArgumentIsExplained(String argument) {
        assertThat(FaultCampaign.run(new String[] {argument}, out)).isEqualTo(2);
        assertThat(bytes.toString(UTF_8))
                .startsWith(argument.substring(0, argument.indexOf('=')) + " must be a whole number from ")
                .contains("not \"" + argument.substring(argument.indexOf('=') + 1) + "\"");
    }

    private static CampaignRow row(int delivered, long foreign, long discarded) {
        return new CampaignRow(
                new Combination(Trial.THREE_RETRIES, true, true, true, false),
                2_000,
                delivered,
                new Ledger.Copies(5, 4, 3),
                foreign,
                3,
                Map.of("empty", 2, "zero:pickup_latitude", 1),
                0,
                8,
                new GivenUp(Set.of("shardId-000000000000:1"), Map.of("RetryAttemptsExhausted", 9)),
                discarded,
                2,
                40,
                1_500_000,
                20,
                4,
                5,
                6,
                Map.of(Weather.CALM, 18, Weather.FAILED_CALLS, 2),
                Duration.ofSeconds(65));
    }
}
