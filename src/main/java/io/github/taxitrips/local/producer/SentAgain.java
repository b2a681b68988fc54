package io.github.taxitrips.local.producer;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which records of which objects were sent again: a file with a line for each run of records, {@code first-last<tab>object}, that
 * only grows. Records are numbered from 0, and files are told by where they really are. Who sends has the file for itself; anyone
 * may {@linkplain #read read} it.
 */
final class SentAgain implements Closeable {

    /** The note of what is in a lake, in the lake's folder. */
    private static final String NAME = ".redriven";

    private final Path file;
    private final FileChannel channel;
    private final Map<String, BitSet> sent;

    /**
     * Opens it to be added to.
     *
     * @param file the file, which need not be there
     * @throws IOException if it cannot be read, is no such file, or another has it
     */
    SentAgain(Path file) throws IOException {
        this.file = file;
        channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean isOpen = false;
        try {
            if (lock(channel) == null) {
                throw new IOException("Records are being sent again, by the console or a terminal, which " + file
                        + " tells: wait until that is done");
            }
            sent = read(file);
            isOpen = true;
        } finally {
            if (!isOpen) {
                channel.close();
            }
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            // A byte that is not there, so that the others can be read where locks forbid it.
            return channel.tryLock(Long.MAX_VALUE - 1, 1, false);
        } catch (OverlappingFileLockException e) {
            return null; // by this process
        }
    }

    /** Returns the file for what lies in a lake, which console and terminal share. */
    static Path of(Path lake) {
        return lake.resolve(NAME);
    }

    /**
     * Returns the numbers of the records that were sent, by object.
     *
     * @param file the file, which need not be there
     * @throws IOException if it cannot be read, or is no such file
     */
    static Map<String, BitSet> read(Path file) throws IOException {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            lines = List.of();
        }
        Map<String, BitSet> sent = new HashMap<>();
        for (String line : lines) {
            String[] parts = line.split("[-\t]", 3);
            try {
                sent.computeIfAbsent(parts[2], name -> new BitSet())
                        .set(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]) + 1);
            } catch (IndexOutOfBoundsException | NumberFormatException e) {
                throw new IOException(file + " is no record of what was sent: it has the line " + line, e);
            }
        }
        return sent;
    }

    /** Returns the name under which an object is noted: that of S3, or where a file really is. */
    static String key(String object) {
        if (object.startsWith(Bucket.S3)) {
            return object;
        }
        try {
            return Path.of(object).toRealPath().toString();
        } catch (IOException e) {
            return Path.of(object).toAbsolutePath().normalize().toString();
        }
    }

    /** Returns the numbers of the records of an object that were sent. */
    BitSet of(String object) {
        return sent.computeIfAbsent(key(object), name -> new BitSet());
    }

    /** Notes records of an object as sent. */
    void add(String object, BitSet numbers) throws IOException {
        String key = key(object);
        StringBuilder lines = new StringBuilder();
        int next = 0;
        for (int first = numbers.nextSetBit(0); first >= 0; first = numbers.nextSetBit(next)) {
            next = numbers.nextClearBit(first);
            lines.append(first)
                    .append('-')
                    .append(next - 1)
                    .append('\t')
                    .append(key)
                    .append('\n');
        }
        Files.writeString(file, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        of(object).or(numbers);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
