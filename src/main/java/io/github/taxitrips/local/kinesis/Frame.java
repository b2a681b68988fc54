package io.github.taxitrips.local.kinesis;

import io.github.taxitrips.local.base.Frames;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The records of a shard that came in one call, as one of {@link Frames} has them: the place of the first one in the shard, their
 * arrival in milliseconds, their number, and of each the key and the data, with their lengths before them.
 *
 * @param first place of the first record
 * @param arrival arrival of the records, in milliseconds
 * @param count number of the records
 * @param records their keys and data, to be taken one after the other
 */
record Frame(long first, long arrival, int count, ByteBuffer records) {

    /** Bytes before the records. */
    private static final int HEAD = Long.BYTES + Long.BYTES + Integer.BYTES;

    /** Bytes of a record beside its key and data. */
    private static final int LENGTHS = Integer.BYTES + Integer.BYTES;

    /** The frame that has a content, which is whole. */
    static Frame of(byte[] content) {
        ByteBuffer buffer = ByteBuffer.wrap(content);
        return new Frame(buffer.getLong(), buffer.getLong(), buffer.getInt(), buffer);
    }

    /** Writes records as a frame of a file, ready to be appended. */
    static byte[] write(long first, long arrival, List<PutEntry> records) {
        int size = Frames.HEADER + HEAD;
        for (PutEntry record : records) {
            size += LENGTHS + record.size();
        }
        ByteBuffer frame = ByteBuffer.allocate(size);
        frame.position(Frames.HEADER).putLong(first).putLong(arrival).putInt(records.size());
        for (PutEntry record : records) {
            byte[] key = record.key();
            frame.putInt(key.length).put(key).putInt(record.data().length).put(record.data());
        }
        Frames.seal(frame.flip());
        return frame.array();
    }

    /**
     * Whether a frame could begin at a position, by the numbers in it and what is known of those before it.
     *
     * @param file the bytes of a file
     * @param at the position
     * @param place the least that its first place may be
     */
    static boolean isLikely(ByteBuffer file, int at, long place) {
        int left = file.limit() - at - Frames.HEADER;
        if (left < HEAD) {
            return false;
        }
        int length = file.getInt(at);
        long first = file.getLong(at + Frames.HEADER);
        int count = file.getInt(at + Frames.HEADER + HEAD - Integer.BYTES);
        return length >= HEAD
                && length <= left
                && first >= place
                && first - place <= at
                && count > 0
                && count <= (length - HEAD) / LENGTHS;
    }

    /** The place after the last record. */
    long after() {
        return first + count;
    }

    /** Takes the next key. */
    String key() {
        return new String(data(), StandardCharsets.UTF_8);
    }

    /** Takes the next data. */
    byte[] data() {
        byte[] bytes = new byte[records.getInt()];
        records.get(bytes);
        return bytes;
    }

    /** Leaves out the next record. */
    void skip() {
        for (int i = 0; i < 2; i++) {
            int length = records.getInt();
            records.position(records.position() + length);
        }
    }
}
