package io.github.taxitrips.local.producer;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which lines of the quarantine are asked for.
 *
 * @param reason a reason with or without its member, such as {@code zero} or {@code zero:pickup_latitude}, null for any
 * @param from the first arrival, null for any
 * @param until the arrival from which on they are not, null for none
 */
public record QuarantineFilter(
        @Nullable String reason,
        @Nullable Instant from,
        @Nullable Instant until) {

    /** Everything. */
    public static final QuarantineFilter ALL = new QuarantineFilter(null, null, null);

    boolean takes(QuarantineLine line) {
        return takes(line.reason()) && takes(line.arrival());
    }

    /** Whether a reason with its member is asked for. */
    boolean takes(String found) {
        return reason == null || found.equals(reason) || found.startsWith(reason + ":");
    }

    /** Whether an arrival is; what has none is not when there is a limit. */
    boolean takes(@Nullable Instant arrival) {
        if (arrival == null) {
            return from == null && until == null;
        }
        return (from == null || !arrival.isBefore(from)) && (until == null || arrival.isBefore(until));
    }
}
