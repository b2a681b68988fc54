package io.github.taxitrips.local.kinesis;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far readers of a stream have come, in a file to which each change adds a line: a checksum, the reader, the shard's id and
 * a sequence number. What is put is with the operating system when {@link #put} returns. The file is written anew when it is
 * opened and when it has grown. Safe for use by several threads.
 */
public final class Positions {

    private static final Logger log = LoggerFactory.getLogger(Positions.class);
    private static final long MAX_BYTES = 1 << 20;
    private static final Pattern WORD = Pattern.compile("\\S{1,256}");

    private final Path file;
    private final Restorer restorer;
    private final Map<String, String> positions = new HashMap<>();
    private RandomAccessFile out;

    /** Makes a stream's folder anew that was deleted. */
    interface Restorer {
        void restore() throws IOException;
    }

    Positions(Path file, Restorer restorer) throws IOException {
        this.file = file;
        this.restorer = restorer;
        if (Files.exists(file)) {
            for (String line : Files.readString(file).split("\n", -1)) {
                String[] words = line.split(" ", -1);
                if (words.length == 4 && words[0].equals(checksum(line.substring(words[0].length())))) {
                    positions.put(key(words[1], words[2]), words[3]);
                } else if (!line.isEmpty()) {
                    log.warn("{} has a line that is not whole, which is left out", file);
                }
            }
        }
        out = writeAll();
    }

    /** The sequence number that a reader has put last, or null. */
    public synchronized @Nullable String get(String reader, String shardId) {
        return positions.get(key(reader, shardId));
    }

    /**
     * Keeps a position.
     *
     * @param reader a name for the reader, 1 to 256 characters that are no spaces
     * @param shardId the shard's id
     * @param sequenceNumber the sequence number after which the reader is to go on
     * @throws IllegalArgumentException if one of them is no such word
     * @throws UncheckedIOException if it cannot be kept; the one before then stands
     */
    public synchronized void put(String reader, String shardId, String sequenceNumber) {
        for (String word : new String[] {reader, shardId, sequenceNumber}) {
            if (!WORD.matcher(word).matches()) {
                throw new IllegalArgumentException(
                        "A reader, a shard and a position are words without spaces, not \"" + word + '"');
            }
        }
        @Nullable String before = positions.put(key(reader, shardId), sequenceNumber);
        try {
            if (!Files.exists(file)) {
                restorer.restore();
                rewrite();
            } else if (out.length() > MAX_BYTES) {
                rewrite();
            } else {
                append(line(key(reader, shardId), sequenceNumber));
            }
        } catch (IOException e) {
            if (before == null) {
                positions.remove(key(reader, shardId));
            } else {
                positions.put(key(reader, shardId), before);
            }
            throw new UncheckedIOException("Cannot keep a position in " + file, e);
        }
    }

    private void append(String line) throws IOException {
        long end = out.length();
        try {
            out.seek(end);
            out.write(line.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            out.setLength(end);
            throw e;
        }
    }

    private void rewrite() throws IOException {
        RandomAccessFile written = writeAll();
        out.close();
        out = written;
    }

    /** Writes the file aside, and puts it in its place. */
    private RandomAccessFile writeAll() throws IOException {
        StringBuilder all = new StringBuilder();
        positions.forEach((key, sequenceNumber) -> all.append(line(key, sequenceNumber)));
        Path aside = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(aside, all);
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return new RandomAccessFile(file.toFile(), "rw");
    }

    private static String key(String reader, String shardId) {
        return reader + ' ' + shardId;
    }

    private static String line(String key, String sequenceNumber) {
        String rest = ' ' + key + ' ' + sequenceNumber;
        return checksum(rest) + rest + '\n';
    }

    private static String checksum(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return "%08x".formatted(crc.getValue());
    }

    synchronized void close() throws IOException {
        out.close();
    }
}
