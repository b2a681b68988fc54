package io.github.taxitrips.local.producer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Lines, each a record as it stands with its newline, as the lab's producer writes its events and watermarks. Empty ones are
 * left out. Of a line that is too long for a Kinesis record the rest is skipped, so that it is still too long.
 */
final class JsonLines implements RecordSource {

    private final InputStream lines;
    private long given;

    /** @param lines the lines, buffered; closed with this */
    JsonLines(InputStream lines) {
        this.lines = lines;
    }

    @Override
    public @Nullable Item next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(512);
        int next;
        while ((next = lines.read()) >= 0) {
            if (line.size() <= Producer.MAX_RECORD_BYTES) {
                line.write(next);
            }
            if (next == '\n') {
                if (!isBlank(line)) {
                    break;
                }
                line.reset();
            }
        }
        if (isBlank(line)) {
            return null;
        }
        given++;
        return new Item(line.toByteArray());
    }

    private static boolean isBlank(ByteArrayOutputStream line) {
        return line.size() <= 2 && line.toString(StandardCharsets.ISO_8859_1).isBlank();
    }

    @Override
    public Progress progress() {
        return new Progress(given, -1);
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
