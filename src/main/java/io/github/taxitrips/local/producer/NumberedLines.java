package io.github.taxitrips.local.producer;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MappingIterator;
import tools.jackson.databind.json.JsonMapper;

/** The JSON documents of an object one after the other, which are its lines, numbered from 0. */
final class NumberedLines implements Closeable {

    private static final JsonMapper JSON = new JsonMapper();

    private final InputStream object;
    private @Nullable MappingIterator<JsonNode> lines;
    private int number = -1;

    /** @param object its content; closed with this */
    NumberedLines(InputStream object) {
        this.object = object;
    }

    /**
     * Returns the next line, null when there are no more.
     *
     * @throws IOException if it cannot be read, or is no JSON
     */
    @Nullable JsonNode next() throws IOException {
        try {
            if (lines == null) {
                lines = JSON.readerFor(JsonNode.class).readValues(object);
            }
            if (!lines.hasNextValue()) {
                return null;
            }
            JsonNode line = lines.nextValue();
            number++;
            return line;
        } catch (JacksonException e) {
            throw new IOException("its line " + (number + 2) + " is no JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** Returns the number of the line that was returned last. */
    int number() {
        return number;
    }

    /** Returns what a message calls that line. */
    String words() {
        return "its line " + (number + 1);
    }

    @Override
    public void close() throws IOException {
        object.close();
    }
}
