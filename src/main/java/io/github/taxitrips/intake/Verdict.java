package io.github.taxitrips.intake;

import org.jspecify.annotations.Nullable;

/** What a {@link TripValidator} says of a record. */
public sealed interface Verdict {

    /**
     * The record is a trip to deliver.
     *
     * @param tripId the trip's id as text fit for a log line
     * @param oneLine whether it is known that no line ends before the trip does, so that nobody need look for it; two
     *     verdicts are the same without it
     */
    record Clean(String tripId, boolean oneLine) implements Verdict {

        /** A trip whose lines are still to be looked at. */
        public Clean(String tripId) {
            this(tripId, false);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Clean clean && clean.tripId.equals(tripId);
        }

        @Override
        public int hashCode() {
            return tripId.hashCode();
        }
    }

    /**
     * The record is to be set aside.
     *
     * @param rejection why
     */
    record Unclean(Rejection rejection) implements Verdict {

        /** Sets aside for what is wrong with one member, or with the whole record when {@code field} is null. */
        public Unclean(Rejection.Reason reason, @Nullable String field) {
            this(new Rejection(reason, field));
        }
    }
}
