package io.github.taxitrips.intake;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;

/**
 * One record as its producer wrote it: the payload of a Kinesis record, or one of the several that the Kinesis Producer
 * Library aggregated into it.
 *
 * @param carrier the Kinesis record it came in
 * @param index its place in the carrier, from 0
 * @param payload its bytes; shared, not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // records are told apart by identity; payloads are never compared
public record UserRecord(KinesisEventRecord carrier, int index, byte[] payload) {}
