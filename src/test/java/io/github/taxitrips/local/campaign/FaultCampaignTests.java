package io.github.taxitrips.local.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.local.campaign.CampaignRow.Combination;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The campaign on a small scale: every combination with a few batches of its stream. */
class FaultCampaignTests {

    private static final int TRIPS = 300;

    private static List<CampaignRow> rows;

    @BeforeAll
    static void run() {
        FaultCampaign campaign = new FaultCampaign(TRIPS, 2, 25, Duration.ofMillis(150), 3);
        // Side by side, for a part of the time is waiting.
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            List<CompletableFuture<CampaignRow>> running = Combination.all().stream()
                    .map(combination -> CompletableFuture.supplyAsync(() -> campaign.run(combination), threads))
                    .toList();
            rows = running.stream().map(CompletableFuture::join).toList();
        } finally {
            threads.shutdownNow();
        }
    }

    /** The campaign turns logging off, other tests look at it. */
    @AfterAll
    static void restoreLogging() {
        FunctionEnvironment.setLogLevel(null);
    }

    static List<CampaignRow> rows() {
        return rows;
    }

    @ParameterizedTest
    @MethodSource("rows")
    void everyRecordArrivesWhereItBelongsOrIsToldOf(CampaignRow row) {
        assertThat(row.lost()).isZero();
        assertThat(row.foreign()).isZero();
        assertThat(row.misjudged()).isZero();
        assertThat(row.isRight()).isTrue();
        assertThat(row.trips()).isEqualTo(TRIPS);
        assertThat(row.poison()).isPositive();
        assertThat(row.copies().unanswered()).isNotNegative();
        if (row.settings().trial() == Trial.RECORD_AGE && row.invocations() == 0) {
            // The machine stood still, and every record was too old before its first invocation.
            assertThat(row.givenUp()).isEqualTo(TRIPS + row.poison());
            return;
        }
        // Batches that are under way at once share their weather, and may all have the luck of a calm one; and a packed
        // batch is so few records that most of what befalls it is mended within the invocation.
        if (row.settings().trial() != Trial.PARALLEL && !row.settings().packing()) {
            assertThat(row.failed() + row.partial())
                    .as("faults that took effect")
                    .isPositive();
        }
        assertThat(row.environments()).isPositive();
        assertThat(row.invocations()).isGreaterThan(row.failed() + row.partial());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void nothingIsMissingUnlessTheTrialAllowsIt(CampaignRow row) {
        Trial trial = row.settings().trial();
        if (!trial.givesUp()) {
            assertThat(row.delivered()).isEqualTo(TRIPS);
            assertThat(row.givenUp()).isZero();
        }
        if (trial != Trial.WARN) {
            assertThat(row.told()).isZero();
        }
        if (!trial.givesUp() && trial != Trial.WARN) {
            assertThat(row.rejectedSum()).isEqualTo(row.poison());
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void givenUpRecordsAreInTheOnFailureDestinationWithTheReason(CampaignRow row) {
        Trial trial = row.settings().trial();
        assertThat(row.onFailure().recordsInAll()).isEqualTo(row.discarded());
        assertThat(row.onFailure().why())
                .isIn("", trial == Trial.RECORD_AGE ? "RecordAgeExceeded" : "RetryAttemptsExhausted");
        if (!trial.givesUp()) {
            assertThat(row.discarded()).isZero();
        }
    }

    @Test
    void recordsAreGivenUp() {
        assertThat(sum(row -> row.settings().trial() == Trial.ONE_RETRY, CampaignRow::givenUp))
                .isPositive();
    }

    @Test
    void killedMappingsStartEnvironmentsAnew() {
        assertThat(rows.stream().filter(row -> row.settings().trial() == Trial.RESTARTS))
                .isNotEmpty()
                .allSatisfy(row -> assertThat(row.environments()).isGreaterThan(Trial.RESTARTS.kills()));
    }

    @Test
    void everyTrialIsTried() {
        assertThat(rows).extracting(row -> row.settings().trial()).contains(Trial.values());
    }

    @Test
    void everyRowRejectsForTheSameReasons() {
        assertThat(rows.stream().filter(row -> row.rejectedSum() == row.poison()))
                .hasSizeGreaterThan(16)
                .allSatisfy(row -> assertThat(row.rejected())
                        .isEqualTo(rows.get(0).rejected())
                        .containsEntry("too_large", 1)
                        .containsKeys("wrong_type", "not_json", "not_a_number:pickup_latitude"));
    }

    @Test
    void withoutMemoryTheFunctionRepeatsItself() {
        assertThat(sum(row -> !row.settings().memory(), row -> row.copies().repeated()))
                .isPositive();
        assertThat(sum(row -> plain(row) && row.settings().memory(), row -> row.copies()
                        .repeated()))
                .isZero();
    }

    @Test
    void packingLowersBilledBytes() {
        assertThat(sum(row -> plain(row) && row.settings().packing(), CampaignRow::billedBytes) * 4)
                .isLessThan(sum(row -> plain(row) && !row.settings().packing(), CampaignRow::billedBytes));
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
        assertThat(sum(row -> true, CampaignRow::environments)).isGreaterThan(rows.size() * 2L);
    }

    private static boolean plain(CampaignRow row) {
        return row.settings().trial() == Trial.NONE;
    }

    private static long sum(Predicate<CampaignRow> which, ToLongFunction<CampaignRow> what) {
        return rows.stream().filter(which).mapToLong(what).sum();
    }
}
