package io.github.taxitrips.local.mapping;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An invocation that is over.
 *
 * @param shardId the shard its records are from
 * @param records how many these are
 * @param started when it began
 * @param duration how long it took
 * @param response what the function answered, null if it failed
 * @param error what it failed of, or what is wrong with its answer; null for neither
 */
public record FinishedInvocation(
        String shardId,
        int records,
        Instant started,
        Duration duration,
        @Nullable String response,
        @Nullable String error) {}
