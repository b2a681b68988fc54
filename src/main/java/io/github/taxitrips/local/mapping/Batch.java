package io.github.taxitrips.local.mapping;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import java.util.List;

/**
 * Records that the function is invoked with together; none for the invocation that closes a tumbling window.
 *
 * @param records the records, in order
 * @param retries how many invocations with them came before, splits left out
 * @param functionError whether the last of these failed as a whole
 */
record Batch(List<KinesisEventRecord> records, int retries, boolean functionError) {

    int size() {
        return records.size();
    }

    /** Returns the records from one position on up to another, with the same retries behind them. */
    Batch part(int from, int to) {
        return new Batch(records.subList(from, to), retries, functionError);
    }

    List<String> sequenceNumbers() {
        return records.stream()
                .map(record -> record.getKinesis().getSequenceNumber())
                .toList();
    }
}
