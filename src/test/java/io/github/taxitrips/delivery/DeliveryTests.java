package io.github.taxitrips.delivery;

import static io.github.taxitrips.delivery.ScriptedSender.INTERNAL;
import static io.github.taxitrips.delivery.ScriptedSender.THROTTLED;
import static io.github.taxitrips.delivery.ScriptedSender.callFailure;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.delivery.DeliveryOutcome.End;
import io.github.taxitrips.delivery.DeliveryOutcome.Failure;
import io.github.taxitrips.intake.Trip;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.core.retry.RetryPolicy;

class DeliveryTests {

    private final VirtualTime time = new VirtualTime();
    private final Deque<Object> answers = new ArrayDeque<>();
    private final ScriptedSender sender = new ScriptedSender(records -> {
        Object answer = answers.isEmpty() ? Map.of() : answers.pop();
        if (answer instanceof RuntimeException failure) {
            throw failure;
        }
        @SuppressWarnings("unchecked")
        Map<Integer, RecordError> errors = (Map<Integer, RecordError>) answer;
        return errors;
    });

    @Test
    void nothingToSendIsSuccessWithoutACall() {
        assertThat(deliver(policy(3), 0)).isEqualTo(new DeliveryOutcome(End.DELIVERED, 0, List.of(), 0, 0, 0, null));
        assertThat(sender.calls).isEmpty();
    }

    @Test
    void everythingTakenAtOnce() {
        assertThat(deliver(policy(3), 3)).isEqualTo(new DeliveryOutcome(End.DELIVERED, 3, List.of(), 1, 0, 1, null));
        assertThat(sent(0)).containsExactly("trip 0\n", "trip 1\n", "trip 2\n");
        assertThat(time.waits).isEmpty();
    }

    @Test
    void addsANewlineOnlyWhereThereIsNone() {
        List<Trip> trips = List.of(trip("a"), trip("b\n"), trip("c\n\n"), trip("d\r"));
        new Delivery(sender, policy(0), Duration.ZERO, time).deliver(trips);
        assertThat(sent(0)).containsExactly("a\n", "b\n", "c\n\n", "d\r\n");
    }

    @Test
    void retriesOnlyWhatFailedInOrderAfterTheLabsWaits() {
        answers.add(Map.of(1, THROTTLED, 3, INTERNAL));
        answers.add(Map.of(0, THROTTLED, 1, THROTTLED));
        answers.add(Map.of(1, THROTTLED));
        DeliveryOutcome outcome = deliver(policy(3), 5);
        assertThat(outcome).isEqualTo(new DeliveryOutcome(End.DELIVERED, 5, List.of(), 4, 5, 4, null));
        assertThat(sent(1)).containsExactly("trip 1\n", "trip 3\n");
        assertThat(sent(2)).containsExactly("trip 1\n", "trip 3\n");
        assertThat(sent(3)).containsExactly("trip 3\n");
        assertThat(time.waits).containsExactly(70L, 2_450L, 85_750L);
    }

    @Test
    void waitsTheFixedTimeWhenNothingWasThrottledButGoesOnCounting() {
        answers.add(Map.of(0, INTERNAL));
        answers.add(Map.of(0, THROTTLED));
        answers.add(Map.of(0, INTERNAL));
        deliver(policy(3), 2);
        assertThat(time.waits).containsExactly(500L, 2_450L, 500L);
    }

    @Test
    void ceilingLimitsTheWait() {
        answers.addAll(List.of(Map.of(0, THROTTLED), Map.of(0, THROTTLED), Map.of(0, THROTTLED)));
        deliver(builder(3).maxDelay(Duration.ofSeconds(2)).build(), 2);
        assertThat(time.waits).containsExactly(70L, 2_000L, 2_000L);
    }

    @Test
    void ceilingBelowTheFirstWaitLimitsItToo() {
        answers.add(Map.of(0, THROTTLED));
        deliver(builder(3).maxDelay(Duration.ofMillis(20)).build(), 2);
        assertThat(time.waits).containsExactly(20L);
    }

    @Test
    void jitterIsAddedToTheWait() {
        for (int i = 0; i < 50; i++) {
            answers.add(Map.of(0, THROTTLED));
            deliver(builder(3).jitter(Duration.ofMillis(30)).build(), 2);
        }
        assertThat(time.waits).hasSize(50).allMatch(wait -> wait >= 70 && wait <= 100);
        assertThat(time.waits.stream().distinct().count()).isGreaterThan(1);
    }

    @Test
    void allFailedOnTheFirstAttemptIsLeftToLambda() {
        answers.add(Map.of(0, THROTTLED, 1, INTERNAL));
        DeliveryOutcome outcome = deliver(policy(3), 2);
        assertThat(outcome.end()).isEqualTo(End.ALL_FAILED);
        assertThat(outcome.delivered()).isZero();
        assertThat(outcome.undelivered()).extracting(Failure::error).containsExactly(THROTTLED, INTERNAL);
        assertThat(outcome.undelivered()).extracting(f -> f.trip().id()).containsExactly("0", "1");
        assertThat(sender.calls).hasSize(1);
    }

    @Test
    void allFailedCountsOverAllCallsOfTheAttempt() {
        answers.add(callFailure(THROTTLED, true));
        DeliveryOutcome outcome = deliver(policy(3), 501);
        assertThat(outcome).isEqualTo(new DeliveryOutcome(End.DELIVERED, 501, List.of(), 2, 500, 3, null));
        assertThat(time.waits).containsExactly(70L);

        answers.add(callFailure(THROTTLED, true));
        answers.add(callFailure(INTERNAL, true));
        assertThat(deliver(policy(3), 501).end()).isEqualTo(End.ALL_FAILED);
    }

    @Test
    void allFailedOnARetryIsRetried() {
        answers.add(Map.of(0, THROTTLED));
        answers.add(callFailure(THROTTLED, true));
        assertThat(deliver(policy(3), 2).end()).isEqualTo(End.DELIVERED);
    }

    @Test
    void exhaustedAfterTheConfiguredNumberOfRetries() {
        for (int i = 0; i < 3; i++) {
            answers.add(Map.of(0, new RecordError("Code" + i, "message")));
        }
        DeliveryOutcome outcome = deliver(policy(2), 2);
        assertThat(outcome.end()).isEqualTo(End.EXHAUSTED);
        assertThat(outcome.attempts()).isEqualTo(3);
        assertThat(outcome.delivered()).isEqualTo(1);
        assertThat(outcome.undelivered()).extracting(f -> f.error().code()).containsExactly("Code2");
        assertThat(sender.calls).hasSize(3);
    }

    @Test
    void noRetriesConfigured() {
        answers.add(Map.of(1, THROTTLED));
        assertThat(deliver(policy(0), 2).end()).isEqualTo(End.EXHAUSTED);
        assertThat(time.waits).isEmpty();
    }

    @Test
    void noWaitOutlivesTheTimeBudget() {
        answers.addAll(List.of(Map.of(0, THROTTLED), Map.of(0, THROTTLED), Map.of(0, THROTTLED)));
        DeliveryOutcome outcome =
                deliver(builder(3).timeout(Duration.ofMillis(2_520)).build(), 2);
        assertThat(outcome.end()).isEqualTo(End.OUT_OF_TIME);
        assertThat(time.waits).containsExactly(70L);
        assertThat(outcome.undelivered()).hasSize(1);
    }

    @Test
    void timeSpentInCallsCountsForTheBudget() {
        ScriptedSender slow = new ScriptedSender(records -> {
            time.now += 1_000;
            return Map.of(0, THROTTLED);
        });
        RetryPolicy policy = builder(3).timeout(Duration.ofMillis(1_071)).build();
        assertThat(new Delivery(slow, policy, Duration.ZERO, time)
                        .deliver(trips(2))
                        .attempts())
                .isEqualTo(2);
        policy = builder(3).timeout(Duration.ofMillis(1_070)).build();
        assertThat(new Delivery(slow, policy, Duration.ZERO, time)
                        .deliver(trips(2))
                        .attempts())
                .isEqualTo(1);
    }

    @Test
    void callThatCannotSucceedEndsAllAtOnce() {
        FirehoseCallException refused = callFailure(new RecordError("ResourceNotFoundException", "no such"), false);
        answers.add(Map.of(7, THROTTLED));
        answers.add(refused);
        DeliveryOutcome outcome = deliver(policy(3), 1_200);
        assertThat(outcome.end()).isEqualTo(End.REFUSED);
        assertThat(outcome.cause()).isSameAs(refused);
        assertThat(sender.calls).hasSize(2);
        assertThat(outcome.delivered()).isEqualTo(499);
        assertThat(outcome.undelivered()).hasSize(701);
        assertThat(outcome.undelivered())
                .extracting(f -> Integer.valueOf(f.trip().id()))
                .isSorted();
    }

    @Test
    void policyDecidesAboutCallsThatFailAsAWhole() {
        answers.add(new IllegalStateException("a sender of the user's own"));
        RetryPolicy stubborn = RetryPolicy.builder().maxRetries(1).build();
        assertThat(deliver(stubborn, 501).end()).isEqualTo(End.DELIVERED);
        answers.add(new IllegalStateException("a sender of the user's own"));
        DeliveryOutcome outcome = deliver(policy(3), 501);
        assertThat(outcome.end()).isEqualTo(End.REFUSED);
        assertThat(outcome.undelivered())
                .hasSize(501)
                .allMatch(f -> f.error().code().equals("IllegalStateException"));
    }

    @Test
    void interruptEndsTheWaitAndIsPassedOn() {
        answers.add(Map.of(0, THROTTLED));
        Thread.currentThread().interrupt();
        DeliveryOutcome outcome = new Delivery(sender, policy(3), Duration.ZERO).deliver(trips(2));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(outcome.end()).isEqualTo(End.OUT_OF_TIME);
        assertThat(outcome.undelivered()).hasSize(1);
    }

    private DeliveryOutcome deliver(RetryPolicy policy, int trips) {
        return new Delivery(sender, policy, Duration.ofMillis(500), time).deliver(trips(trips));
    }

    private static RetryPolicy policy(int retries) {
        return builder(retries).build();
    }

    private static RetryPolicy.Builder builder(int retries) {
        return RetryPolicy.builder()
                .maxRetries(retries)
                .delay(Duration.ofMillis(70))
                .multiplier(35)
                .predicate(failure -> failure instanceof FirehoseCallException call && call.isTransient());
    }

    private static List<Trip> trips(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Trip(Integer.toString(i), ("trip " + i).getBytes(UTF_8)))
                .toList();
    }

    private static Trip trip(String payload) {
        return new Trip("id", payload.getBytes(UTF_8));
    }

    private List<String> sent(int call) {
        return sender.calls.get(call).stream()
                .map(data -> new String(data, UTF_8))
                .toList();
    }
}
