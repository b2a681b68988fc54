package io.github.taxitrips.local.producer;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which records of which objects were sent again: a file with a line for each run of records, {@code first-last<tab>object}, that
 * only grows. Records are numbered from 0, and files are told by where they really are. Who sends has the file for itself, by a lock
 * on another beside it, {@code .lock}; anyone may {@linkplain #read read} it. A last line that was not written to its end is none.
 */
final class SentAgain implements Closeable {

    /** The note of what is in a lake, in the lake's folder. */
    private static final String NAME = ".redriven";

    private final FileChannel channel;
    private final Lock lock;
    private final Map<String, BitSet> sent;
    private long end;

    /**
     * Opens it to be added to.
     *
     * @param file the file, which need not be there
     * @throws IOException if it cannot be read, is no such file, or another has it
     */
    SentAgain(Path file) throws IOException {
        channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        Lock taken = null;
        boolean isOpen = false;
        try {
            taken = Lock.take(Path.of(file.toRealPath() + ".lock"));
            if (taken == null) {
                throw new IOException("Records are being sent again, by the console or a terminal, which " + file
                        + " tells: wait until that is done");
            }
            byte[] lines = lines(file);
            sent = parse(file, lines);
            end = lines.length;
            lock = taken;
            isOpen = true;
        } finally {
            if (!isOpen) {
                close(channel, taken);
            }
        }
    }

    /**
     * A lock file of its own: by POSIX a process gives up its lock on a file with whichever of its descriptors of it is closed first,
     * so that one that is locked may be opened by nobody else in the process, be it to read or to try the lock.
     */
    private static final class Lock implements Closeable {

        private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

        private final Path file;
        private final FileChannel channel;

        private Lock(Path file) throws IOException {
            this.file = file;
            this.channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        }

        /** Takes it, or returns null if this process or another has it. */
        static @Nullable Lock take(Path file) throws IOException {
            if (!HELD.add(file)) {
                return null;
            }
            Lock lock = null;
            boolean isTaken = false;
            try {
                lock = new Lock(file);
                isTaken = lock.channel.tryLock() != null;
                return isTaken ? lock : null;
            } finally {
                if (lock != null && !isTaken) {
                    lock.close();
                } else if (lock == null) {
                    HELD.remove(file);
                }
            }
        }

        @Override
        public void close() throws IOException {
            try {
                channel.close();
            } finally {
                HELD.remove(file);
            }
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
        return parse(file, lines(file));
    }

    /** Returns what the file has, up to the end of its last whole line. */
    private static byte[] lines(Path file) throws IOException {
        byte[] all;
        try {
            all = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            all = new byte[0];
        }
        int length = all.length;
        while (length > 0 && all[length - 1] != '\n') {
            length--;
        }
        return Arrays.copyOf(all, length);
    }

    private static Map<String, BitSet> parse(Path file, byte[] lines) throws IOException {
        Map<String, BitSet> sent = new HashMap<>();
        for (String line : new String(lines, StandardCharsets.UTF_8).lines().toList()) {
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
        // What a disk that was full, or a process that was killed, left of a line.
        channel.truncate(end);
        ByteBuffer left = StandardCharsets.UTF_8.encode(lines.toString());
        long position = end;
        while (left.hasRemaining()) {
            position += channel.write(left, position);
        }
        end = position;
        of(object).or(numbers);
    }

    @Override
    public void close() throws IOException {
        close(channel, lock);
    }

    private static void close(FileChannel channel, @Nullable Lock lock) throws IOException {
        try (lock) {
            channel.close();
        }
    }
}
