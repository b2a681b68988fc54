package io.github.taxitrips.intake;

/**
 * A clean trip.
 *
 * @param id the trip's id as text, for log lines
 * @param payload the bytes as they came from Kinesis; shared, not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // trips are told apart by identity; payloads are never compared
public record Trip(String id, byte[] payload) {}
