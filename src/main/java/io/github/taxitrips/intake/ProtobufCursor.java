package io.github.taxitrips.intake;

/**
 * A forward-only reader of the protobuf wire format that builds nothing: Protocol Buffers Documentation, "Encoding". It
 * reads what protobuf's own parsers read, and saves the package a library of a megabyte.
 */
final class ProtobufCursor {

    /** The bytes are no protobuf message. Without a stack trace: it is an answer, not a failure. */
    @SuppressWarnings("serial")
    static final class Malformed extends Exception {
        Malformed() {
            super("not protobuf", null, false, false);
        }
    }

    /** Wire type of integers. */
    static final int VARINT = 0;

    /** Wire type of strings, bytes and messages. */
    static final int BYTES = 2;

    private static final int FIXED_64 = 1;
    private static final int GROUP_START = 3;
    private static final int GROUP_END = 4;
    private static final int FIXED_32 = 5;

    /** Protobuf's own limit, which keeps hostile groups from exhausting the stack. */
    private static final int MAX_GROUPS = 100;

    private final byte[] bytes;
    private int position;
    private int end;

    ProtobufCursor(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.position = start;
        this.end = end;
    }

    /** The tag of a field. */
    static int tag(int field, int wireType) {
        return field << 3 | wireType;
    }

    int position() {
        return position;
    }

    /** Passes and returns the tag of the next field, or returns 0 at the end of the message. */
    int tag() throws Malformed {
        if (position == end) {
            return 0;
        }
        int tag = (int) varint();
        if (tag >>> 3 == 0) {
            throw new Malformed();
        }
        return tag;
    }

    /** Passes and returns an integer of up to 64 bits in at most ten bytes. */
    long varint() throws Malformed {
        long value = 0;
        for (int shift = 0; shift < 70 && position < end; shift += 7) {
            byte b = bytes[position++];
            value |= (b & 0x7FL) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new Malformed();
    }

    /** Enters the length-delimited value that comes next. Returns what {@link #leave} takes. */
    int enter() throws Malformed {
        int length = (int) varint();
        if (length < 0 || length > end - position) {
            throw new Malformed();
        }
        int outer = end;
        end = position + length;
        return outer;
    }

    /** Leaves a value that was read to its end. */
    void leave(int outer) {
        end = outer;
    }

    /** Passes what is left of the value that was entered. */
    void skipRest() {
        position = end;
    }

    /** Passes the value of a field whose tag was just read. */
    void skip(int tag) throws Malformed {
        skip(tag, 0);
    }

    private void skip(int tag, int groups) throws Malformed {
        switch (tag & 7) {
            case VARINT -> varint();
            case FIXED_64 -> skipBytes(8);
            case BYTES -> {
                int outer = enter();
                skipRest();
                leave(outer);
            }
            case GROUP_START -> skipGroup(tag >>> 3, groups + 1);
            case FIXED_32 -> skipBytes(4);
            default -> throw new Malformed();
        }
    }

    private void skipGroup(int field, int groups) throws Malformed {
        if (groups > MAX_GROUPS) {
            throw new Malformed();
        }
        int groupEnd = tag(field, GROUP_END);
        for (int tag = tag(); tag != groupEnd; tag = tag()) {
            if (tag == 0) {
                throw new Malformed();
            }
            skip(tag, groups);
        }
    }

    private void skipBytes(int count) throws Malformed {
        if (count > end - position) {
            throw new Malformed();
        }
        position += count;
    }
}
