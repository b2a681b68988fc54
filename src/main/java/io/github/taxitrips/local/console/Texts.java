package io.github.taxitrips.local.console;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Payloads as a person reads them. */
final class Texts {

    private static final int HEX_BYTES = 64;

    private Texts() {}

    /** Returns UTF-8 as text, cut to a number of characters, and anything else as its first bytes in hexadecimal. */
    static String of(byte[] payload, int most) {
        int length = Math.min(payload.length, 4 * most);
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(payload, 0, length))
                    .toString();
            return text.length() <= most && length == payload.length ? text : cut(text, most);
        } catch (CharacterCodingException e) {
            if (length < payload.length) {
                // The cut may go through a character.
                return cut(new String(payload, 0, length, StandardCharsets.UTF_8), most);
            }
            int shown = Math.min(payload.length, HEX_BYTES);
            return "0x" + HexFormat.of().formatHex(payload, 0, shown) + (shown < payload.length ? "…" : "");
        }
    }

    private static String cut(String text, int most) {
        return text.substring(0, Math.min(text.length(), most)) + "…";
    }
}
