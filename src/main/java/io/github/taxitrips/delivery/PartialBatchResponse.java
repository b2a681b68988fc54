package io.github.taxitrips.delivery;

import io.github.taxitrips.delivery.DeliveryOutcome.Failure;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/**
 * Lambda's partial batch response for a Kinesis trigger: the AWS Lambda Developer Guide, "Configuring partial batch
 * response with Kinesis Data Streams and Lambda". Lambda retries the batch from the lowest sequence number reported.
 */
public final class PartialBatchResponse {

    private PartialBatchResponse() {}

    /**
     * Returns the response that reports the lowest sequence number of the failures, and none when there are none. Empty
     * if a failure's record has no sequence number to report.
     */
    public static Optional<String> of(List<Failure> failures) {
        BigInteger lowest = null;
        for (Failure failure : failures) {
            BigInteger number = SequenceNumbers.of(failure.document().source().carrier());
            if (number == null) {
                return Optional.empty();
            }
            lowest = lowest == null ? number : lowest.min(number);
        }
        return Optional.of(
                lowest == null
                        ? "{\"batchItemFailures\":[]}"
                        : "{\"batchItemFailures\":[{\"itemIdentifier\":\"" + lowest + "\"}]}");
    }
}
