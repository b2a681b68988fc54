package io.github.taxitrips.intake;

import java.nio.charset.StandardCharsets;

/** The characters that a JSON string stands for. */
final class JsonText {

    private JsonText() {}

    /** Decodes what stands between the quotes of a well-formed JSON string, {@code start} to {@code end}. */
    static String unescape(byte[] text, int start, int end) {
        String raw = new String(text, start, end - start, StandardCharsets.UTF_8);
        int next = raw.indexOf('\\');
        if (next < 0) {
            return raw;
        }
        StringBuilder decoded = new StringBuilder(raw.length());
        int copied = 0;
        for (; next >= 0; next = raw.indexOf('\\', copied)) {
            decoded.append(raw, copied, next);
            char escape = raw.charAt(next + 1);
            copied = next + 2;
            switch (escape) {
                case 'b' -> decoded.append('\b');
                case 'f' -> decoded.append('\f');
                case 'n' -> decoded.append('\n');
                case 'r' -> decoded.append('\r');
                case 't' -> decoded.append('\t');
                case 'u' -> {
                    decoded.append((char) Integer.parseInt(raw, copied, copied + 4, 16));
                    copied += 4;
                }
                default -> decoded.append(escape);
            }
        }
        return decoded.append(raw, copied, raw.length()).toString();
    }
}
