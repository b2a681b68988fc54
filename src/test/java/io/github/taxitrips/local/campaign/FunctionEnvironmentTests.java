package io.github.taxitrips.local.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import io.github.taxitrips.delivery.DeliveryException;
import io.github.taxitrips.local.TripGenerator;
import io.github.taxitrips.local.firehose.DataLake;
import io.github.taxitrips.local.firehose.EmbeddedFirehose;
import io.github.taxitrips.local.firehose.Faults;
import io.github.taxitrips.local.mapping.ExecutionEnvironment.Lost;
import io.github.taxitrips.local.mapping.MemoryShard;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An environment dies at the call it is told to, and not of anything else. */
class FunctionEnvironmentTests {

    private static final int TRIPS = 1_200;

    @TempDir
    Path folder;

    private EmbeddedFirehose firehose;
    private FunctionEnvironment environment;

    @BeforeEach
    void start() {
        firehose = new EmbeddedFirehose(
                0, List.of("nyc-taxi-trips"), Faults.none(), new DataLake(folder), Clock.systemUTC());
        environment = new FunctionEnvironment(List.of(
                "--taxi-trips.firehose.endpoint=" + firehose.endpoint(),
                // One call after the other, so that it is known which ones came before.
                "--taxi-trips.firehose.max-concurrent-calls=1"));
    }

    @AfterEach
    void close() {
        environment.close();
        firehose.close();
    }

    @Test
    void livesUnlessToldToDie() {
        assertThat(environment.invoke(event())).contains("\"delivered\":" + TRIPS);
        assertThat(firehose.totals().calls()).isEqualTo(3);
    }

    @Test
    void diesBeforeACall() {
        environment.dieAt(2, false);
        assertThatExceptionOfType(Lost.class).isThrownBy(() -> environment.invoke(event()));
        assertThat(firehose.totals().records()).isEqualTo(500);
        assertThat(firehose.totals().calls()).isEqualTo(1);
    }

    @Test
    void diesWhenACallIsAnswered() {
        environment.dieAt(2, true);
        assertThatExceptionOfType(Lost.class).isThrownBy(() -> environment.invoke(event()));
        assertThat(firehose.totals().records()).isEqualTo(1_000);
        assertThat(firehose.totals().calls()).isEqualTo(2);
    }

    @Test
    void outlivesAnInvocationThatEndsEarlier() {
        environment.dieAt(4, false);
        assertThatNoException().isThrownBy(() -> environment.invoke(event()));
        assertThatNoException().isThrownBy(() -> environment.invoke(event()));
    }

    @Test
    void outlivesAFailedInvocation() {
        environment.dieAt(4, false);
        firehose.setFaults(new Faults(0, 1, Duration.ZERO, Faults.SERVICE_UNAVAILABLE, 1));
        assertThatExceptionOfType(DeliveryException.class).isThrownBy(() -> environment.invoke(event()));
        firehose.setFaults(Faults.none());
        assertThatNoException().isThrownBy(() -> environment.invoke(event()));
    }

    private static KinesisEvent event() {
        TripGenerator generator = new TripGenerator(1);
        MemoryShard shard = new MemoryShard("arn", 0, Clock.systemUTC());
        for (int i = 0; i < TRIPS; i++) {
            shard.put("key", generator.trip());
        }
        KinesisEvent event = new KinesisEvent();
        event.setRecords(shard.read(null, TRIPS));
        return event;
    }
}
