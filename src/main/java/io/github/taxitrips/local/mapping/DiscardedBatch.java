package io.github.taxitrips.local.mapping;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import java.util.List;

/**
 * Records that the mapping has given up, as it tells its on-failure destination: AWS Lambda Developer Guide, "Retain
 * discarded batch records for a Kinesis Data Streams event source in Lambda".
 *
 * @param shardId the shard they are from
 * @param condition why they were given up
 * @param records the records, in order, at least one
 * @param invocations how often the function was invoked with them, splits left out
 */
public record DiscardedBatch(String shardId, Condition condition, List<KinesisEventRecord> records, int invocations) {

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
