package io.github.taxitrips.local.lake;

import io.github.taxitrips.local.base.Frames;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records that wait for a file of the lake, in a file to which each call adds one of {@link Frames}: the arrival in milliseconds,
 * the number of records, and each with its length before it. A frame that is not whole is the last one, of a process that was
 * killed before the call was answered, and is left out.
 *
 * <p>Frames are handed to the operating system and not forced to the disk: they outlive the process, not the machine.
 */
final class Buffer {

    /**
     * Takes the records of a buffer in order.
     *
     * @param <E> what it may throw as well
     */
    interface Reader<E extends Exception> {
        /**
         * Takes a record.
         *
         * @param arrival when it arrived, in milliseconds
         * @param number its number in the buffer, from 0
         */
        void read(byte[] record, long arrival, int number) throws IOException, E;
    }

    private static final Logger log = LoggerFactory.getLogger(Buffer.class);
    private static final int READ_AHEAD = 1 << 16;

    private final Path path;
    private final ObjectName name;
    private final FileChannel channel;

    /** Everything up to here is whole. */
    private long end;

    private long bytes;

    private Buffer(Path path, ObjectName name, FileChannel channel) {
        this.path = path;
        this.name = name;
        this.channel = channel;
    }

    /** Makes an empty buffer in a folder that is there. */
    static Buffer create(Path folder, ObjectName name) throws IOException {
        Path path = folder.resolve(name.name());
        return new Buffer(path, name, FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    }

    Path path() {
        return path;
    }

    ObjectName name() {
        return name;
    }

    /** Bytes of data. */
    long bytes() {
        return bytes;
    }

    /** Adds the records of a call, all or none, and returns the frame, which may be used again. */
    ByteBuffer append(Instant arrival, List<byte[]> records, ByteBuffer spare) throws IOException {
        int data = 0;
        for (byte[] record : records) {
            data += record.length;
        }
        int size = Frames.HEADER + Long.BYTES + Integer.BYTES * (1 + records.size()) + data;
        ByteBuffer frame = spare.capacity() < size ? ByteBuffer.allocateDirect(size) : spare.clear();
        frame.position(Frames.HEADER).putLong(arrival.toEpochMilli()).putInt(records.size());
        for (byte[] record : records) {
            frame.putInt(record.length).put(record);
        }
        Frames.seal(frame.flip());
        try {
            while (frame.hasRemaining()) {
                channel.write(frame, end + frame.position());
            }
        } catch (IOException e) {
            // The client is told that nothing was stored, and will send it again.
            channel.truncate(end);
            throw e;
        }
        end += size;
        bytes += data;
        return frame;
    }

    void close() throws IOException {
        channel.close();
    }

    /** Reads what a buffer's file holds. */
    static <E extends Exception> void read(Path path, Reader<E> reader) throws IOException, E {
        long left = Files.size(path);
        try (DataInputStream in =
                new DataInputStream(new BufferedInputStream(Files.newInputStream(path), READ_AHEAD))) {
            int number = 0;
            for (byte[] frame = Frames.next(in, left); frame != null; frame = Frames.next(in, left)) {
                left -= Frames.HEADER + frame.length;
                ByteBuffer whole = ByteBuffer.wrap(frame);
                long arrival = whole.getLong();
                for (int count = whole.getInt(); count > 0; count--) {
                    byte[] record = new byte[whole.getInt()];
                    whole.get(record);
                    reader.read(record, arrival, number++);
                }
            }
        }
        if (left > 0) {
            log.warn("{} ends in {} bytes of a call that was not answered; they are left out", path, left);
        }
    }
}
