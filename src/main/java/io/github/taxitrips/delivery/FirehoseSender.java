package io.github.taxitrips.delivery;

import java.time.Duration;
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
     * @return the records that Firehose did not take: position in {@code records} to error; empty when it took all. A
     *     position that no record has makes the whole call count as failed.
     * @throws FirehoseCallException if the call failed as a whole, so that none of its records is known to be taken
     */
    Map<Integer, RecordError> send(List<byte[]> records);

    /**
     * Sends the records in one call that ends within a time and is given the whole of it. A sender that cannot see to that
     * leaves this method alone.
     *
     * @param timeout time for the call and its HTTP exchange, at most {@code taxi-trips.firehose.call-timeout}
     */
    default Map<Integer, RecordError> send(List<byte[]> records, Duration timeout) {
        return send(records);
    }
}
