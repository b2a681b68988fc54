package io.github.taxitrips.delivery;

import java.util.Set;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/**
 * Why Firehose did not take a record.
 *
 * @param code the service's error code, for example {@code ServiceUnavailableException}, or the name of the client-side
 *     failure, for example {@code SocketTimeoutException}
 * @param message the service's explanation
 * @param isThrottled whether the record was refused because the throughput of its delivery stream was exceeded
 */
public record RecordError(String code, String message, boolean isThrottled) {

    /** The answer to a call is not one that tells what became of its records. */
    static final String INCOMPLETE_RESPONSE = "IncompleteResponse";

    /** The thread was interrupted before or in a call. */
    static final String INTERRUPTED = "Interrupted";

    /**
     * Throttling that the SDK does not know as such: Firehose's own code, from the Firehose API Reference, "PutRecordBatch",
     * what a call without a code answers with status 503, and a spelling of Kinesis' code without its ending.
     */
    private static final Set<String> MORE_THROTTLING_CODES =
            Set.of("ServiceUnavailableException", "HTTP 503", "ProvisionedThroughputExceeded");

    /** An error that is throttling if its code says so. */
    public RecordError(String code, String message) {
        this(code, message, isThrottling(code));
    }

    /**
     * Returns what a person can do about an error that goes on: a sentence, or several.
     *
     * @param setting the setting that names the delivery stream
     */
    public String remedy(String setting) {
        return FirehoseErrors.remedy(this, setting);
    }

    /** Asks the SDK, with an exception that is never thrown and so needs no stack trace. */
    private static boolean isThrottling(String code) {
        if (MORE_THROTTLING_CODES.contains(code)) {
            return true;
        }
        AwsServiceException.Builder question = AwsServiceException.builder()
                .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).build());
        question.writableStackTrace(false);
        return question.build().isThrottlingException();
    }
}
