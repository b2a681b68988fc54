package io.github.taxitrips.local.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import io.github.taxitrips.delivery.DeliveryException;
import io.github.taxitrips.local.aws.AwsEndpoint;
import io.github.taxitrips.local.aws.Faults;
import io.github.taxitrips.local.campaign.Ledger.Copies;
import io.github.taxitrips.local.campaign.Mishaps.Kind;
import io.github.taxitrips.local.firehose.FirehoseApi;
import io.github.taxitrips.local.lake.DeliveryStream;
import io.github.taxitrips.local.lake.Lake;
import io.github.taxitrips.local.lake.LakeFile;
import io.github.taxitrips.local.mapping.ExecutionEnvironment.Lost;
import io.github.taxitrips.local.mapping.MemoryShard;
import io.github.taxitrips.local.producer.TripGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An environment dies at the call it is told to or when its time is over, and not of anything else. */
class FunctionEnvironmentTests {

    private static final int TRIPS = 1_200;

    @TempDir
    Path folder;

    private final Ledger ledger = new Ledger("nyc-taxi-trips");
    private Lake lake;
    private FirehoseApi firehose;
    private AwsEndpoint endpoint;
    private FunctionEnvironment environment;

    @BeforeEach
    void start() {
        lake = new Lake(folder, List.of(DeliveryStream.plain("nyc-taxi-trips", "trips")), Clock.systemUTC());
        firehose = new FirehoseApi(List.of("nyc-taxi-trips"), lake, Clock.systemUTC());
        endpoint = new AwsEndpoint(0, Faults.none(), firehose);
        environment = environment(null);
    }

    private FunctionEnvironment environment(@Nullable Duration time, String... others) {
        List<String> settings = new ArrayList<>(List.of(others));
        settings.add("--taxi-trips.firehose.endpoint=" + endpoint.uri());
        // One call after the other, so that it is known which ones came before.
        settings.add("--taxi-trips.firehose.max-concurrent-calls=1");
        return new FunctionEnvironment(settings, ledger, time);
    }

    @AfterEach
    void close() {
        environment.close();
        endpoint.close();
        lake.close();
    }

    @Test
    void livesUnlessToldToDie() {
        assertThat(environment.invoke(event())).contains("\"delivered\":" + TRIPS);
        assertThat(firehose.totals().calls()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({"false, 1, 500", "true, 2, 1000"})
    void diesBeforeACallOrWhenItIsAnswered(boolean answered, int calls, int stored) {
        environment.mishaps().plan(Kind.DEATH, 2, answered);
        assertThatExceptionOfType(Lost.class).isThrownBy(() -> environment.invoke(event()));
        assertThat(firehose.totals().calls()).isEqualTo(calls);
        assertThat(firehose.totals().records()).isEqualTo(stored);
    }

    @Test
    void outlivesAnInvocationThatEndsEarlier() {
        environment.mishaps().plan(Kind.DEATH, 4, false);
        assertThatNoException().isThrownBy(() -> environment.invoke(event()));
        assertThatNoException().isThrownBy(() -> environment.invoke(event()));
    }

    @Test
    void outlivesAFailedInvocation() {
        environment.mishaps().plan(Kind.DEATH, 4, false);
        endpoint.setFaults(new Faults(0, 1, Duration.ZERO, Faults.SERVICE_UNAVAILABLE, 1));
        assertThatExceptionOfType(DeliveryException.class).isThrownBy(() -> environment.invoke(event()));
        endpoint.setFaults(Faults.none());
        assertThatNoException().isThrownBy(() -> environment.invoke(event()));
    }

    @ParameterizedTest
    @CsvSource({"false, 500", "true, 1000"})
    void failsOfAnErrorBeforeACallOrWithItsAnswerAndLivesOn(boolean answered, int stored) {
        environment.mishaps().plan(Kind.ERROR, 2, answered);
        assertThatIllegalStateException()
                .isThrownBy(() -> environment.invoke(event()))
                .withMessageContaining("of an error");
        assertThat(firehose.totals().records()).isEqualTo(stored);
        assertThat(environment.invoke(event())).contains("\"undelivered\":0");
    }

    @Test
    void timeThatSufficesIsLeftAlone() {
        try (FunctionEnvironment limited = environment(Duration.ofMinutes(1))) {
            assertThat(limited.invoke(event())).contains("\"delivered\":" + TRIPS);
        }
    }

    @ParameterizedTest
    @CsvSource({"false, 1, 500", "true, 2, 1000"})
    void invocationThatOutlivesItsTimeIsKilled(boolean answered, int calls, int stored) {
        try (FunctionEnvironment limited = environment(
                Duration.ofMillis(2_500),
                "--taxi-trips.firehose.attempt-timeout=1s",
                "--taxi-trips.firehose.call-timeout=1s")) {
            limited.mishaps().plan(Kind.STALL, 2, answered);
            assertThatExceptionOfType(Lost.class).isThrownBy(() -> limited.invoke(event()));
            assertThat(firehose.totals().calls()).isEqualTo(calls);
            assertThat(firehose.totals().records()).isEqualTo(stored);
        }
    }

    @Test
    void functionSeesHowMuchTimeIsLeft() {
        try (FunctionEnvironment limited = environment(Duration.ofMillis(450))) {
            assertThatExceptionOfType(DeliveryException.OutOfTime.class).isThrownBy(() -> limited.invoke(event()));
        }
    }

    @Test
    void copiesAreOfTheEnvironmentThatHadTheAcknowledgement() {
        environment.invoke(event());
        environment.invoke(event());
        assertThat(copies()).isEqualTo(new Copies(0, 0, TRIPS));
        try (FunctionEnvironment other = environment(null)) {
            other.invoke(event());
        }
        assertThat(copies()).isEqualTo(new Copies(0, TRIPS, TRIPS));
    }

    @Test
    void copiesOfWhatDiedWithAnEnvironmentAreUnanswered() {
        environment.mishaps().plan(Kind.DEATH, 2, true);
        assertThatExceptionOfType(Lost.class).isThrownBy(() -> environment.invoke(event()));
        environment.close();
        environment = environment(null);
        environment.invoke(event());
        assertThat(copies()).isEqualTo(new Copies(1_000, 0, 0));
    }

    @Test
    void copiesOfWhatTheClientGaveUpAreUnanswered() {
        Faults tooLate = new Faults(0, 0, Duration.ofSeconds(20), Faults.SERVICE_UNAVAILABLE, 1);
        try (FunctionEnvironment impatient = environment(
                null,
                "--taxi-trips.retry.max-retries=0",
                "--taxi-trips.firehose.attempt-timeout=500ms",
                "--taxi-trips.firehose.call-timeout=500ms")) {
            endpoint.setFaults(tooLate);
            assertThatExceptionOfType(DeliveryException.class).isThrownBy(() -> impatient.invoke(event()));
            endpoint.setFaults(Faults.none());
            assertThat(firehose.totals().records()).isEqualTo(TRIPS);
            environment.invoke(event());
            assertThat(copies()).isEqualTo(new Copies(TRIPS, 0, 0));

            endpoint.setFaults(tooLate);
            assertThatExceptionOfType(DeliveryException.class).isThrownBy(() -> impatient.invoke(event()));
            assertThat(copies()).as("known to the other, sent again").isEqualTo(new Copies(TRIPS, TRIPS, 0));
        }
    }

    @Test
    void failedCallsMakeNoCopies() {
        environment.invoke(event());
        endpoint.setFaults(new Faults(0, 1, Duration.ZERO, Faults.SERVICE_UNAVAILABLE, 1));
        assertThatExceptionOfType(DeliveryException.class).isThrownBy(() -> environment.invoke(event()));
        endpoint.setFaults(new Faults(0, 1, Duration.ZERO, Faults.CONNECTION_RESET, 1));
        assertThatExceptionOfType(DeliveryException.class).isThrownBy(() -> environment.invoke(event()));
        assertThat(copies()).isEqualTo(new Copies(0, 0, 0));
    }

    private Copies copies() {
        Map<String, Integer> arrived = new HashMap<>();
        lake.flush();
        for (LakeFile file : lake.files()) {
            try {
                TripLine.ids(Files.readAllBytes(file.path())).forEach(id -> arrived.merge(id, 1, Integer::sum));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return ledger.copies(arrived);
    }

    private static KinesisEvent event() {
        TripGenerator generator = new TripGenerator(1);
        MemoryShard shard = new MemoryShard("arn", 0, Clock.systemUTC());
        for (int i = 0; i < TRIPS; i++) {
            shard.put("key", generator.record());
        }
        KinesisEvent event = new KinesisEvent();
        event.setRecords(shard.read(null, TRIPS));
        return event;
    }
}
