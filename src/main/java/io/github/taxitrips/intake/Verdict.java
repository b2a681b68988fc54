package io.github.taxitrips.intake;

import org.jspecify.annotations.Nullable;

/** What a {@link TripValidator} says of a record. */
public sealed interface Verdict {

    /**
     * The record is a trip to deliver.
     *
     * @param tripId the trip's id as text fit for a log line
     */
    record Clean(String tripId) implements Verdict {}

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
