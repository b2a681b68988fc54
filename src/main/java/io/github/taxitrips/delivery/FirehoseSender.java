package io.github.taxitrips.delivery;

import java.util.List;
import java.util.Map;

/**
 * One {@code PutRecordBatch} call, without retries. A bean of this type replaces {@link SdkFirehoseSender}.
 *
 * <p>The limits of a call (500 records, 4 MiB) are kept by the caller.
 */
@FunctionalInterface
public interface FirehoseSender {

    /**
     * Sends the records in one call.
     *
     * @param records data of 1 to 500 records, in order, not to be changed
     * @return the records that Firehose did not take: position in {@code records} to error; empty when it took all
     * @throws FirehoseCallException if the call failed as a whole, so that none of its records is known to be taken
     */
    Map<Integer, RecordError> send(List<byte[]> records);
}
