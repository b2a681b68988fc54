package io.github.taxitrips.local.kinesis;

import org.jspecify.annotations.Nullable;

/**
 * What became of a record that was put: it has a sequence number, and then it is kept, or an error.
 *
 * @param shardId the shard it belongs to
 * @param sequenceNumber its sequence number; null if it was refused
 * @param errorCode {@code ProvisionedThroughputExceededException} or {@code InternalFailure}; null if it is kept
 * @param errorMessage why it was refused; null if it is kept
 */
public record PutResult(
        String shardId,
        @Nullable String sequenceNumber,
        @Nullable String errorCode,
        @Nullable String errorMessage) {

    static final String THROUGHPUT_EXCEEDED = "ProvisionedThroughputExceededException";
    static final String INTERNAL_FAILURE = "InternalFailure";

    static PutResult kept(String shardId, String sequenceNumber) {
        return new PutResult(shardId, sequenceNumber, null, null);
    }

    static PutResult refused(String shardId, String errorCode, String errorMessage) {
        return new PutResult(shardId, null, errorCode, errorMessage);
    }
}
