package io.github.taxitrips.intake;

import java.util.Arrays;
import java.util.BitSet;

/**
 * A strict, forward-only reader of one JSON text in UTF-8 (RFC 8259) that builds nothing: it tells where values are and
 * leaves them in place. Nesting costs one bit a level and no stack, so no input can exhaust either.
 */
final class JsonCursor {

    /** The text is not JSON. Without a stack trace: it is an answer, not a failure. */
    @SuppressWarnings("serial")
    static final class Malformed extends Exception {
        Malformed() {
            super("not JSON", null, false, false);
        }
    }

    /** What {@link #peek()} returns past the last byte: no byte's value, signed or not. */
    static final int END = Integer.MIN_VALUE;

    private final byte[] text;
    private int position;
    private boolean escaped;
    private boolean lineEnd;

    JsonCursor(byte[] text) {
        this(text, 0);
    }

    /** A cursor that begins at a place in the text. */
    JsonCursor(byte[] text, int start) {
        this.text = text;
        this.position = start;
    }

    /** Whether a line feed or a carriage return was passed so far; a well-formed string holds none. */
    boolean passedLineEnd() {
        return lineEnd;
    }

    int position() {
        return position;
    }

    /** Whether the string that {@link #skipString()} passed last holds an escape. */
    boolean wasEscaped() {
        return escaped;
    }

    /** Skips white space and returns the byte after it without passing it, or {@link #END}. */
    int peek() {
        while (position < text.length) {
            byte b = text[position];
            if (b > ' ') {
                return b;
            }
            if (b == '\n' || b == '\r') {
                lineEnd = true;
            } else if (b != ' ' && b != '\t') {
                return b;
            }
            position++;
        }
        return END;
    }

    /** Skips white space and passes the given byte. */
    void expect(char wanted) throws Malformed {
        if (peek() != wanted) {
            throw new Malformed();
        }
        position++;
    }

    /** Passes the given byte if it comes next, white space aside. */
    boolean accept(char wanted) {
        if (peek() != wanted) {
            return false;
        }
        position++;
        return true;
    }

    /** Passes the bytes from {@code start} to {@code end} of another array if they come next. */
    boolean accept(byte[] bytes, int start, int end) {
        int next = position + end - start;
        if (next > text.length || !Arrays.equals(text, position, next, bytes, start, end)) {
            return false;
        }
        position = next;
        return true;
    }

    /** Passes everything up to the given byte, and that one, too. */
    void skipPast(char wanted) throws Malformed {
        byte[] bytes = text;
        for (int next = position; next < bytes.length; next++) {
            if (bytes[next] == wanted) {
                position = next + 1;
                return;
            }
        }
        throw new Malformed();
    }

    /** Passes one value of any kind, with all that it holds. */
    void skipValue() throws Malformed {
        int first = peek();
        if (first == '{' || first == '[') {
            skipNested();
        } else {
            skipScalar(first);
        }
    }

    private void skipNested() throws Malformed {
        BitSet objects = new BitSet();
        int depth = 0;
        while (true) {
            int next = peek();
            if (next == '{' || next == '[') {
                position++;
                boolean object = next == '{';
                if (!accept(object ? '}' : ']')) {
                    objects.set(depth++, object);
                    if (object) {
                        skipKey();
                    }
                    continue;
                }
            } else {
                skipScalar(next);
            }
            while (depth > 0 && !accept(',')) {
                expect(objects.get(depth - 1) ? '}' : ']');
                depth--;
            }
            if (depth == 0) {
                return;
            }
            if (objects.get(depth - 1)) {
                skipKey();
            }
        }
    }

    private void skipKey() throws Malformed {
        peek();
        skipString();
        expect(':');
    }

    private void skipScalar(int first) throws Malformed {
        switch (first) {
            case '"' -> skipString();
            case 't' -> skipLiteral("true");
            case 'f' -> skipLiteral("false");
            case 'n' -> skipLiteral("null");
            default -> skipNumber();
        }
    }

    private void skipLiteral(String literal) throws Malformed {
        for (int i = 0; i < literal.length(); i++) {
            if (at(position++) != literal.charAt(i)) {
                throw new Malformed();
            }
        }
    }

    /** Passes a number. */
    void skipNumber() throws Malformed {
        int next = position;
        if (at(next) == '-') {
            next++;
        }
        next = at(next) == '0' ? next + 1 : afterDigits(next);
        if (at(next) == '.') {
            next = afterDigits(next + 1);
        }
        if (at(next) == 'e' || at(next) == 'E') {
            next++;
            next = afterDigits(at(next) == '+' || at(next) == '-' ? next + 1 : next);
        }
        position = next;
    }

    /** Returns where the digits end, of which there must be one. */
    private int afterDigits(int start) throws Malformed {
        byte[] bytes = text;
        int next = start;
        while (next < bytes.length && bytes[next] >= '0' && bytes[next] <= '9') {
            next++;
        }
        if (next == start) {
            throw new Malformed();
        }
        return next;
    }

    /** Passes a string, quotes included. */
    void skipString() throws Malformed {
        if (at(position++) != '"') {
            throw new Malformed();
        }
        escaped = false;
        // The hottest loop of all, so without fields.
        byte[] bytes = text;
        int next = position;
        while (next < bytes.length) {
            byte b = bytes[next++];
            if (b == '"') {
                position = next;
                return;
            }
            if (b == '\\') {
                escaped = true;
                position = next;
                skipEscape();
                next = position;
            } else if (b < 0x20) {
                position = next;
                skipMultibyte(b);
                next = position;
            }
        }
        throw new Malformed();
    }

    private void skipEscape() throws Malformed {
        switch (at(position++)) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {}
            case 'u' -> {
                for (int i = 0; i < 4; i++) {
                    if (Character.digit(at(position++), 16) < 0) {
                        throw new Malformed();
                    }
                }
            }
            default -> throw new Malformed();
        }
    }

    /** Passes the rest of a sequence of two to four bytes, the first given: The Unicode Standard, table 3-7. */
    private void skipMultibyte(int first) throws Malformed {
        int lead = first & 0xFF;
        if (first >= 0 || lead < 0xC2 || lead > 0xF4) {
            // A control character, the end of the text (whose low bits are 0), or no lead byte.
            throw new Malformed();
        }
        int low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        int high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
        int trail = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
        for (int i = 0; i < trail; i++) {
            int b = at(position++) & 0xFF;
            if (b < low || b > high) {
                throw new Malformed();
            }
            low = 0x80;
            high = 0xBF;
        }
    }

    private int at(int index) {
        return index < text.length ? text[index] : END;
    }
}
