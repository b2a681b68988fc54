package io.github.taxitrips.delivery;

import org.jspecify.annotations.Nullable;

/** A {@code PutRecordBatch} call that failed as a whole. */
@SuppressWarnings("serial")
public final class FirehoseCallException extends RuntimeException {

    private final RecordError error;
    private final boolean transientFailure;

    /**
     * @param message names the delivery stream and the cause, and says what to do
     * @param error what to account each record of the call as
     * @param transientFailure whether the same call may succeed later
     * @param cause the client's exception, if there is one
     */
    public FirehoseCallException(
            String message, RecordError error, boolean transientFailure, @Nullable Throwable cause) {
        super(message, cause);
        this.error = error;
        this.transientFailure = transientFailure;
    }

    /** Returns the error that each record of the call shares. */
    public RecordError error() {
        return error;
    }

    /** Whether the same call may succeed later: throttling, a fault of the service, a broken or slow connection. */
    public boolean isTransient() {
        return transientFailure;
    }
}
