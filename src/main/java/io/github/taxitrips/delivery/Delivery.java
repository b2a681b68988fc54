package io.github.taxitrips.delivery;

import io.github.taxitrips.delivery.DeliveryOutcome.End;
import io.github.taxitrips.delivery.DeliveryOutcome.Failure;
import io.github.taxitrips.intake.Document;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
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
 * throttled. No wait and no call is begun that could outlive the budget or the deadline.
 */
public final class Delivery {

    private static final RecordError OUT_OF_TIME =
            new RecordError("OutOfTime", "not sent, for a call could have outlived the invocation");

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
     * @param retryTotalFailure whether to retry when every record failed on the first attempt, too, in place of leaving
     *     that to Lambda
     */
    public record Settings(
            Duration unthrottledWait,
            Duration callTimeout,
            int maxConcurrentCalls,
            int maxRecordBytes,
            boolean retryTotalFailure) {}

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

    /** Delivers the documents in order. Never throws for what Firehose answers: the outcome tells. */
    public DeliveryOutcome deliver(List<Document> documents, Deadline deadline) {
        if (documents.isEmpty()) {
            return DeliveryOutcome.NOTHING;
        }
        long endOfTime = endOfTime(deadline);
        BackOffExecution backOff = retryPolicy.getBackOff().start();
        List<FirehoseRecord> records = Packer.records(documents, settings.maxRecordBytes);
        List<FirehoseRecord> pending = records;
        int concurrency = settings.maxConcurrentCalls;
        int mostConcurrent = 0;
        int retried = 0;
        int calls = 0;
        for (int attempts = 1; ; attempts++) {
            Attempt attempt = attempt(pending, concurrency, endOfTime);
            calls += attempt.calls;
            mostConcurrent = Math.max(mostConcurrent, Math.min(concurrency, attempt.calls));
            End end = attempt.end;
            if (end == null) {
                boolean allFailed = attempts == 1 && attempt.failed.size() == records.size();
                end = allFailed && !settings.retryTotalFailure ? End.ALL_FAILED : endAfter(attempt, backOff, endOfTime);
            }
            if (end != null) {
                List<Failure> undelivered = attempt.failures();
                return new DeliveryOutcome(
                        end,
                        without(undelivered, documents),
                        undelivered,
                        attempts,
                        retried,
                        calls,
                        records.size(),
                        mostConcurrent,
                        attempt.refusal);
            }
            if (attempt.throttled()) {
                concurrency = Math.max(1, concurrency / 2);
            }
            pending = attempt.failed.stream().map(Failed::record).toList();
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

    private record Failed(FirehoseRecord record, RecordError error) {}

    /** One round of calls; {@code end} is null unless the round itself ends the delivery. */
    private record Attempt(
            List<Failed> failed,
            int calls,
            @Nullable End end,
            @Nullable RuntimeException refusal) {

        boolean throttled() {
            return failed.stream().anyMatch(failure -> failure.error.isThrottled());
        }

        List<Failure> failures() {
            return failed.stream()
                    .flatMap(failure ->
                            failure.record.documents().stream().map(document -> new Failure(document, failure.error)))
                    .toList();
        }
    }

    /** What a call came to: an error for each record that failed, by position, and why it was refused if it was. */
    private record CallResult(
            Map<Integer, RecordError> errors, @Nullable RuntimeException refusal) {}

    /** Sends every record once, up to a call that cannot succeed or the end of the time. */
    private Attempt attempt(List<FirehoseRecord> records, int concurrency, long endOfTime) {
        List<List<FirehoseRecord>> calls = Packer.calls(records, concurrency);
        // Each worker writes the results of the calls it makes; null is a call that was not begun.
        @Nullable CallResult[] results = new CallResult[calls.size()];
        AtomicInteger next = new AtomicInteger();
        AtomicBoolean outOfTime = new AtomicBoolean();
        AtomicReference<@Nullable RuntimeException> refusal = new AtomicReference<>();
        Runnable worker = () -> {
            for (int i = next.getAndIncrement();
                    i < results.length && refusal.get() == null;
                    i = next.getAndIncrement()) {
                if (time.millis() > endOfTime - settings.callTimeout.toMillis()) {
                    outOfTime.set(true);
                    return;
                }
                results[i] = call(calls.get(i));
                refusal.compareAndSet(null, results[i].refusal);
            }
        };
        CompletableFuture<?>[] others = Stream.generate(() -> CompletableFuture.runAsync(worker, executor))
                .limit(Math.min(concurrency, calls.size()) - 1L)
                .toArray(CompletableFuture[]::new);
        worker.run();
        CompletableFuture.allOf(others).join();

        List<Failed> failed = new ArrayList<>();
        int begun = 0;
        for (int i = 0; i < results.length; i++) {
            CallResult result = results[i];
            begun += result == null ? 0 : 1;
            List<FirehoseRecord> call = calls.get(i);
            for (int j = 0; j < call.size(); j++) {
                RecordError error = result == null ? unsent(refusal.get()) : result.errors.get(j);
                if (error != null) {
                    failed.add(new Failed(call.get(j), error));
                }
            }
        }
        End end = refusal.get() != null ? End.REFUSED : outOfTime.get() ? End.OUT_OF_TIME : null;
        return new Attempt(failed, begun, end, refusal.get());
    }

    private CallResult call(List<FirehoseRecord> records) {
        try {
            return new CallResult(
                    sender.send(records.stream().map(FirehoseRecord::data).toList()), null);
        } catch (RuntimeException e) {
            RecordError error = error(e);
            Map<Integer, RecordError> errors = new HashMap<>();
            for (int i = 0; i < records.size(); i++) {
                errors.put(i, error);
            }
            return new CallResult(errors, retryPolicy.shouldRetry(e) ? null : e);
        }
    }

    private static RecordError unsent(@Nullable RuntimeException refusal) {
        return refusal == null ? OUT_OF_TIME : error(refusal);
    }

    private static RecordError error(RuntimeException e) {
        return e instanceof FirehoseCallException call
                ? call.error()
                : new RecordError(e.getClass().getSimpleName(), String.valueOf(e.getMessage()));
    }

    /** Returns how the delivery ends, or null after the wait for a retry that may now begin. */
    private @Nullable End endAfter(Attempt attempt, BackOffExecution backOff, long endOfTime) {
        if (attempt.failed.isEmpty()) {
            return End.DELIVERED;
        }
        long wait = backOff.nextBackOff();
        if (wait == BackOffExecution.STOP) {
            return End.EXHAUSTED;
        }
        if (!attempt.throttled()) {
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
            return End.OUT_OF_TIME;
        }
    }
}
