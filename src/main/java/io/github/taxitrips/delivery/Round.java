package io.github.taxitrips.delivery;

import io.github.taxitrips.delivery.DeliveryOutcome.End;
import io.github.taxitrips.delivery.DeliveryOutcome.Failure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One attempt: sends records once, in calls that run side by side, and waits for all of them. The first call that cannot
 * be followed by another (refused, interrupted, broken by an {@link Error}, or one for which there is no time) stops the
 * others before their next call.
 */
final class Round {

    private static final long BILLING_STEP = 5 * 1_024;

    /** How the delivery ends with this round, and what it ended for. */
    private record Stop(End end, @Nullable Throwable cause) {}

    /** What a call came to: an error for each record that failed, by position, after so many nanoseconds. */
    private record CallResult(
            Map<Integer, RecordError> errors, @Nullable Stop stop, long nanos) {}

    private record Failed(FirehoseRecord record, RecordError error) {}

    private final FirehoseSender sender;
    private final Predicate<RuntimeException> isWorthARetry;
    private final Time time;
    private final List<List<FirehoseRecord>> calls;
    private final @Nullable CallResult[] results;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicReference<@Nullable Stop> stop = new AtomicReference<>();
    private final List<Failed> failed = new ArrayList<>();
    private int workers = 1;

    /**
     * The time of a round's calls.
     *
     * @param left tells what is left for calls
     * @param least what must be left for a call to begin
     * @param call what a call may take; one that begins with less left is given that
     * @param patient whether the exchange of a call may take as long as the call: after one has run out of time, for what it
     *     sent may have been taken, and each further one that is given up may be another copy
     */
    record Time(Supplier<Duration> left, Duration least, Duration call, boolean patient) {}

    /**
     * @param sender makes the calls
     * @param isWorthARetry whether a call that failed as a whole may succeed later
     * @param time the time of the calls
     * @param calls the records of each call
     */
    Round(
            FirehoseSender sender,
            Predicate<RuntimeException> isWorthARetry,
            Time time,
            List<List<FirehoseRecord>> calls) {
        this.sender = sender;
        this.isWorthARetry = isWorthARetry;
        this.time = time;
        this.calls = calls;
        // Each worker writes the results of the calls it makes; null is a call that was not begun.
        this.results = new CallResult[calls.size()];
    }

    /** Makes the calls, up to {@code concurrency} at once, fewer where the executor takes no more. */
    void run(int concurrency, Executor executor) {
        List<CompletableFuture<?>> others = new ArrayList<>();
        try {
            while (workers < Math.min(concurrency, calls.size())) {
                others.add(CompletableFuture.runAsync(this::work, executor));
                workers++;
            }
        } catch (RejectedExecutionException e) {
            // What runs already does the work of the others.
        } catch (Error e) {
            stop.set(new Stop(End.BROKEN, e));
        }
        work();
        CompletableFuture.allOf(others.toArray(CompletableFuture[]::new)).join();
        for (int i = 0; i < results.length; i++) {
            CallResult result = results[i];
            List<FirehoseRecord> call = calls.get(i);
            for (int j = 0; j < call.size(); j++) {
                RecordError error = result == null ? unsent() : result.errors.get(j);
                if (error != null) {
                    failed.add(new Failed(call.get(j), error));
                }
            }
        }
    }

    private void work() {
        for (int i = next.getAndIncrement(); i < results.length && stop.get() == null; i = next.getAndIncrement()) {
            Duration left = time.left.get();
            if (left.compareTo(time.least) < 0) {
                stop.compareAndSet(null, new Stop(End.OUT_OF_TIME, null));
            } else if (Thread.currentThread().isInterrupted()) {
                stop.compareAndSet(null, new Stop(End.INTERRUPTED, null));
            } else {
                results[i] = call(calls.get(i), left);
                stop.compareAndSet(null, results[i].stop);
            }
        }
    }

    private CallResult call(List<FirehoseRecord> records, Duration left) {
        long start = System.nanoTime();
        List<byte[]> data = records.stream().map(FirehoseRecord::data).toList();
        try {
            boolean clipped = left.compareTo(time.call) < 0;
            Map<Integer, RecordError> errors =
                    clipped || time.patient ? sender.send(data, clipped ? left : time.call) : sender.send(data);
            boolean inRange = errors.keySet().stream().allMatch(i -> i >= 0 && i < records.size());
            return inRange
                    ? new CallResult(errors, null, System.nanoTime() - start)
                    : allFailed(records, strayPositions(errors, records.size()), null, start);
        } catch (RuntimeException e) {
            RecordError error = error(e);
            Stop end = error.code().equals(RecordError.INTERRUPTED)
                    ? new Stop(End.INTERRUPTED, e)
                    : isWorthARetry.test(e) ? null : new Stop(End.REFUSED, e);
            return allFailed(records, error, end, start);
        } catch (Error e) {
            return allFailed(records, error(e), new Stop(End.BROKEN, e), start);
        }
    }

    private static RecordError strayPositions(Map<Integer, RecordError> errors, int size) {
        return new RecordError(
                RecordError.INCOMPLETE_RESPONSE,
                "the sender named failures at positions %s of %d records".formatted(errors.keySet(), size));
    }

    private static CallResult allFailed(
            List<FirehoseRecord> records, RecordError error, @Nullable Stop stop, long start) {
        Map<Integer, RecordError> errors = new HashMap<>();
        IntStream.range(0, records.size()).forEach(i -> errors.put(i, error));
        return new CallResult(errors, stop, System.nanoTime() - start);
    }

    private RecordError unsent() {
        Stop reason = Objects.requireNonNull(stop.get(), "every call is made unless something stops them");
        return switch (reason.end) {
            case OUT_OF_TIME -> new RecordError("OutOfTime", "not sent, for a call could have outlived the invocation");
            case INTERRUPTED -> new RecordError(RecordError.INTERRUPTED, "not sent, for the thread was interrupted");
            default -> error(Objects.requireNonNull(reason.cause));
        };
    }

    private static RecordError error(Throwable e) {
        return e instanceof FirehoseCallException call
                ? call.error()
                : new RecordError(e.getClass().getSimpleName(), String.valueOf(e.getMessage()));
    }

    /**
     * The calls that were begun.
     *
     * @param attempt the round's number
     */
    List<Traffic.Call> calls(int attempt) {
        List<Traffic.Call> begun = new ArrayList<>(results.length);
        for (int i = 0; i < results.length; i++) {
            CallResult result = results[i];
            if (result != null) {
                begun.add(traffic(attempt, calls.get(i), result));
            }
        }
        return begun;
    }

    private static Traffic.Call traffic(int attempt, List<FirehoseRecord> records, CallResult result) {
        long payload = 0;
        long billed = 0;
        int throttled = 0;
        Map<String, Integer> errors = new TreeMap<>();
        for (int i = 0; i < records.size(); i++) {
            RecordError error = result.errors.get(i);
            if (error == null) {
                int length = records.get(i).data().length;
                payload += length;
                billed += (length + BILLING_STEP - 1) / BILLING_STEP * BILLING_STEP;
            } else {
                throttled += error.isThrottled() ? 1 : 0;
                errors.merge(error.code(), 1, Integer::sum);
            }
        }
        return new Traffic.Call(
                attempt, records.size(), Duration.ofNanos(result.nanos), payload, billed, throttled, errors);
    }

    /** Most calls that were under way at once. */
    int concurrency() {
        return Math.min(
                workers, (int) Stream.of(results).filter(Objects::nonNull).count());
    }

    /** How the delivery ends; null unless the round itself ends it. */
    @Nullable End end() {
        Stop reason = stop.get();
        return reason == null ? null : reason.end;
    }

    /** What the round ended for: the refusal, the interruption or the {@link Error}, if any. */
    @Nullable Throwable cause() {
        Stop reason = stop.get();
        return reason == null ? null : reason.cause;
    }

    /** Whether a record failed because its delivery stream's throughput was exceeded. */
    boolean isThrottled() {
        return failed.stream().anyMatch(failure -> failure.error.isThrottled());
    }

    /** Whether a call ran out of time. */
    boolean isTimedOut() {
        return failed.stream().anyMatch(failure -> FirehoseErrors.isTimeout(failure.error));
    }

    /** The records that failed, in order. */
    List<FirehoseRecord> failedRecords() {
        return failed.stream().map(Failed::record).toList();
    }

    /** The documents that failed, in order. */
    List<Failure> failures() {
        return failed.stream()
                .flatMap(failure ->
                        failure.record.documents().stream().map(document -> new Failure(document, failure.error)))
                .toList();
    }
}
