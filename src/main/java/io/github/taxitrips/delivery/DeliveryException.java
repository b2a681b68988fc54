package io.github.taxitrips.delivery;

import io.github.taxitrips.delivery.DeliveryOutcome.Failure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Records of an invocation could not be delivered. Lambda answers it by sending the same batch again. The message tells
 * how many, why, what a person can do, and the counts.
 */
@SuppressWarnings("serial")
public abstract sealed class DeliveryException extends RuntimeException {

    private final InvocationReport report;

    private DeliveryException(String message, InvocationReport report, @Nullable Throwable cause) {
        super(message + " " + report.toJson(), cause);
        this.report = report;
    }

    /** Returns the counts of the invocation. */
    public InvocationReport report() {
        return report;
    }

    /**
     * Returns the exception for a delivery that ended in anything but {@link DeliveryOutcome.End#DELIVERED} and {@link
     * DeliveryOutcome.End#BROKEN}, whose own {@link Error} is to be thrown.
     */
    public static DeliveryException of(DeliveryOutcome outcome, InvocationReport report) {
        return switch (outcome.end()) {
            case ALL_FAILED -> new AllRecordsFailed(outcome, report);
            case EXHAUSTED -> new RetriesExhausted(outcome, report);
            case OUT_OF_TIME -> new OutOfTime(outcome, report);
            case REFUSED -> new Refused(outcome, report);
            case INTERRUPTED -> new Interrupted(outcome, report);
            case DELIVERED, BROKEN -> throw new IllegalArgumentException("No exception of ours tells " + outcome.end());
        };
    }

    /** The errors with what a person can do about the most frequent: {@code 3 x SocketException (Connection reset). ...} */
    private static String reasons(List<Failure> failures) {
        Map<String, List<RecordError>> byCode = new LinkedHashMap<>();
        for (Failure failure : failures) {
            byCode.computeIfAbsent(failure.error().code(), code -> new ArrayList<>())
                    .add(failure.error());
        }
        StringBuilder text = new StringBuilder();
        List<RecordError> most = List.of();
        for (List<RecordError> errors : byCode.values()) {
            RecordError first = errors.get(0);
            text.append(text.isEmpty() ? "" : ", ")
                    .append("%d x %s (%s)".formatted(errors.size(), first.code(), first.message()));
            most = errors.size() > most.size() ? errors : most;
        }
        return text + ". " + FirehoseErrors.remedy(most.get(0), "taxi-trips.delivery-stream-name");
    }

    /** Every record failed on the first attempt; nothing was delivered, so a retry of the batch repeats nothing. */
    public static final class AllRecordsFailed extends DeliveryException {
        private AllRecordsFailed(DeliveryOutcome outcome, InvocationReport report) {
            super(
                    "All %d records failed on the first attempt, so Lambda is to send the batch again: %s"
                            .formatted(outcome.undelivered().size(), reasons(outcome.undelivered())),
                    report,
                    null);
        }
    }

    /** Some records failed through every retry. */
    public static final class RetriesExhausted extends DeliveryException {
        private RetriesExhausted(DeliveryOutcome outcome, InvocationReport report) {
            super(
                    "%d records failed in each of %d attempts, so Lambda is to send the batch again: %s More attempts: taxi-trips.retry.max-retries."
                            .formatted(
                                    outcome.undelivered().size(),
                                    outcome.traffic().attempts(),
                                    reasons(outcome.undelivered())),
                    report,
                    null);
        }
    }

    /** Some records were still undelivered when there was no time for another wait or call. */
    public static final class OutOfTime extends DeliveryException {
        private OutOfTime(DeliveryOutcome outcome, InvocationReport report) {
            super(message(outcome), report, null);
        }

        private static String message(DeliveryOutcome outcome) {
            int undelivered = outcome.undelivered().size();
            return outcome.traffic().calls().isEmpty()
                    ? "%d records were not sent, for the invocation had no time left for a call; no call was begun. Lambda is to send the batch again: raise the function's timeout, or lower taxi-trips.firehose.call-timeout and taxi-trips.retry.time-budget below it."
                            .formatted(undelivered)
                    : "%d records were undelivered after %d calls in %d attempts when the time ended, so Lambda is to send the batch again: raise the function's timeout and taxi-trips.retry.time-budget, or make batches smaller. Last errors: %s"
                            .formatted(
                                    undelivered,
                                    outcome.traffic().calls().size(),
                                    outcome.traffic().attempts(),
                                    reasons(outcome.undelivered()));
        }
    }

    /** Firehose refuses the call itself, as for an unknown delivery stream; retrying is of no use until that is mended. */
    public static final class Refused extends DeliveryException {
        private Refused(DeliveryOutcome outcome, InvocationReport report) {
            super(
                    outcome.cause() == null
                            ? "A call was refused."
                            : String.valueOf(outcome.cause().getMessage()),
                    report,
                    outcome.cause());
        }
    }

    /** The thread was interrupted, as when the process is told to stop. */
    public static final class Interrupted extends DeliveryException {
        private Interrupted(DeliveryOutcome outcome, InvocationReport report) {
            super(
                    "The invocation was interrupted with %d records undelivered; nothing is wrong with the delivery stream, and Lambda is to send the batch again."
                            .formatted(outcome.undelivered().size()),
                    report,
                    outcome.cause());
        }
    }
}
