package io.github.taxitrips.intake;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;

/** Says for a person what keeps a text from being read as JSON, and where. */
public final class JsonProblem {

    private JsonProblem() {}

    /**
     * Returns the parser's words, and the line and column if it tells them: where one of its limits is exceeded (500 levels
     * of nesting, 1,000 digits of a number), it may know none.
     */
    public static String describe(JacksonException e) {
        TokenStreamLocation at = e.getLocation();
        return e.getOriginalMessage()
                + (isKnown(at) ? " at line %d, column %d".formatted(at.getLineNr(), at.getColumnNr()) : "");
    }

    private static boolean isKnown(@Nullable TokenStreamLocation at) {
        return at != null && at.getLineNr() > 0;
    }
}
