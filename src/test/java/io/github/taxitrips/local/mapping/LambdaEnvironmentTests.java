package io.github.taxitrips.local.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import io.github.taxitrips.delivery.TimedEvent;
import io.github.taxitrips.intake.WindowEvent;
import io.github.taxitrips.local.mapping.ExecutionEnvironment.Lost;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LambdaEnvironmentTests {

    private static final Duration LONG = Duration.ofMinutes(1);

    @Test
    void functionIsToldTheEventAndItsTime() {
        WindowEvent event = new WindowEvent("{}");
        event.setRecords(List.of());
        try (LambdaEnvironment environment = environment(
                passed -> {
                    TimedEvent timed = (TimedEvent) passed;
                    assertThat(timed.event()).isSameAs(event);
                    return String.valueOf(timed.deadline().remainingMillis());
                },
                LONG)) {
            assertThat(Long.parseLong(environment.invoke(event)))
                    .isPositive()
                    .as("half a second is for the answer")
                    .isLessThanOrEqualTo(59_500);
        }
    }

    @Test
    void invocationThatOutlivesItsTimeIsInterruptedAndTheEnvironmentLost() throws InterruptedException {
        CountDownLatch interrupted = new CountDownLatch(1);
        try (LambdaEnvironment environment = environment(
                event -> {
                    try {
                        Thread.sleep(LONG.toMillis());
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                    }
                    return "late";
                },
                Duration.ofMillis(50))) {
            assertThatExceptionOfType(Lost.class)
                    .isThrownBy(() -> environment.invoke(new KinesisEvent()))
                    .withCauseInstanceOf(TimeoutException.class)
                    .havingCause()
                    .withMessage("Task timed out after 0.05 seconds");
            assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void killedInvocationIsRetriedInANewEnvironment() {
        MappingLab lab = new MappingLab();
        lab.put("a");
        int[] started = {0};
        EnvironmentPool pool = new EnvironmentPool(
                () -> {
                    boolean hangs = started[0]++ == 0;
                    return environment(
                            event -> {
                                try {
                                    Thread.sleep(hangs ? LONG.toMillis() : 0);
                                } catch (InterruptedException e) {
                                    return "late";
                                }
                                return lab.invoke(event);
                            },
                            hangs ? Duration.ofMillis(500) : LONG);
                },
                0,
                0,
                1);
        try (pool) {
            EventSourceMapping mapping = lab.mapping(MappingSettings.builder(), Time.SYSTEM, pool);
            mapping.run();
            assertThat(mapping.status().failed()).isEqualTo(1);
            assertThat(mapping.status().lastError()).contains("died during an invocation");
        }
        assertThat(lab.invocations).containsExactly("a");
        assertThat(pool.started()).isEqualTo(2);
    }

    @Test
    void failureIsTheFunctionsOwn() {
        IllegalArgumentException failure = new IllegalArgumentException("down");
        try (LambdaEnvironment environment = environment(
                event -> {
                    throw failure;
                },
                LONG)) {
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> environment.invoke(new KinesisEvent()))
                    .isSameAs(failure);
        }
    }

    @Test
    void errorIsAFailureAndOneOfTheMachineTheEnd() {
        Error[] error = {new NoClassDefFoundError("some.Type")};
        try (LambdaEnvironment environment = environment(
                event -> {
                    throw error[0];
                },
                LONG)) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> environment.invoke(new KinesisEvent()))
                    .withMessageContaining("some.Type")
                    .withCause(error[0]);
            error[0] = new OutOfMemoryError("heap");
            assertThatExceptionOfType(Lost.class)
                    .isThrownBy(() -> environment.invoke(new KinesisEvent()))
                    .withCause(error[0]);
        }
    }

    private static LambdaEnvironment environment(Function<KinesisEvent, String> function, Duration timeout) {
        return new LambdaEnvironment(function, timeout);
    }
}
