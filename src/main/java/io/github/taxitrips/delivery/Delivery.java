package io.github.taxitrips.delivery;

import io.github.taxitrips.delivery.DeliveryOutcome.End;
import io.github.taxitrips.delivery.DeliveryOutcome.Failure;
import io.github.taxitrips.intake.Trip;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.util.backoff.BackOffExecution;

/**
 * Delivers trips through a {@link FirehoseSender}, sending again only what failed.
 *
 * <p>The {@link RetryPolicy} is asked three things. Its back-off gives the wait before each retry, and by stopping the
 * number of retries; the wait holds when a failed trip was throttled, otherwise the fixed unthrottled wait does. Its
 * timeout is the budget for attempts and waits together. Its {@code shouldRetry} decides about a call that failed as a
 * whole; a record that failed within a call is always worth a retry, whatever its error code.
 */
public final class Delivery {

    private final FirehoseSender sender;
    private final RetryPolicy retryPolicy;
    private final long unthrottledWaitMillis;
    private final Time time;

    /**
     * @param sender makes the calls
     * @param retryPolicy when and how often to retry
     * @param unthrottledWait wait before a retry when nothing was throttled
     */
    public Delivery(FirehoseSender sender, RetryPolicy retryPolicy, Duration unthrottledWait) {
        this(sender, retryPolicy, unthrottledWait, Time.SYSTEM);
    }

    Delivery(FirehoseSender sender, RetryPolicy retryPolicy, Duration unthrottledWait, Time time) {
        this.sender = sender;
        this.retryPolicy = retryPolicy;
        this.unthrottledWaitMillis = unthrottledWait.toMillis();
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

    /** Delivers the trips in order. Never throws for what Firehose answers: the outcome tells. */
    public DeliveryOutcome deliver(List<Trip> trips) {
        if (trips.isEmpty()) {
            return new DeliveryOutcome(End.DELIVERED, 0, List.of(), 0, 0, 0, null);
        }
        long start = time.millis();
        BackOffExecution backOff = retryPolicy.getBackOff().start();
        List<FirehoseRecord> pending = trips.stream().map(FirehoseRecord::of).toList();
        int retried = 0;
        int calls = 0;
        for (int attempts = 1; ; attempts++) {
            Attempt attempt = attempt(pending);
            calls += attempt.calls;
            End end = attempts == 1 && attempt.refusal == null && attempt.failed.size() == trips.size()
                    ? End.ALL_FAILED
                    : endAfter(attempt, backOff, start);
            if (end != null) {
                List<Failure> undelivered = attempt.failed.stream()
                        .map(failed -> new Failure(failed.record.trip(), failed.error))
                        .toList();
                int delivered = trips.size() - undelivered.size();
                return new DeliveryOutcome(end, delivered, undelivered, attempts, retried, calls, attempt.refusal);
            }
            pending = attempt.failed.stream().map(Failed::record).toList();
            retried += pending.size();
        }
    }

    private record Failed(FirehoseRecord record, RecordError error) {}

    private record Attempt(
            List<Failed> failed, int calls, @Nullable RuntimeException refusal) {}

    /** Sends every record once, up to a call that cannot succeed. */
    private Attempt attempt(List<FirehoseRecord> records) {
        List<Failed> failed = new ArrayList<>();
        int calls = 0;
        int sent = 0;
        for (List<FirehoseRecord> call : CallPacker.pack(records)) {
            calls++;
            try {
                Map<Integer, RecordError> errors =
                        sender.send(call.stream().map(FirehoseRecord::data).toList());
                for (int i = 0; i < call.size() && !errors.isEmpty(); i++) {
                    RecordError error = errors.get(i);
                    if (error != null) {
                        failed.add(new Failed(call.get(i), error));
                    }
                }
            } catch (RuntimeException e) {
                RecordError error = error(e);
                boolean retry = retryPolicy.shouldRetry(e);
                List<FirehoseRecord> undelivered = retry ? call : records.subList(sent, records.size());
                undelivered.forEach(record -> failed.add(new Failed(record, error)));
                if (!retry) {
                    return new Attempt(failed, calls, e);
                }
            }
            sent += call.size();
        }
        return new Attempt(failed, calls, null);
    }

    private static RecordError error(RuntimeException e) {
        return e instanceof FirehoseCallException call
                ? call.error()
                : new RecordError(e.getClass().getSimpleName(), String.valueOf(e.getMessage()));
    }

    /** Returns how the delivery ends, or null after the wait for a retry that may now begin. */
    private @Nullable End endAfter(Attempt attempt, BackOffExecution backOff, long start) {
        if (attempt.refusal != null) {
            return End.REFUSED;
        }
        if (attempt.failed.isEmpty()) {
            return End.DELIVERED;
        }
        long wait = backOff.nextBackOff();
        if (wait == BackOffExecution.STOP) {
            return End.EXHAUSTED;
        }
        if (attempt.failed.stream().noneMatch(failed -> failed.error.isThrottled())) {
            wait = unthrottledWaitMillis;
        }
        long budget = retryPolicy.getTimeout().toMillis();
        if (budget > 0 && time.millis() - start + wait >= budget) {
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
