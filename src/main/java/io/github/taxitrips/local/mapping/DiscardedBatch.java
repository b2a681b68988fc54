package io.github.taxitrips.local.mapping;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records that the mapping gives up, as it tells its on-failure destination: AWS Lambda Developer Guide, "Retain
 * discarded batch records for a Kinesis Data Streams event source in Lambda".
 *
 * @param shardId the shard they are from
 * @param condition why they are given up
 * @param records the records, in order, at least one
 * @param invocations how often the function was invoked with them, splits left out
 * @param functionError whether the last of these failed as a whole
 * @param window the tumbling window that they are of, null without one
 */
public record DiscardedBatch(
        String shardId,
        Condition condition,
        List<KinesisEventRecord> records,
        int invocations,
        boolean functionError,
        @Nullable Window window) {

    /** Why records are given up, named as Lambda's message does. */
    public enum Condition {
        RETRY_ATTEMPTS_EXHAUSTED("RetryAttemptsExhausted"),
        RECORD_AGE_EXCEEDED("RecordAgeExceeded");

        private final String text;

        Condition(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
