package io.github.taxitrips.intake;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Why a record was set aside, from a closed set.
 *
 * @param reason what is wrong
 * @param field the member of the record that is wrong, or null when it is the record as a whole
 */
public record Rejection(Reason reason, @Nullable String field) {

    /** What can be wrong with a record. */
    public enum Reason {
        /** No byte, or nothing but white space. */
        EMPTY,
        /** More than the 1,000 KiB that Firehose takes as one record. With a field: the member is greater than its maximum. */
        TOO_LARGE,
        /** Not JSON text in valid UTF-8 (RFC 8259). */
        NOT_JSON,
        /**
         * Compressed with gzip, zlib or zstd. It is not unpacked: a few bytes may become a thousand times as many, and what
         * agents compress is seldom a trip. Turn compression off at the producer.
         */
        COMPRESSED,
        /** Marked as aggregated by the Kinesis Producer Library, but damaged, or aggregated several times over. */
        BAD_AGGREGATE,
        /** JSON, but no object. */
        NOT_AN_OBJECT,
        /** The member {@code type} has another value than it must have, as in the watermarks of the lab's producer. */
        WRONG_TYPE,
        /** Any other member has another value than those it may have. */
        WRONG_VALUE,
        /** The member is absent or null. */
        MISSING,
        /** The member is there, but is no number. */
        NOT_A_NUMBER,
        /** The member is zero in one of its spellings, or too small for a double to differ from zero. */
        ZERO,
        /** The member is less than its minimum. */
        TOO_SMALL,
        /** The member is an object or an array, but has a rule for its text. */
        NOT_A_SCALAR,
        /** The member's text does not match its pattern. */
        NO_MATCH,
        /** The member's text has more characters than it may have. */
        TOO_LONG,
        /** The member is a time before that of another member, which it must not be before. */
        TOO_EARLY,
        /**
         * The member does not fit its column's type. Without a field: a number elsewhere in the record is too large for
         * any. Only with the schema check, and for times that are compared.
         */
        MISFIT,
        /**
         * The member stands more than once, upper and lower case being the same. Without a field: a key that is no
         * column's does, at any depth. Only with the schema check.
         */
        DUPLICATE_KEY,
        /** Objects and arrays within each other, more than 100 deep. Only with the schema check. */
        TOO_DEEP;

        private final String code = name().toLowerCase(Locale.ROOT);

        @Override
        public String toString() {
            return code;
        }
    }

    /** Returns a rejection of the record as a whole. */
    public static Rejection of(Reason reason) {
        return new Rejection(reason, null);
    }

    /** Returns the reason and the field as counts and logs show them, for example {@code zero:pickup_latitude}. */
    @Override
    public String toString() {
        return field == null ? reason.toString() : reason + ":" + field;
    }
}
