package io.github.taxitrips.delivery;

import java.time.Duration;

/** When the invocation under way has to be over. A bean of this type is asked at the start of each invocation. */
@FunctionalInterface
public interface Deadline {

    /**
     * Returns the milliseconds that are left to the current invocation for deliveries, {@link Long#MAX_VALUE} when
     * nothing limits it.
     */
    long remainingMillis();

    /**
     * Returns an end of time that stands still from now on: this deadline, or that of the budget if it is nearer.
     *
     * @param budget time from now on; zero for no limit
     */
    default Deadline within(Duration budget) {
        long left = Math.min(budget.isZero() ? Long.MAX_VALUE : budget.toMillis(), remainingMillis());
        if (left == Long.MAX_VALUE) {
            return this;
        }
        long start = System.nanoTime();
        return () -> left - (System.nanoTime() - start) / 1_000_000;
    }
}
