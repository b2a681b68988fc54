package io.github.taxitrips.local.console;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A record that was seen passing.
 *
 * @param at when it was seen, or when it arrived in its shard
 * @param place where it stands in its stream, {@code shardId:sequenceNumber}
 * @param outcome {@code delivered}, {@code skipped}, {@code undelivered} or {@code rejected}; null in the stream
 * @param why the reason or the error code, null for none
 * @param bytes its length
 * @param text its beginning, as a person reads it
 */
record Passing(
        Instant at,
        String place,
        @Nullable String outcome,
        @Nullable String why,
        int bytes,
        String text) {}
