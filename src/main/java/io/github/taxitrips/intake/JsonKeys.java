package io.github.taxitrips.intake;

import io.github.taxitrips.intake.Rejection.Reason;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks, while one trip is read, for what makes the OpenX JSON SerDe refuse the whole text whatever its columns hold.
 *
 * <p>Its parser (rcongiu/Hive-JSON-Serde, {@code JSONObject} and {@code JSONTokener}) turns keys to lower case, as
 * Firehose does by default (Firehose API Reference, "OpenXJsonSerDe", {@code CaseInsensitive}), throws at a key that
 * comes twice in one object, at any depth and even with null, and calls itself for every level of nesting. It also has a
 * check, out of use where numbers are kept as text, that throws at a number too large for a double.
 */
final class JsonKeys {

    /**
     * Levels of objects and arrays that are certain to be read, the trip itself included. The SerDe sets no limit but
     * its thread's stack; this one is far from it.
     */
    static final int MAX_DEPTH = 100;

    private final byte[] payload;
    private final MemberNames members;
    private final long[] seen;
    private @Nullable Set<String> others;
    private @Nullable Rejection flaw;

    /**
     * @param payload the trip's text
     * @param members the members with a number
     */
    JsonKeys(byte[] payload, MemberNames members) {
        this.payload = payload;
        this.members = members;
        this.seen = new long[1 + members.keys().length / Long.SIZE];
    }

    /** The first flaw found so far. */
    @Nullable Rejection flaw() {
        return flaw;
    }

    /**
     * Notes a key of the trip itself.
     *
     * @param exact number of the member with exactly this name, or -1
     * @param start where the key starts, with its quote
     * @return number of the member with this name in any case, or -1
     */
    int accept(int exact, int start, int end) {
        if (exact >= 0) {
            note(exact);
            return exact;
        }
        String key = key(start, end);
        int member = members.findInAnyCase(key);
        if (member >= 0) {
            note(member);
        } else {
            if (others == null) {
                others = new HashSet<>();
            }
            if (!others.add(key)) {
                flaw(Reason.DUPLICATE_KEY, null);
            }
        }
        return member;
    }

    private void note(int member) {
        long bit = 1L << member;
        if ((seen[member / Long.SIZE] & bit) != 0) {
            flaw(Reason.DUPLICATE_KEY, members.name(member));
        }
        seen[member / Long.SIZE] |= bit;
    }

    /** Passes the value of a member without a number. */
    void skipOther(JsonCursor cursor) throws JsonCursor.Malformed {
        skip(cursor, 2);
    }

    private void skip(JsonCursor cursor, int depth) throws JsonCursor.Malformed {
        int first = cursor.peek();
        if (first != '{' && first != '[') {
            int start = cursor.position();
            cursor.skipValue();
            if (ColumnValue.isNumber(first) && !ColumnValue.isFinite(payload, start, cursor.position())) {
                flaw(Reason.MISFIT, null);
            }
        } else if (depth > MAX_DEPTH) {
            flaw(Reason.TOO_DEEP, null);
            cursor.skipValue();
        } else if (first == '{') {
            skipObject(cursor, depth);
        } else {
            skipArray(cursor, depth);
        }
    }

    private void skipObject(JsonCursor cursor, int depth) throws JsonCursor.Malformed {
        cursor.expect('{');
        if (cursor.accept('}')) {
            return;
        }
        Set<String> keys = new HashSet<>();
        do {
            cursor.peek();
            int start = cursor.position();
            cursor.skipString();
            if (!keys.add(key(start, cursor.position()))) {
                flaw(Reason.DUPLICATE_KEY, null);
            }
            cursor.expect(':');
            skip(cursor, depth + 1);
        } while (cursor.accept(','));
        cursor.expect('}');
    }

    private void skipArray(JsonCursor cursor, int depth) throws JsonCursor.Malformed {
        cursor.expect('[');
        if (cursor.accept(']')) {
            return;
        }
        do {
            skip(cursor, depth + 1);
        } while (cursor.accept(','));
        cursor.expect(']');
    }

    private String key(int start, int end) {
        return JsonText.unescape(payload, start + 1, end - 1).toLowerCase(Locale.ROOT);
    }

    private void flaw(Reason reason, @Nullable String field) {
        if (flaw == null) {
            flaw = new Rejection(reason, field);
        }
    }
}
