package io.github.taxitrips.local.kinesis;

import java.time.Instant;

/**
 * A record of a shard.
 *
 * @param sequenceNumber its sequence number, 56 digits
 * @param partitionKey its partition key
 * @param arrival when it was put, to the millisecond
 * @param data its bytes, not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // Compared with no other.
public record StoredRecord(String sequenceNumber, String partitionKey, Instant arrival, byte[] data) {}
