package io.github.taxitrips.delivery;

import org.jspecify.annotations.Nullable;

/** Trips of an invocation could not be delivered. Lambda answers it by sending the same batch again. */
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

    /** Every trip failed on the first attempt; nothing was delivered, so a retry of the batch repeats nothing. */
    public static final class AllRecordsFailed extends DeliveryException {
        public AllRecordsFailed(String message, InvocationReport report) {
            super(message, report, null);
        }
    }

    /** Some trips failed through every retry; a retry of the batch delivers the others again. */
    public static final class RetriesExhausted extends DeliveryException {
        public RetriesExhausted(String message, InvocationReport report) {
            super(message, report, null);
        }
    }

    /** Some trips were still undelivered when the time budget ended; a retry of the batch delivers the others again. */
    public static final class OutOfTime extends DeliveryException {
        public OutOfTime(String message, InvocationReport report) {
            super(message, report, null);
        }
    }

    /** Firehose refuses the call itself, as for an unknown delivery stream; retrying is of no use until that is mended. */
    public static final class Refused extends DeliveryException {
        public Refused(String message, InvocationReport report, @Nullable Throwable cause) {
            super(message, report, cause);
        }
    }
}
