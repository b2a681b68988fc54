package io.github.taxitrips.local.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.local.campaign.CampaignRow.Combination;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.logging.LoggingSystem;

/** The campaign on a small scale: every combination with a few batches of its stream. */
class FaultCampaignTests {

    private static final int TRIPS = 500;

    private static List<CampaignRow> rows;

    @BeforeAll
    static void run() {
        FaultCampaign campaign = new FaultCampaign(TRIPS, 25, Duration.ofMillis(200), 1);
        rows = Combination.all().stream().map(campaign::run).toList();
    }

    /** The campaign turns logging off, other tests look at it. */
    @AfterAll
    static void restoreLogging() {
        LoggingSystem.get(FaultCampaignTests.class.getClassLoader()).setLogLevel("io.github.taxitrips", null);
    }

    static List<CampaignRow> rows() {
        return rows;
    }

    @ParameterizedTest
    @MethodSource("rows")
    void everyRecordArrivesWhereItBelongs(CampaignRow row) {
        assertThat(row.lost()).isZero();
        assertThat(row.foreign()).isZero();
        assertThat(row.misjudged()).isZero();
        assertThat(row.trips()).isEqualTo(TRIPS);
        assertThat(row.delivered()).isEqualTo(TRIPS);
        assertThat(row.rejectedSum()).isEqualTo(row.poison()).isPositive();
        assertThat(row.isRight()).isTrue();
        assertThat(row.failed() + row.partial()).as("faults that took effect").isPositive();
        assertThat(row.environments()).isPositive();
        assertThat(row.invocations()).isGreaterThan(row.failed() + row.partial());
    }

    @Test
    void everyRowRejectsForTheSameReasons() {
        assertThat(rows).allSatisfy(row -> assertThat(row.rejected())
                .isEqualTo(rows.get(0).rejected())
                .containsEntry("too_large", 1)
                .containsKeys("wrong_type", "not_json", "zero:pickup_latitude"));
    }

    @Test
    void memoryLowersDuplicates() {
        assertThat(sum(row -> row.settings().memory(), CampaignRow::duplicates))
                .isLessThan(sum(row -> !row.settings().memory(), CampaignRow::duplicates));
    }

    @Test
    void packingLowersBilledBytes() {
        assertThat(sum(row -> row.settings().packing(), CampaignRow::billedBytes) * 4)
                .isLessThan(sum(row -> !row.settings().packing(), CampaignRow::billedBytes));
    }

    @Test
    void onlyReportedFailuresArePartial() {
        assertThat(sum(row -> !row.settings().reportFailures(), CampaignRow::partial))
                .isZero();
        assertThat(sum(row -> row.settings().reportFailures(), CampaignRow::partial))
                .isPositive();
    }

    @Test
    void everythingGoesWrong() {
        for (Weather weather : Weather.values()) {
            assertThat(sum(row -> true, row -> row.weather().getOrDefault(weather, 0)))
                    .as(weather.toString())
                    .isPositive();
        }
    }

    @Test
    void environmentsAreLost() {
        assertThat(sum(row -> true, CampaignRow::environments)).isGreaterThan(rows.size() * 3L);
    }

    private static long sum(Predicate<CampaignRow> which, ToLongFunction<CampaignRow> what) {
        return rows.stream().filter(which).mapToLong(what).sum();
    }
}
