package io.github.taxitrips.intake;

/** A text that is no Kinesis event. The message says where it goes wrong, how, and what was expected. */
@SuppressWarnings("serial")
public final class InvalidEventException extends RuntimeException {

    private final String where;

    /**
     * @param where the place in the event, for example {@code Records[3].kinesis.data}
     * @param problem what is wrong there and how to mend it
     */
    public InvalidEventException(String where, String problem) {
        super(where + ": " + problem);
        this.where = where;
    }

    /** Returns the place in the event, for example {@code Records[3].kinesis.data}. */
    public String where() {
        return where;
    }
}
