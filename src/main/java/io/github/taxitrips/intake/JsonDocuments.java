package io.github.taxitrips.intake;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Tells the documents of a payload apart that holds several, one after the other with white space or nothing between them,
 * as log shippers and this service's own packing write them, and as Firehose reads them: Amazon Data Firehose Developer
 * Guide, "Convert input data format".
 */
final class JsonDocuments {

    /**
     * Bytes that may be read in vain, as a multiple of the payload. Or a payload of many beginnings without an end would be
     * read to its end for each of them.
     */
    private static final int WASTE = 8;

    private final byte[] payload;
    private final List<byte[]> documents = new ArrayList<>();
    private boolean anyWhole;

    private JsonDocuments(byte[] payload) {
        this.payload = payload;
    }

    /**
     * Returns the documents of a payload in order, without the white space around them. What is broken reaches up to the
     * next line that begins with an object, and is returned as one. Empty if the payload has not at least two of them, or
     * none that is JSON.
     */
    static List<byte[]> split(byte[] payload) {
        JsonDocuments split = new JsonDocuments(payload);
        split.read();
        return split.anyWhole && split.documents.size() > 1 ? split.documents : List.of();
    }

    private void read() {
        long waste = 0;
        JsonCursor cursor = new JsonCursor(payload);
        while (cursor.peek() != JsonCursor.END) {
            int start = cursor.position();
            int end;
            try {
                cursor.skipValue();
                end = cursor.position();
                anyWhole = true;
            } catch (JsonCursor.Malformed e) {
                waste += cursor.position() - start;
                end = waste > (long) WASTE * payload.length ? payload.length : nextObjectLine(start);
                cursor = new JsonCursor(payload, end);
            }
            documents.add(Arrays.copyOfRange(payload, start, end));
        }
    }

    /** Where the line ends after which the next one begins with an object. */
    private int nextObjectLine(int start) {
        for (int i = start; i < payload.length; i++) {
            if (payload[i] == '\n') {
                JsonCursor next = new JsonCursor(payload, i);
                if (next.peek() == '{') {
                    return i;
                }
                i = next.position() - 1;
            }
        }
        return payload.length;
    }

    /**
     * Returns the document with spaces in place of the line ends in it, of which JSON has none but between its tokens, so
     * that it is one line for readers of lines. A line end after it stays.
     */
    static byte[] oneLine(byte[] document) {
        int end = document.length;
        end -= end > 0 && document[end - 1] == '\n' ? 1 : 0;
        end -= end > 0 && document[end - 1] == '\r' ? 1 : 0;
        byte[] line = document;
        for (int i = 0; i < end; i++) {
            if (document[i] == '\n' || document[i] == '\r') {
                line = line == document ? document.clone() : line;
                line[i] = ' ';
            }
        }
        return line;
    }
}
