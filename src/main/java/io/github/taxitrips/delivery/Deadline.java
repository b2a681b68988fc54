package io.github.taxitrips.delivery;

/** When the invocation under way has to be over. A bean of this type is asked at the start of each delivery. */
@FunctionalInterface
public interface Deadline {

    /**
     * Returns the milliseconds that are left to the current invocation for deliveries, {@link Long#MAX_VALUE} when
     * nothing limits it.
     */
    long remainingMillis();
}
