package io.github.taxitrips.intake;

import io.github.taxitrips.settings.ColumnType;
import io.github.taxitrips.settings.Table;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * Reads records as rows of a table, as Firehose's format conversion does: a record holds any number of JSON objects, one
 * after the other, each of which is a row. Keys are columns in any case, what is missing is null, other keys do not matter.
 *
 * <p>What is not certain to convert by {@link ColumnValue} and {@link JsonKeys} is refused, and with it the whole record.
 *
 * <p>An instance reads one record after the other and is not safe for use by several threads.
 */
public final class TableReader {

    /** A record that is not certain to convert. Without a stack trace: it is an answer, not a failure. */
    @SuppressWarnings("serial")
    public static final class NotConvertibleException extends Exception {

        private final boolean json;

        NotConvertibleException(boolean json, String message) {
            super(message, null, false, false);
            this.json = json;
        }

        /** Whether the record is a sequence of JSON objects, with keys or values that do not convert. */
        public boolean isJson() {
            return json;
        }
    }

    private static final int MAX_QUOTED = 100;

    private final MemberNames names;
    private final ColumnType[] types;

    /** Where the values of the row that was read last begin and end; 0 and 0 for null. */
    private final int[] starts;

    private final int[] ends;

    /** Of each row how many values it has, and of each of these the column, and where it begins and ends. */
    private int[] places = new int[64];

    private int placed;
    private int next;
    private byte[] text = {};

    /** @param columns the table's columns */
    public TableReader(List<Table.Member> columns) {
        names = new MemberNames(columns.stream().map(Table.Member::name).toList());
        types = columns.stream().map(Table.Member::columnType).toArray(ColumnType[]::new);
        starts = new int[types.length];
        ends = new int[types.length];
    }

    /**
     * Begins a record, whose rows {@link #next} then gives.
     *
     * @throws NotConvertibleException saying what and where it is, if any of its rows is not certain to convert
     */
    public void read(byte[] record) throws NotConvertibleException {
        text = record;
        placed = 0;
        next = 0;
        JsonCursor cursor = new JsonCursor(record);
        try {
            for (int first = cursor.peek(); first != JsonCursor.END; first = cursor.peek()) {
                if (first != '{') {
                    throw new NotConvertibleException(
                            false, "At byte " + cursor.position() + " is no JSON object: " + rest(cursor.position()));
                }
                readRow(cursor);
            }
        } catch (JsonCursor.Malformed e) {
            int position = Math.min(cursor.position(), record.length);
            throw new NotConvertibleException(false, "Not JSON any more at byte " + position + ": " + rest(position));
        }
    }

    private void readRow(JsonCursor cursor) throws JsonCursor.Malformed, NotConvertibleException {
        int row = placed;
        place(0);
        cursor.expect('{');
        if (cursor.accept('}')) {
            return;
        }
        JsonKeys keys = new JsonKeys(text, names);
        do {
            cursor.peek();
            int keyStart = cursor.position();
            cursor.skipString();
            int exact = names.find(text, keyStart, cursor.position(), cursor.wasEscaped());
            int column = keys.accept(exact, keyStart, cursor.position());
            cursor.expect(':');
            cursor.peek();
            int start = cursor.position();
            if (column < 0) {
                keys.skipOther(cursor);
                continue;
            }
            cursor.skipValue();
            int end = cursor.position();
            if (text[start] == 'n') {
                continue;
            }
            if (!ColumnValue.fits(types[column], text, start, end)) {
                throw new NotConvertibleException(
                        true,
                        "Column %s of type %s cannot have the value %s"
                                .formatted(names.name(column), types[column], quoted(start, end)));
            }
            places[row]++;
            place(column);
            place(start);
            place(end);
        } while (cursor.accept(','));
        cursor.expect('}');
        Rejection flaw = keys.flaw();
        if (flaw != null) {
            throw new NotConvertibleException(
                    true,
                    switch (flaw.reason()) {
                        case DUPLICATE_KEY ->
                            flaw.field() == null
                                    ? "A key stands twice in one object, case aside"
                                    : "Column " + flaw.field() + " stands twice, case aside";
                        case TOO_DEEP -> "Nested more than " + JsonKeys.MAX_DEPTH + " levels deep";
                        default -> "A number is too large for a double";
                    });
        }
    }

    private void place(int number) {
        if (placed == places.length) {
            places = Arrays.copyOf(places, 2 * placed);
        }
        places[placed++] = number;
    }

    private String rest(int start) {
        return start == text.length ? "the record ends" : quoted(start, text.length);
    }

    private String quoted(int start, int end) {
        return end - start <= MAX_QUOTED
                ? new String(text, start, end - start, StandardCharsets.UTF_8)
                : new String(text, start, MAX_QUOTED, StandardCharsets.UTF_8) + "...";
    }

    /** Goes to the record's next row; false if there is none. */
    public boolean next() {
        if (next == placed) {
            return false;
        }
        Arrays.fill(ends, 0);
        int values = places[next++];
        for (int i = 0; i < values; i++) {
            int column = places[next++];
            starts[column] = places[next++];
            ends[column] = places[next++];
        }
        return true;
    }

    /** Whether the row has a value other than null in a column. */
    public boolean has(int column) {
        return ends[column] > 0;
    }

    /** Returns the text of a value: what a string stands for, a number or boolean as it is written. */
    public String text(int column) {
        int start = starts[column];
        return text[start] == '"'
                ? JsonText.unescape(text, start + 1, ends[column] - 1)
                : ColumnValue.ascii(text, start, ends[column]);
    }

    /** Returns the point in time of a date or timestamp, as {@link ColumnValue#time} has it. */
    public Instant time(int column) {
        return ColumnValue.time(types[column], text, starts[column], ends[column])
                .orElseThrow();
    }
}
