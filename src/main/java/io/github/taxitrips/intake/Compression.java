package io.github.taxitrips.intake;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Recognizes compressed payloads by their first bytes: RFC 1952 (gzip), RFC 1950 (zlib), RFC 8878 (zstd). */
final class Compression {

    private static final int ZLIB_DEFLATE_32K = 0x78;
    private static final int PROBE_BYTES = 64;

    private Compression() {}

    static boolean isCompressed(byte[] payload) {
        return startsWith(payload, 0x1F, 0x8B, 0x08) || startsWith(payload, 0x28, 0xB5, 0x2F, 0xFD) || isZlib(payload);
    }

    /** Two bytes are little to go by, and one of their values is text, so that the first bytes have to unpack as well. */
    private static boolean isZlib(byte[] payload) {
        if (payload.length < 2 || payload[0] != ZLIB_DEFLATE_32K) {
            return false;
        }
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(payload);
            return inflater.inflate(new byte[PROBE_BYTES]) > 0;
        } catch (DataFormatException e) {
            return false;
        } finally {
            inflater.end();
        }
    }

    private static boolean startsWith(byte[] payload, int... first) {
        for (int i = 0; i < first.length; i++) {
            if (i == payload.length || (payload[i] & 0xFF) != first[i]) {
                return false;
            }
        }
        return true;
    }
}
