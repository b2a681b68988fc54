package io.github.taxitrips.delivery;

import org.jspecify.annotations.Nullable;

/** Records of an invocation could not be delivered. Lambda answers it by sending the same batch again. */
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

    /** Returns the exception for a delivery that ended in anything but {@link DeliveryOutcome.End#DELIVERED}. */
    public static DeliveryException of(DeliveryOutcome outcome, InvocationReport report) {
        int undelivered = outcome.undelivered().size();
        return switch (outcome.end()) {
            case ALL_FAILED -> new AllRecordsFailed(undelivered, report);
            case EXHAUSTED -> new RetriesExhausted(undelivered, outcome.attempts(), report);
            case OUT_OF_TIME -> new OutOfTime(undelivered, outcome.attempts(), report);
            case REFUSED -> new Refused(outcome.cause(), report);
            case DELIVERED -> throw new IllegalArgumentException("Nothing failed");
        };
    }

    /** Every record failed on the first attempt; nothing was delivered, so a retry of the batch repeats nothing. */
    public static final class AllRecordsFailed extends DeliveryException {
        private AllRecordsFailed(int undelivered, InvocationReport report) {
            super(
                    "All %d records failed on the first attempt, so Lambda is to send the batch again; if this goes on, raise the delivery stream's quota or check its health."
                            .formatted(undelivered),
                    report,
                    null);
        }
    }

    /** Some records failed through every retry. */
    public static final class RetriesExhausted extends DeliveryException {
        private RetriesExhausted(int undelivered, int attempts, InvocationReport report) {
            super(
                    "%d records failed in each of %d attempts, so Lambda is to send the batch again; raise the delivery stream's quota or taxi-trips.retry.max-retries."
                            .formatted(undelivered, attempts),
                    report,
                    null);
        }
    }

    /** Some records were still undelivered when there was no time for another wait or call. */
    public static final class OutOfTime extends DeliveryException {
        private OutOfTime(int undelivered, int attempts, InvocationReport report) {
            super(
                    "%d records were undelivered after %d attempts when the time ended, so Lambda is to send the batch again; raise the function's timeout and taxi-trips.retry.time-budget, or make batches smaller."
                            .formatted(undelivered, attempts),
                    report,
                    null);
        }
    }

    /** Firehose refuses the call itself, as for an unknown delivery stream; retrying is of no use until that is mended. */
    public static final class Refused extends DeliveryException {
        private Refused(@Nullable RuntimeException cause, InvocationReport report) {
            super(cause == null ? "A call was refused." : String.valueOf(cause.getMessage()), report, cause);
        }
    }
}
