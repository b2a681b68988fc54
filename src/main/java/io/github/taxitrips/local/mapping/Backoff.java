package io.github.taxitrips.local.mapping;

import java.time.Duration;

/**
 * How long the mapping waits before it invokes the function with a batch again. The AWS Lambda Developer Guide says that the
 * mapping pauses the shard and tries again, and for no Kinesis stream how long it waits. Assumed here: a second before the
 * first retry, twice as long before each next, up to a maximum.
 *
 * @param maximum the longest wait, zero for none at all
 */
record Backoff(Duration maximum) {

    private static final Duration FIRST = Duration.ofSeconds(1);

    /** Beyond this many doublings every wait is the maximum. */
    private static final int MAX_DOUBLINGS = 20;

    /** Returns the wait before a retry, counted from 1. */
    Duration before(int retry) {
        Duration wait = FIRST.multipliedBy(1L << Math.min(retry - 1, MAX_DOUBLINGS));
        return wait.compareTo(maximum) < 0 ? wait : maximum;
    }
}
