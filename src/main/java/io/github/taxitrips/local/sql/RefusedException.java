package io.github.taxitrips.local.sql;

import org.jspecify.annotations.Nullable;

/** A statement that was not run, or not to its end, with the reason in words. */
@SuppressWarnings("serial")
public final class RefusedException extends Exception {

    /** Why. */
    public enum Reason {
        /** It is none that returns rows and changes nothing. */
        NOT_A_QUERY("Send one statement that returns rows and changes nothing: SELECT, WITH, VALUES, FROM, DESCRIBE,"
                + " SHOW, SUMMARIZE or EXPLAIN."),
        /** DuckDB does not understand it, or it fails over what is in the tables. */
        WRONG("Mend the statement; SHOW TABLES lists the tables, and DESCRIBE with a table's name its columns."),
        /** It asks for something other than the lake's tables. */
        FORBIDDEN("Ask for the lake's tables alone, which SHOW TABLES lists; files, addresses, extensions and settings"
                + " are out of reach."),
        /** It took longer than it may. */
        TIME("Ask for less, or raise taxi-trips.local.sql.time-limit."),
        /** It took more memory than it may. */
        MEMORY("Ask for less, over a part of the lake (year, month, day and hour beside the statement), or raise"
                + " taxi-trips.local.sql.memory-limit."),
        /** As many statements as may run at once do. */
        BUSY("Wait until one of them has ended."),
        /** Something is wrong here, and not with the statement. */
        BROKEN("Try again; the log may say more.");

        private final String remedy;

        Reason(String remedy) {
            this.remedy = remedy;
        }

        /** What to do about it. */
        public String remedy() {
            return remedy;
        }
    }

    /**
     * A place in a statement.
     *
     * @param line its line, from 1
     * @param column the character in it, from 1; 0 if only the line is known
     */
    public record Place(int line, int column) {}

    private final Reason reason;
    private final @Nullable Place place;

    RefusedException(Reason reason, String message, @Nullable Place place) {
        super(message);
        this.reason = reason;
        this.place = place;
    }

    /** Returns the refusal of a statement that has gone beyond a limit. */
    static RefusedException of(Reason reason, Limits limits) {
        long millis = limits.time().toMillis();
        String message = reason == Reason.TIME
                ? "The statement took longer than " + (millis % 1_000 == 0 ? millis / 1_000 + " s." : millis + " ms.")
                : "The statement needs more memory than it may have.";
        return new RefusedException(reason, message, null);
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }

    /** Where in the statement, if that is known. */
    public @Nullable Place place() {
        return place;
    }

    /** Reason, place and remedy in words. */
    public String explanation() {
        String where = place == null
                ? ""
                : place.column() == 0
                        ? " (line " + place.line() + ")"
                        : " (line " + place.line() + ", column " + place.column() + ")";
        return getMessage() + where + System.lineSeparator() + reason.remedy();
    }
}
