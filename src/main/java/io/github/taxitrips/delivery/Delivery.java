package io.github.taxitrips.delivery;

import io.github.taxitrips.delivery.DeliveryOutcome.End;
import io.github.taxitrips.delivery.DeliveryOutcome.Failure;
import io.github.taxitrips.intake.Document;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.util.backoff.BackOffExecution;

/**
 * Delivers documents through a {@link FirehoseSender}, sending again only what failed.
 *
 * <p>The {@link RetryPolicy} is asked three things. Its back-off gives the wait before each retry, and by stopping the
 * number of retries; the wait holds when a failed record was throttled, otherwise the fixed unthrottled wait does. Its
 * timeout is the budget for attempts and waits together. Its {@code shouldRetry} decides about a call that failed as a
 * whole; a record that failed within a call is always worth a retry, whatever its error code.
 *
 * <p>The calls of an attempt run side by side up to a limit, which is halved for the next attempt whenever one was
 * throttled, so records arrive in their order only where one call at a time is allowed and none fails. No wait and no
 * call is begun that could outlive the budget or the deadline, except that the calls of the first attempt are given what
 * is left where that is less than a call may take. Once a call has run out of time, the exchange of each further one may
 * take as long as the call.
 */
public final class Delivery {

    /** With less than this left, the first attempt is not begun either: a connection and a call take a part of it. */
    private static final Duration LEAST_TIMEOUT = Duration.ofMillis(250);

    private final FirehoseSender sender;
    private final RetryPolicy retryPolicy;
    private final Settings settings;
    private final Executor executor;
    private final Time time;

    /**
     * How to deliver.
     *
     * @param unthrottledWait wait before a retry when nothing was throttled
     * @param callTimeout longest time that a call of the sender takes
     * @param maxConcurrentCalls calls that may be under way at once, at least 1
     * @param maxRecordBytes size up to which documents share a Firehose record; 0 gives each one of its own
     */
    public record Settings(
            Duration unthrottledWait, Duration callTimeout, int maxConcurrentCalls, int maxRecordBytes) {}

    /**
     * @param sender makes the calls, from several threads if settings allow
     * @param retryPolicy when and how often to retry
     * @param settings how to deliver
     * @param executor runs the calls beyond the first of those that are under way at once
     */
    public Delivery(FirehoseSender sender, RetryPolicy retryPolicy, Settings settings, Executor executor) {
        this(sender, retryPolicy, settings, executor, Time.SYSTEM);
    }

    Delivery(FirehoseSender sender, RetryPolicy retryPolicy, Settings settings, Executor executor, Time time) {
        this.sender = sender;
        this.retryPolicy = retryPolicy;
        this.settings = settings;
        this.executor = executor;
        this.time = time;
    }

    /** The clock and the waiting, so that tests need not wait. */
    interface Time {

        Time SYSTEM = new Time() {
            @Override
            public long millis() {
                return System.nanoTime() / 1_000_000;
            }

            @Override
            public void sleep(long millis) throws InterruptedException {
                Thread.sleep(millis);
            }
        };

        long millis();

        void sleep(long millis) throws InterruptedException;
    }

    /** Delivers the documents. Never throws for what Firehose answers, nor for an {@link Error}: the outcome tells. */
    public DeliveryOutcome deliver(List<Document> documents, Deadline deadline) {
        return deliver(documents, deadline, false);
    }

    /**
     * Delivers the documents. Never throws for what Firehose answers, nor for an {@link Error}: the outcome tells.
     *
     * @param deadline when to be done, asked once
     * @param leaveTotalFailure whether to end with {@link End#ALL_FAILED}, in place of retrying, when each document had a
     *     record of its own and every one failed on the first attempt
     */
    public DeliveryOutcome deliver(List<Document> documents, Deadline deadline, boolean leaveTotalFailure) {
        if (documents.isEmpty()) {
            return DeliveryOutcome.NOTHING;
        }
        long endOfTime = endOfTime(deadline);
        BackOffExecution backOff = retryPolicy.getBackOff().start();
        List<FirehoseRecord> records = Packer.records(documents, settings.maxRecordBytes);
        List<FirehoseRecord> pending = records;
        boolean raisesTotalFailure = leaveTotalFailure && settings.maxRecordBytes == 0;
        boolean patient = false;
        int concurrency = settings.maxConcurrentCalls;
        int mostConcurrent = 0;
        int retried = 0;
        List<Traffic.Call> calls = new ArrayList<>();
        for (int attempts = 1; ; attempts++) {
            Duration least = attempts == 1 ? LEAST_TIMEOUT : settings.callTimeout;
            Round round = new Round(
                    sender,
                    retryPolicy::shouldRetry,
                    new Round.Time(
                            () -> Duration.ofMillis(endOfTime - time.millis()),
                            Collections.min(List.of(least, settings.callTimeout)),
                            settings.callTimeout,
                            patient),
                    Packer.calls(pending, concurrency));
            round.run(concurrency, executor);
            calls.addAll(round.calls(attempts));
            mostConcurrent = Math.max(mostConcurrent, round.concurrency());
            List<FirehoseRecord> failed = round.failedRecords();
            End end = round.end();
            if (end == null) {
                boolean allFailed = attempts == 1 && failed.size() == records.size();
                end = allFailed && raisesTotalFailure ? End.ALL_FAILED : endAfter(round, backOff, endOfTime);
            }
            if (end != null) {
                List<Failure> undelivered = round.failures();
                return new DeliveryOutcome(
                        end,
                        without(undelivered, documents),
                        undelivered,
                        new Traffic(attempts, calls, records.size(), retried, mostConcurrent),
                        round.cause());
            }
            if (round.isThrottled()) {
                concurrency = Math.max(1, concurrency / 2);
            }
            patient |= round.isTimedOut();
            pending = failed;
            retried += pending.stream()
                    .mapToInt(record -> record.documents().size())
                    .sum();
        }
    }

    private static List<Document> without(List<Failure> undelivered, List<Document> documents) {
        if (undelivered.isEmpty()) {
            return documents;
        }
        Set<Document> failed = Collections.newSetFromMap(new IdentityHashMap<>());
        undelivered.forEach(failure -> failed.add(failure.document()));
        return documents.stream().filter(document -> !failed.contains(document)).toList();
    }

    private long endOfTime(Deadline deadline) {
        long budget = retryPolicy.getTimeout().toMillis();
        long left = Math.min(budget > 0 ? budget : Long.MAX_VALUE, deadline.remainingMillis());
        long now = time.millis();
        return left > Long.MAX_VALUE - now ? Long.MAX_VALUE : now + left;
    }

    /** Returns how the delivery ends, or null after the wait for a retry that may now begin. */
    private @Nullable End endAfter(Round round, BackOffExecution backOff, long endOfTime) {
        if (round.failedRecords().isEmpty()) {
            return End.DELIVERED;
        }
        long wait = backOff.nextBackOff();
        if (wait == BackOffExecution.STOP) {
            return End.EXHAUSTED;
        }
        if (!round.isThrottled()) {
            wait = settings.unthrottledWait.toMillis();
        }
        if (time.millis() > endOfTime - settings.callTimeout.toMillis() - wait) {
            return End.OUT_OF_TIME;
        }
        try {
            time.sleep(wait);
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return End.INTERRUPTED;
        }
    }
}
