package io.github.taxitrips.intake;

import io.github.taxitrips.intake.Rejection.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Judges trips as JSON text, in one pass over the bytes.
 *
 * <p>Clean is a JSON object whose {@code type} is {@code "trip"}, which has a {@code trip_id}, and whose four pickup and
 * dropoff coordinates are numbers other than zero. A member that is null counts as missing, as it would be NULL in the
 * table. Of a member that stands more than once the last counts, as in most parsers. A number is zero when its value as
 * a double is zero, so {@code -0.0}, {@code 0e9} and {@code 1e-400} are. What is wrong first, in the order type,
 * trip_id, coordinates, is the reason given.
 *
 * <p>With the schema check, a trip that is clean so far must also be certain to convert to the table, because Firehose
 * sends the whole of a record to the error prefix for one document that does not. This is for records into which several
 * trips are packed. Certain means:
 *
 * <ul>
 *   <li>Each of the {@linkplain TripColumn ten columns} is absent, null, or of its type: a double is a JSON number within
 *       a double's range; a bigint or an int a JSON number within range with neither fraction nor exponent; a timestamp
 *       one of the forms that the Amazon Data Firehose Developer Guide lists for the OpenX JSON SerDe, namely the strings
 *       {@code yyyy-MM-dd'T'HH:mm:ss[.S]'Z'} and {@code yyyy-[M]M-[d]d HH:mm:ss[.S]} with up to nine fraction digits and
 *       no escapes, and as JSON numbers without sign or exponent epoch seconds, with or without a fraction, and epoch
 *       milliseconds (13 digits or more), all up to the year 9999. Numbers in strings do not fit.
 *   <li>No key stands twice in one object, at any depth, case aside. A column's name in another case is that column.
 *   <li>Nothing is nested more than 100 levels deep, and no number is too large for a double.
 * </ul>
 *
 * <p>The reason given is the one that plain validation gives, if any; then what is wrong with the keys, the nesting and
 * the other numbers, in the text's order; then the first misfit in the order trip_id, coordinates, the table's other
 * columns. {@code ColumnValue} and {@code JsonKeys} name the sources of these rules.
 */
public final class JsonTripValidator implements TripValidator {

    private static final Set<TripColumn> COORDINATES =
            EnumSet.range(TripColumn.PICKUP_LATITUDE, TripColumn.DROPOFF_LONGITUDE);

    /** What a clean trip must have comes first, in the order in which it is judged. */
    private static final List<TripColumn> COLUMNS = Stream.of(
                    Set.of(TripColumn.TRIP_ID),
                    COORDINATES,
                    EnumSet.range(TripColumn.TRIP_DISTANCE, TripColumn.TOTAL_AMOUNT))
            .flatMap(Set::stream)
            .toList();

    /** The member {@code type}, and after it the columns. */
    private static final List<String> NAMES = Stream.concat(
                    Stream.of("type"), COLUMNS.stream().map(TripColumn::toString))
            .toList();

    /** The names in quotes, as they stand in a text. */
    private static final byte[][] KEYS = NAMES.stream()
            .map(name -> ('"' + name + '"').getBytes(StandardCharsets.US_ASCII))
            .toArray(byte[][]::new);

    private static final int TYPE = 0;
    private static final int TRIP_ID = 1;
    private static final int FIRST_COORDINATE = 2;
    private static final int REQUIRED = FIRST_COORDINATE + COORDINATES.size();
    private static final int MAX_ID_LENGTH = 64;

    private final boolean checkSchema;

    /** Makes a validator without the schema check. */
    public JsonTripValidator() {
        this(false);
    }

    /**
     * Makes a validator.
     *
     * @param checkSchema whether a clean trip must be certain to convert to the table as well
     */
    public JsonTripValidator(boolean checkSchema) {
        this.checkSchema = checkSchema;
    }

    @Override
    public Verdict judge(byte[] payload) {
        JsonCursor cursor = new JsonCursor(payload);
        JsonKeys keys = checkSchema ? new JsonKeys(payload, NAMES) : null;
        int[] starts = new int[NAMES.size()];
        int[] ends = new int[NAMES.size()];
        boolean object;
        boolean oneLine;
        try {
            object = cursor.peek() == '{';
            if (object) {
                locate(cursor, payload, keys, starts, ends);
            } else {
                cursor.skipValue();
            }
            oneLine = !cursor.passedLineEnd();
        } catch (JsonCursor.Malformed e) {
            return new Verdict.Unclean(Reason.NOT_JSON, null);
        }
        if (cursor.peek() != JsonCursor.END) {
            return new Verdict.Unclean(Reason.NOT_JSON, null);
        }
        if (!object) {
            return new Verdict.Unclean(Reason.NOT_AN_OBJECT, null);
        }
        Rejection rejection = flaw(payload, starts, ends);
        if (rejection == null && keys != null) {
            rejection = keys.flaw() == null ? misfit(payload, starts, ends) : keys.flaw();
        }
        return rejection == null
                ? new Verdict.Clean(text(payload, starts[TRIP_ID], ends[TRIP_ID]), oneLine)
                : new Verdict.Unclean(rejection);
    }

    /** Notes where the value of each member of interest starts and ends; 0 and 0 where there is none. */
    private static void locate(JsonCursor cursor, byte[] payload, @Nullable JsonKeys keys, int[] starts, int[] ends)
            throws JsonCursor.Malformed {
        cursor.expect('{');
        if (cursor.accept('}')) {
            return;
        }
        int likely = 0;
        do {
            cursor.peek();
            int keyStart = cursor.position();
            int exact = likely;
            if (!cursor.accept(KEYS[likely], 0, KEYS[likely].length)) {
                cursor.skipString();
                exact = member(payload, keyStart, cursor.position(), cursor.wasEscaped());
            }
            if (exact >= 0) {
                likely = (exact + 1) % KEYS.length;
            }
            int member = keys == null ? exact : keys.accept(exact, keyStart, cursor.position());
            cursor.expect(':');
            cursor.peek();
            int start = cursor.position();
            if (member < 0 && keys != null) {
                keys.skipOther(cursor);
            } else {
                cursor.skipValue();
            }
            // What a clean trip must have, it must have under its exact name.
            if (exact >= 0 || member >= REQUIRED) {
                starts[member] = start;
                ends[member] = cursor.position();
            }
        } while (cursor.accept(','));
        cursor.expect('}');
    }

    /** Returns the number of the member with this key, or -1. */
    private static int member(byte[] payload, int start, int end, boolean escaped) {
        if (escaped) {
            return NAMES.indexOf(JsonText.unescape(payload, start + 1, end - 1));
        }
        for (int i = 0; i < KEYS.length; i++) {
            if (KEYS[i].length == end - start && Arrays.equals(payload, start, end, KEYS[i], 0, KEYS[i].length)) {
                return i;
            }
        }
        return -1;
    }

    /** What keeps the trip from being clean, apart from its schema. */
    private static @Nullable Rejection flaw(byte[] payload, int[] starts, int[] ends) {
        for (int i = 0; i < REQUIRED; i++) {
            Reason reason = null;
            if (isMissing(payload, starts[i], ends[i])) {
                reason = Reason.MISSING;
            } else if (i == TYPE && !isTrip(payload, starts[i], ends[i])) {
                return Rejection.of(Reason.WRONG_TYPE);
            } else if (i >= FIRST_COORDINATE && !ColumnValue.isNumber(payload[starts[i]])) {
                reason = Reason.NOT_A_NUMBER;
            } else if (i >= FIRST_COORDINATE && isZero(payload, starts[i], ends[i])) {
                reason = Reason.ZERO;
            }
            if (reason != null) {
                return new Rejection(reason, NAMES.get(i));
            }
        }
        return null;
    }

    private static @Nullable Rejection misfit(byte[] payload, int[] starts, int[] ends) {
        for (int i = 0; i < COLUMNS.size(); i++) {
            TripColumn column = COLUMNS.get(i);
            int start = starts[TRIP_ID + i];
            int end = ends[TRIP_ID + i];
            if (!isMissing(payload, start, end) && !ColumnValue.fits(column.type(), payload, start, end)) {
                return new Rejection(Reason.MISFIT, column.toString());
            }
        }
        return null;
    }

    private static boolean isMissing(byte[] payload, int start, int end) {
        return end == 0 || payload[start] == 'n';
    }

    private static boolean isTrip(byte[] payload, int start, int end) {
        return payload[start] == '"'
                && JsonText.unescape(payload, start + 1, end - 1).equals("trip");
    }

    private static boolean isZero(byte[] payload, int start, int end) {
        for (int i = start; i < end && !ColumnValue.isExponent(payload[i]); i++) {
            if (payload[i] >= '1') {
                return !ColumnValue.isPlain(payload, start, end)
                        && Double.parseDouble(new String(payload, start, end - start, StandardCharsets.US_ASCII)) == 0;
            }
        }
        return true;
    }

    /** The id as it stands in the record, cut to a length fit for a log line and kept to that one line. */
    private static String text(byte[] payload, int start, int end) {
        boolean string = payload[start] == '"';
        int from = string ? start + 1 : start;
        int to = Math.min(string ? end - 1 : end, from + MAX_ID_LENGTH);
        String text = new String(payload, from, to - from, StandardCharsets.UTF_8);
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                return text.replaceAll("\\p{Cntrl}", " ");
            }
        }
        return text;
    }
}
