package io.github.taxitrips.local.sql;

import org.jspecify.annotations.Nullable;

/**
 * A value of an answer.
 *
 * @param text the value, or null: a string as it is, times in ISO 8601, what is binary in base64; for all else its JSON
 * @param isJson whether the text is JSON: a number, a boolean, or a nested value
 */
public record Cell(@Nullable String text, boolean isJson) {

    /** The value that is not there. */
    public static final Cell NULL = new Cell(null, false);
}
