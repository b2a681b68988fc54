package io.github.taxitrips.intake;

import org.jspecify.annotations.Nullable;

/** What a {@link RecordValidator} says of a record. */
public sealed interface Verdict {

    /**
     * The record is to be delivered.
     *
     * @param id the record's id as text fit for a log line
     * @param oneLine whether it is known that no line ends before the record does, so that nobody need look for it; two
     *     verdicts are the same without it
     */
    record Clean(String id, boolean oneLine) implements Verdict {

        /** A record whose lines are still to be looked at. */
        public Clean(String id) {
            this(id, false);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Clean clean && clean.id.equals(id);
        }

        @Override
        public int hashCode() {
            return id.hashCode();
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
