package io.github.taxitrips.intake;

/**
 * A JSON document to deliver.
 *
 * @param source the record it stands for
 * @param id what log lines call it: for a trip, its trip_id
 * @param json its bytes, with or without a newline at the end; shared, not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // documents are told apart by identity; their bytes are never compared
public record Document(UserRecord source, String id, byte[] json) {

    private static final byte[] NO_BYTES = {};

    /** Returns the document without its bytes, to be told of but no longer sent. */
    public Document withoutJson() {
        return new Document(source, id, NO_BYTES);
    }
}
