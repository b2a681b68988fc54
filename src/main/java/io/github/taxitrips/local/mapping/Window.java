package io.github.taxitrips.local.mapping;

import java.time.Instant;

/**
 * What the event of an invocation says of its tumbling window: AWS Lambda Developer Guide, "Implementing stateful Kinesis
 * Data Streams processing in Lambda".
 *
 * @param start when it begins, by the arrival of records
 * @param end when it ends, which is no longer part of it
 * @param state what the function has answered last in this window, as JSON text
 * @param isFinal whether this is the last invocation with this state, which has no records here
 * @param isTerminatedEarly whether that is because the state has grown too large
 */
public record Window(Instant start, Instant end, String state, boolean isFinal, boolean isTerminatedEarly) {}
