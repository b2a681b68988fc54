package io.github.taxitrips.local.base;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Frames of files that only grow: the length of a content and its CRC-32C, 4 bytes each, then the content. Of a process that
 * was killed, the last frame may not be whole.
 */
public final class Frames {

    /** Bytes before the content. */
    public static final int HEADER = Integer.BYTES + Integer.BYTES;

    private Frames() {}

    /** Fills in what is before the content, which ends where the frame does. */
    public static void seal(ByteBuffer frame) {
        int size = frame.limit();
        CRC32C crc = new CRC32C();
        crc.update(frame.position(HEADER));
        frame.putInt(0, size - HEADER)
                .putInt(Integer.BYTES, (int) crc.getValue())
                .position(0);
    }

    /**
     * Reads the content of a frame.
     *
     * @param left bytes that there are
     * @return the content; null if there is no whole frame, and then it does not matter how much was read
     */
    public static byte @Nullable [] next(DataInputStream in, long left) throws IOException {
        if (left < HEADER) {
            return null;
        }
        int length = in.readInt();
        int expected = in.readInt();
        if (length <= 0 || length > left - HEADER) {
            return null;
        }
        byte[] content = in.readNBytes(length);
        CRC32C crc = new CRC32C();
        crc.update(content);
        return (int) crc.getValue() == expected ? content : null;
    }
}
