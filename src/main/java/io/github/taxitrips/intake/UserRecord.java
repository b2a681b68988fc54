package io.github.taxitrips.intake;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;

/**
 * One record as its producer wrote it: the payload of a Kinesis record, one of the several that the Kinesis Producer
 * Library aggregated into it, or one of the several JSON documents that it holds.
 *
 * @param carrier the Kinesis record it came in
 * @param index its place among all that the carrier holds, from 0; {@value #WHOLE} for the carrier as a whole
 * @param payload its bytes; shared, not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // records are told apart by identity; payloads are never compared
public record UserRecord(KinesisEventRecord carrier, int index, byte[] payload) {

    /** Index of a Kinesis record that stands for all in it. */
    public static final int WHOLE = -1;
}
