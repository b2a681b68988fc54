package io.github.taxitrips.delivery;

import static io.github.taxitrips.delivery.ScriptedSender.INTERNAL;
import static io.github.taxitrips.delivery.ScriptedSender.THROTTLED;
import static io.github.taxitrips.delivery.ScriptedSender.callFailure;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.taxitrips.delivery.DeliveryOutcome.End;
import io.github.taxitrips.delivery.DeliveryOutcome.Failure;
import io.github.taxitrips.intake.Document;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.retry.RetryPolicy;

class DeliveryTests {

    private static final Deadline NEVER = () -> Long.MAX_VALUE;

    private final VirtualTime time = new VirtualTime();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ScriptedSender sender = new ScriptedSender();
    private final Deque<Object> answers = sender.answers;
    private Duration callTimeout = Duration.ZERO;
    private int maxRecordBytes;

    @AfterEach
    void stopThreads() {
        threads.shutdownNow();
    }

    @Test
    void nothingToSendIsSuccessWithoutACall() {
        assertThat(deliver(policy(3), 0)).isEqualTo(DeliveryOutcome.NOTHING);
        assertThat(sender.calls).isEmpty();
    }

    @Test
    void everythingTakenAtOnce() {
        assertDelivered(deliver(policy(3), 3), 3, 1, 0, 1);
        assertThat(sender.sent(0)).containsExactly("trip 0\n", "trip 1\n", "trip 2\n");
        assertThat(time.waits).isEmpty();
    }

    @Test
    void retriesOnlyWhatFailedInOrderAfterTheLabsWaits() {
        answers.add(Map.of(1, THROTTLED, 3, INTERNAL));
        answers.add(Map.of(0, THROTTLED, 1, THROTTLED));
        answers.add(Map.of(1, THROTTLED));
        DeliveryOutcome outcome = deliver(policy(3), 5);
        assertDelivered(outcome, 5, 4, 5, 4);
        assertThat(sender.sent(1)).containsExactly("trip 1\n", "trip 3\n");
        assertThat(sender.sent(2)).containsExactly("trip 1\n", "trip 3\n");
        assertThat(sender.sent(3)).containsExactly("trip 3\n");
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
    void allFailedOnTheFirstAttemptIsLeftToLambda() {
        answers.add(Map.of(0, THROTTLED, 1, INTERNAL));
        DeliveryOutcome outcome = deliver(policy(3), 2);
        assertThat(outcome.end()).isEqualTo(End.ALL_FAILED);
        assertThat(outcome.delivered()).isEmpty();
        assertThat(outcome.undelivered()).extracting(Failure::error).containsExactly(THROTTLED, INTERNAL);
        assertThat(outcome.undelivered()).extracting(f -> f.document().id()).containsExactly("0", "1");
        assertThat(sender.calls).hasSize(1);
    }

    @Test
    void allFailedCountsOverAllCallsOfTheAttempt() {
        answers.add(callFailure(THROTTLED, true));
        DeliveryOutcome outcome = deliver(policy(3), 501);
        assertDelivered(outcome, 501, 2, 500, 3);
        assertThat(time.waits).containsExactly(70L);

        answers.add(callFailure(THROTTLED, true));
        answers.add(callFailure(INTERNAL, true));
        assertThat(deliver(policy(3), 501).end()).isEqualTo(End.ALL_FAILED);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void exhaustedAfterTheConfiguredNumberOfRetries(int retries) {
        for (int i = 0; i <= retries; i++) {
            answers.add(Map.of(0, new RecordError("Code" + i, "message")));
        }
        DeliveryOutcome outcome = deliver(policy(retries), 2);
        assertThat(outcome.end()).isEqualTo(End.EXHAUSTED);
        assertThat(outcome.traffic().attempts()).isEqualTo(retries + 1);
        assertThat(outcome.delivered()).hasSize(1);
        assertThat(outcome.undelivered()).extracting(f -> f.error().code()).containsExactly("Code" + retries);
        assertThat(sender.calls).hasSize(retries + 1);
        assertThat(time.waits).hasSize(retries);
    }

    @ParameterizedTest
    @CsvSource({"2519, OUT_OF_TIME, 1", "2520, DELIVERED, 2"})
    void waitIsBegunIfItEndsWithinTheTimeBudget(int millis, End end, int waits) {
        answers.addAll(List.of(Map.of(0, THROTTLED), Map.of(0, THROTTLED)));
        DeliveryOutcome outcome =
                deliver(builder(3).timeout(Duration.ofMillis(millis)).build(), 2);
        assertThat(outcome.end()).isEqualTo(end);
        assertThat(time.waits).hasSize(waits);
    }

    @ParameterizedTest
    @CsvSource({"1069, 1", "1070, 2"})
    void timeSpentInCallsCountsForTheBudget(int millis, int attempts) {
        RetryPolicy policy = builder(3).timeout(Duration.ofMillis(millis)).build();
        assertThat(delivery(throttledAfter(1_000), policy, 1)
                        .deliver(Documents.of(2), NEVER)
                        .traffic()
                        .attempts())
                .isEqualTo(attempts);
    }

    @Test
    void shorterOfBudgetAndDeadlineHolds() {
        answers.add(Map.of(0, THROTTLED));
        RetryPolicy policy = builder(3).timeout(Duration.ofMillis(50)).build();
        assertThat(delivery(sender, policy, 1)
                        .deliver(Documents.of(2), () -> 1_000)
                        .end())
                .isEqualTo(End.OUT_OF_TIME);
    }

    @ParameterizedTest
    @CsvSource({"4069, OUT_OF_TIME", "4070, DELIVERED"})
    void waitIsBegunIfItLeavesTimeForACall(int millis, End end) {
        callTimeout = Duration.ofSeconds(4);
        answers.add(Map.of(0, THROTTLED));
        Delivery delivery = delivery(sender, policy(3), 1);
        assertThat(delivery.deliver(Documents.of(2), () -> millis).end()).isEqualTo(end);
    }

    @Test
    void callsOfTheFirstAttemptAreGivenWhatIsLeft() {
        callTimeout = Duration.ofSeconds(4);
        ScriptedSender slow = throttledAfter(3_750);
        DeliveryOutcome outcome = delivery(slow, policy(3), 1).deliver(Documents.of(1_700), () -> 7_750);
        // The second has just its 4 s, the third what is left, and then nothing is worth a call any more.
        assertThat(slow.timeouts).isEqualTo(Map.of(2, Duration.ofMillis(250)));
        assertThat(outcome.end()).isEqualTo(End.OUT_OF_TIME);
        assertThat(outcome.traffic().calls()).hasSize(3);
        assertThat(outcome.delivered()).hasSize(1_497);
        assertThat(outcome.undelivered()).hasSize(203);
        assertThat(outcome.undelivered().stream().filter(f -> f.error().code().equals("OutOfTime")))
                .hasSize(200);
    }

    @Test
    void withoutTimeNoCallIsBegun() {
        callTimeout = Duration.ofSeconds(4);
        DeliveryOutcome outcome = delivery(sender, policy(3), 1).deliver(Documents.of(2), () -> 249);
        assertThat(outcome.end()).isEqualTo(End.OUT_OF_TIME);
        assertThat(outcome.traffic().calls()).isEmpty();
        assertThat(outcome.traffic().concurrency()).isZero();
    }

    @Test
    void senderThatCannotLimitItsTimeIsCalledAllTheSame() {
        callTimeout = Duration.ofSeconds(4);
        FirehoseSender plain = records -> Map.of(1, INTERNAL);
        DeliveryOutcome outcome = delivery(plain, policy(0), 1).deliver(Documents.of(2), () -> 1_000);
        assertThat(outcome.undelivered()).extracting(Failure::error).containsExactly(INTERNAL);
    }

    @Test
    void onceACallRanOutOfTimeEachFurtherOneHasAllOfIt() {
        callTimeout = Duration.ofSeconds(4);
        answers.add(callFailure(THROTTLED, true));
        answers.add(callFailure(new RecordError("ApiCallTimeoutException", "slow"), true));
        answers.add(callFailure(THROTTLED, true));
        delivery(sender, policy(3), 1).deliver(Documents.of(2), NEVER);
        assertThat(sender.timeouts).isEqualTo(Map.of(2, callTimeout, 3, callTimeout));
    }

    @Test
    void clockOfTheSystemGoesOnWhileItSleeps() throws InterruptedException {
        long before = Delivery.Time.SYSTEM.millis();
        Delivery.Time.SYSTEM.sleep(20);
        assertThat(Delivery.Time.SYSTEM.millis()).isGreaterThan(before + 10);
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
        assertThat(outcome.delivered()).hasSize(499);
        assertThat(outcome.undelivered()).hasSize(701);
        assertThat(outcome.undelivered())
                .extracting(f -> Integer.valueOf(f.document().id()))
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
    void interruptEndsTheDeliveryAndIsPassedOn() {
        answers.add((Supplier<Map<Integer, RecordError>>) () -> {
            Thread.currentThread().interrupt();
            return Map.of(0, THROTTLED);
        });
        Delivery delivery = new Delivery(sender, policy(3), settings(1), Runnable::run);
        DeliveryOutcome outcome = delivery.deliver(Documents.of(2), NEVER);
        assertThat(outcome.end()).isEqualTo(End.INTERRUPTED);
        assertThat(outcome.traffic().attempts()).isEqualTo(1);
        assertThat(outcome.traffic().retried()).isZero();
        assertThat(outcome.undelivered()).hasSize(1);
        // Nothing more is begun in a thread that is to stop.
        outcome = delivery.deliver(Documents.of(2), NEVER);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(outcome.end()).isEqualTo(End.INTERRUPTED);
        assertThat(outcome.traffic().calls()).isEmpty();
        assertThat(outcome.undelivered())
                .hasSize(2)
                .allMatch(f -> f.error().code().equals("Interrupted"));
    }

    @Test
    void errorStopsTheOthersAndIsToldOnceAllAreDone() {
        CountDownLatch bothBegun = new CountDownLatch(2);
        CountDownLatch broken = new CountDownLatch(1);
        ScriptedSender breaking = new ScriptedSender(records -> {
            bothBegun.countDown();
            boolean breaks = new String(records.get(0), UTF_8).equals("trip 0\n");
            await().until(() -> bothBegun.getCount() == 0);
            if (breaks) {
                broken.countDown();
                throw new StackOverflowError("deep");
            }
            await().until(() -> broken.getCount() == 0);
            LockSupport.parkNanos(50_000_000); // under way still when the error is there
            return Map.of();
        });
        DeliveryOutcome outcome = delivery(breaking, policy(3), 2).deliver(Documents.of(2_000), NEVER);
        assertThat(outcome.end()).isEqualTo(End.BROKEN);
        assertThat(outcome.cause()).isInstanceOf(StackOverflowError.class);
        assertThat(outcome.traffic().calls()).hasSize(2);
        assertThat(outcome.delivered())
                .hasSize(500)
                .first()
                .extracting(Document::id)
                .isEqualTo("500");
        assertThat(outcome.undelivered())
                .hasSize(1_500)
                .allMatch(f -> f.error().code().equals("StackOverflowError"));
        assertThat(breaking.calls).hasSize(2);
    }

    @Test
    void executorThatTakesNothingLeavesTheWorkToTheCaller() {
        AtomicInteger tasks = new AtomicInteger();
        Delivery delivery = new Delivery(sender, policy(0), settings(4), task -> {
            if (tasks.incrementAndGet() > 1) {
                throw new RejectedExecutionException("full");
            }
            threads.execute(task);
        });
        DeliveryOutcome outcome = delivery.deliver(Documents.of(2_000), NEVER);
        assertDelivered(outcome, 2_000, 1, 0, 4);
        assertThat(outcome.traffic().concurrency()).isLessThanOrEqualTo(2);
    }

    @Test
    void errorOfTheExecutorStopsWhatRuns() {
        Delivery delivery = new Delivery(sender, policy(0), settings(4), task -> {
            throw new OutOfMemoryError("unable to create native thread");
        });
        DeliveryOutcome outcome = delivery.deliver(Documents.of(2_000), NEVER);
        assertThat(outcome.end()).isEqualTo(End.BROKEN);
        assertThat(outcome.cause()).isInstanceOf(OutOfMemoryError.class);
        assertThat(outcome.undelivered()).hasSize(2_000);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 2})
    void positionOutOfRangeIsNoSuccess(int position) {
        answers.add(Map.of(position, THROTTLED));
        DeliveryOutcome outcome = deliver(policy(3), 2);
        assertThat(outcome.end()).isEqualTo(End.ALL_FAILED);
        assertThat(outcome.undelivered())
                .hasSize(2)
                .allMatch(f -> f.error().code().equals("IncompleteResponse"));
    }

    @Test
    void totalFailureIsLeftOnlyWhereEachDocumentHadARecordOfItsOwn() {
        answers.add(Map.of(0, THROTTLED));
        assertDelivered(delivery(sender, policy(3), 1).deliver(Documents.of(1), NEVER), 1, 2, 1, 2);
        maxRecordBytes = 21;
        answers.add(Map.of(0, THROTTLED));
        assertDelivered(deliver(policy(3), 3), 3, 2, 3, 2);
    }

    @Test
    void failedRecordTakesItsDocumentsWithIt() {
        maxRecordBytes = 21; // "trip 0\n" has 7 bytes, so three share a record.
        answers.add(Map.of(1, THROTTLED));
        DeliveryOutcome outcome = deliver(policy(0), 8);
        assertThat(outcome.traffic().records()).isEqualTo(3);
        assertThat(outcome.delivered()).extracting(Document::id).containsExactly("0", "1", "2", "6", "7");
        assertThat(outcome.undelivered()).extracting(f -> f.document().id()).containsExactly("3", "4", "5");
    }

    @Test
    void callsRunSideBySideUpToTheLimit() {
        CountDownLatch threeAtOnce = new CountDownLatch(3);
        AtomicInteger underWay = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        ScriptedSender waiting = new ScriptedSender(records -> {
            most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
            threeAtOnce.countDown();
            await().until(() -> threeAtOnce.getCount() == 0);
            underWay.decrementAndGet();
            return Map.of();
        });
        DeliveryOutcome outcome = delivery(waiting, policy(0), 3).deliver(Documents.of(3_000), NEVER);
        assertDelivered(outcome, 3_000, 1, 0, 6);
        assertThat(most).hasValue(3);
        assertThat(outcome.traffic().concurrency()).isEqualTo(3);
    }

    @Test
    void throttlingHalvesTheConcurrencyOfTheRetries() {
        AtomicInteger underWay = new AtomicInteger();
        List<Integer> mostInRound = new ArrayList<>(List.of(0));
        VirtualTime rounds = new VirtualTime() {
            @Override
            public void sleep(long millis) {
                mostInRound.add(0);
            }
        };
        ScriptedSender throttling = new ScriptedSender(records -> {
            synchronized (mostInRound) {
                int round = mostInRound.size() - 1;
                mostInRound.set(round, Math.max(mostInRound.get(round), underWay.incrementAndGet()));
            }
            LockSupport.parkNanos(30_000_000);
            underWay.decrementAndGet();
            Map<Integer, RecordError> errors = new HashMap<>();
            for (int i = 1; i < records.size(); i++) {
                errors.put(i, THROTTLED);
            }
            return errors;
        });
        new Delivery(throttling, policy(3), settings(4), threads, rounds).deliver(Documents.of(5_000), NEVER);
        assertThat(mostInRound).hasSize(4);
        assertThat(mostInRound.get(1)).isLessThanOrEqualTo(2);
        assertThat(mostInRound.get(2)).isEqualTo(1);
        assertThat(mostInRound.get(3)).isEqualTo(1);
    }

    private static void assertDelivered(DeliveryOutcome outcome, int delivered, int attempts, int retried, int calls) {
        assertThat(outcome.end()).isEqualTo(End.DELIVERED);
        assertThat(outcome.delivered()).hasSize(delivered);
        assertThat(outcome.undelivered()).isEmpty();
        assertThat(outcome.traffic().attempts()).isEqualTo(attempts);
        assertThat(outcome.traffic().retried()).isEqualTo(retried);
        assertThat(outcome.traffic().calls()).hasSize(calls);
        assertThat(outcome.cause()).isNull();
    }

    private DeliveryOutcome deliver(RetryPolicy policy, int documents) {
        return delivery(sender, policy, 1).deliver(Documents.of(documents), NEVER, true);
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

    private Delivery delivery(FirehoseSender sender, RetryPolicy policy, int concurrency) {
        return new Delivery(sender, policy, settings(concurrency), threads, time);
    }

    private Delivery.Settings settings(int concurrency) {
        return new Delivery.Settings(Duration.ofMillis(500), callTimeout, concurrency, maxRecordBytes);
    }

    private ScriptedSender throttledAfter(long millis) {
        return new ScriptedSender(records -> {
            time.now.addAndGet(millis);
            return Map.of(0, THROTTLED);
        });
    }
}
