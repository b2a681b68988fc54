package io.github.taxitrips.intake;

import io.github.taxitrips.intake.Rejection.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Judges trips as JSON text, in one pass over the bytes.
 *
 * <p>Clean is a JSON object whose {@code type} is {@code "trip"}, which has a {@code trip_id}, and whose four pickup and
 * dropoff coordinates are numbers other than zero. A member that is null counts as missing, as it would be NULL in the
 * table. Of a member that stands more than once the last counts, as in most parsers. A number is zero when its value as
 * a double is zero, so {@code -0.0}, {@code 0e9} and {@code 1e-400} are. What is wrong first, in the order type,
 * trip_id, coordinates, is the reason given.
 */
public final class JsonTripValidator implements TripValidator {

    private static final String[] NAMES = {
        "type", "trip_id", "pickup_latitude", "pickup_longitude", "dropoff_latitude", "dropoff_longitude"
    };
    private static final byte[][] NAME_BYTES = Arrays.stream(NAMES)
            .map(name -> name.getBytes(StandardCharsets.US_ASCII))
            .toArray(byte[][]::new);
    private static final int TYPE = 0;
    private static final int TRIP_ID = 1;
    private static final int FIRST_COORDINATE = 2;
    private static final int MAX_ID_LENGTH = 64;

    /** A number with this many characters and no exponent is far from too small for a double. */
    private static final int PLAIN_NUMBER_LENGTH = 300;

    @Override
    public Verdict judge(byte[] payload) {
        JsonCursor cursor = new JsonCursor(payload);
        int[] starts = new int[NAMES.length];
        int[] ends = new int[NAMES.length];
        boolean object;
        try {
            object = cursor.peek() == '{';
            if (object) {
                locate(cursor, payload, starts, ends);
            } else {
                cursor.skipValue();
            }
        } catch (JsonCursor.Malformed e) {
            return new Verdict.Unclean(Reason.NOT_JSON, null);
        }
        if (cursor.peek() != JsonCursor.END) {
            return new Verdict.Unclean(Reason.NOT_JSON, null);
        }
        return object ? judge(payload, starts, ends) : new Verdict.Unclean(Reason.NOT_AN_OBJECT, null);
    }

    /** Notes where the value of each member of interest starts and ends; 0 and 0 where there is none. */
    private static void locate(JsonCursor cursor, byte[] payload, int[] starts, int[] ends)
            throws JsonCursor.Malformed {
        cursor.expect('{');
        if (cursor.accept('}')) {
            return;
        }
        do {
            cursor.peek();
            int keyStart = cursor.position();
            cursor.skipString();
            int member = member(payload, keyStart, cursor.position(), cursor.wasEscaped());
            cursor.expect(':');
            cursor.peek();
            int start = cursor.position();
            cursor.skipValue();
            if (member >= 0) {
                starts[member] = start;
                ends[member] = cursor.position();
            }
        } while (cursor.accept(','));
        cursor.expect('}');
    }

    private static int member(byte[] payload, int start, int end, boolean escaped) {
        if (escaped) {
            return Arrays.asList(NAMES).indexOf(JsonText.unescape(payload, start + 1, end - 1));
        }
        for (int i = 0; i < NAME_BYTES.length; i++) {
            byte[] name = NAME_BYTES[i];
            if (name.length == end - start - 2 && Arrays.equals(payload, start + 1, end - 1, name, 0, name.length)) {
                return i;
            }
        }
        return -1;
    }

    private static Verdict judge(byte[] payload, int[] starts, int[] ends) {
        for (int i = 0; i < NAMES.length; i++) {
            Reason reason = null;
            if (ends[i] == 0 || payload[starts[i]] == 'n') {
                reason = Reason.MISSING;
            } else if (i == TYPE && !isTrip(payload, starts[i], ends[i])) {
                return new Verdict.Unclean(Reason.WRONG_TYPE, null);
            } else if (i >= FIRST_COORDINATE && !isNumber(payload[starts[i]])) {
                reason = Reason.NOT_A_NUMBER;
            } else if (i >= FIRST_COORDINATE && isZero(payload, starts[i], ends[i])) {
                reason = Reason.ZERO;
            }
            if (reason != null) {
                return new Verdict.Unclean(reason, NAMES[i]);
            }
        }
        return new Verdict.Clean(text(payload, starts[TRIP_ID], ends[TRIP_ID]));
    }

    private static boolean isTrip(byte[] payload, int start, int end) {
        return payload[start] == '"'
                && JsonText.unescape(payload, start + 1, end - 1).equals("trip");
    }

    private static boolean isNumber(byte first) {
        return first == '-' || (first >= '0' && first <= '9');
    }

    private static boolean isZero(byte[] payload, int start, int end) {
        boolean zeroDigits = true;
        boolean exponent = false;
        for (int i = start; i < end && !exponent; i++) {
            exponent = payload[i] == 'e' || payload[i] == 'E';
            zeroDigits &= exponent || payload[i] < '1' || payload[i] > '9';
        }
        if (zeroDigits || (!exponent && end - start < PLAIN_NUMBER_LENGTH)) {
            return zeroDigits;
        }
        return Double.parseDouble(new String(payload, start, end - start, StandardCharsets.US_ASCII)) == 0;
    }

    /** The id as it stands in the record, cut to a length fit for a log line and kept to that one line. */
    private static String text(byte[] payload, int start, int end) {
        boolean string = payload[start] == '"';
        int from = string ? start + 1 : start;
        int to = Math.min(string ? end - 1 : end, from + MAX_ID_LENGTH);
        String text = new String(payload, from, to - from, StandardCharsets.UTF_8);
        return text.chars().anyMatch(Character::isISOControl) ? text.replaceAll("\\p{Cntrl}", " ") : text;
    }
}
