package io.github.taxitrips.delivery;

import java.util.Set;

/**
 * Why Firehose did not take a record.
 *
 * @param code the service's error code, for example {@code ServiceUnavailableException}, or the name of the client-side
 *     failure, for example {@code SocketTimeoutException}
 * @param message the service's explanation
 */
public record RecordError(String code, String message) {

    /**
     * Codes of a service that is asked too much. The first is Firehose's own, from the Firehose API Reference,
     * "PutRecordBatch"; the others are common to AWS services.
     */
    private static final Set<String> THROTTLING_CODES = Set.of(
            "ServiceUnavailableException",
            "ThrottlingException",
            "ThrottledException",
            "Throttling",
            "TooManyRequestsException",
            "RequestLimitExceeded",
            "SlowDown");

    /** Whether the record was refused because its stream's throughput was exceeded. */
    public boolean isThrottled() {
        return THROTTLING_CODES.contains(code);
    }
}
