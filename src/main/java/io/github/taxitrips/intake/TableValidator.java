package io.github.taxitrips.intake;

import io.github.taxitrips.intake.Rejection.Reason;
import io.github.taxitrips.settings.ColumnType;
import io.github.taxitrips.settings.Table;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Judges records as JSON text by the rules of a {@link Table}, in one pass over the bytes.
 *
 * <p>Clean is a JSON object whose members meet their rules. A member that is null counts as missing, as it would be NULL in
 * the table. Of a member that stands more than once the last counts, as in most parsers. What is wrong first, in the order
 * members, id, columns, is the reason given.
 *
 * <p>With the schema check, a record that is clean so far must also be certain to convert to the table, because Firehose
 * sends the whole of a record to the error prefix for one document that does not. This is for records into which several
 * are packed. Certain means:
 *
 * <ul>
 *   <li>Each column is absent, null, or of its type: a float or double is a JSON number within its range; a bigint or an int
 *       a JSON number within range with neither fraction nor exponent; a decimal a JSON number without exponent and with no
 *       more digits than it has; a boolean true or false; a string any string, number or boolean; a date {@code
 *       "yyyy-MM-dd"}; a timestamp one of the forms that the Amazon Data Firehose Developer Guide lists for the OpenX JSON
 *       SerDe, namely the strings {@code yyyy-MM-dd'T'HH:mm:ss[.S]'Z'} and {@code yyyy-[M]M-[d]d HH:mm:ss[.S]} with up to
 *       nine fraction digits and no escapes, and as JSON numbers without sign or exponent epoch seconds, with or without a
 *       fraction, and epoch milliseconds (13 digits or more), all up to the year 9999. Numbers in strings do not fit.
 *   <li>No key stands twice in one object, at any depth, case aside. A column's name in another case is that column, and
 *       must meet its rules, unless it is required.
 *   <li>Nothing is nested more than 100 levels deep, and no number is too large for a double.
 * </ul>
 *
 * <p>The reason given is the one that plain validation gives, if any; then what is wrong with the keys, the nesting and
 * the other numbers, in the text's order; then the first misfit in the order id, columns. {@code ColumnValue} and {@code
 * JsonKeys} name the sources of these rules.
 */
public final class TableValidator implements RecordValidator {

    private static final int MAX_ID_LENGTH = 64;

    private final boolean checkSchema;
    private final MemberNames names;
    private final Rules[] rules;

    /** Numbers of the members that have a rule, in the order in which they are judged. */
    private final int[] ruled;

    /** The types of the columns, by the numbers of their members; null for a member that is no column. */
    private final @Nullable ColumnType[] types;

    private final int id;

    /**
     * The member that came after each one in the last record that has it, and as the last element the one that came first.
     * Producers keep an order, so it is likely to come next. Only a hint, so that threads may disturb each other.
     */
    private final int[] successors;

    /**
     * Makes a validator.
     *
     * @param table the table, one that {@link io.github.taxitrips.settings.SettingsValidator} takes
     * @param checkSchema whether a clean record must be certain to convert to the table as well
     */
    public TableValidator(Table table, boolean checkSchema) {
        this.checkSchema = checkSchema;
        List<Table.Member> members = table.judged();
        names = new MemberNames(members.stream().map(Table.Member::name).toList());
        Set<String> columns = table.columns().stream().map(Table.Member::name).collect(Collectors.toSet());
        rules = new Rules[members.size()];
        types = new ColumnType[members.size()];
        for (int i = 0; i < rules.length; i++) {
            Table.Member member = members.get(i);
            rules[i] = new Rules(member, member.notBefore() == null ? -1 : names.find(member.notBefore()));
            types[i] = columns.contains(member.name()) ? member.columnType() : null;
        }
        ruled = IntStream.range(0, rules.length).filter(i -> rules[i].any()).toArray();
        id = names.find(table.id());
        successors = new int[rules.length + 1];
    }

    @Override
    public Verdict judge(byte[] payload) {
        JsonCursor cursor = new JsonCursor(payload);
        JsonKeys keys = checkSchema ? new JsonKeys(payload, names) : null;
        int[] places = new int[2 * rules.length];
        boolean object;
        boolean oneLine;
        try {
            object = cursor.peek() == '{';
            if (object) {
                locate(cursor, payload, keys, places);
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
        Rejection rejection = flaw(payload, places);
        if (rejection == null && keys != null) {
            rejection = keys.flaw() == null ? misfit(payload, places) : keys.flaw();
        }
        return rejection == null
                ? new Verdict.Clean(text(payload, places[2 * id], places[2 * id + 1]), oneLine)
                : new Verdict.Unclean(rejection);
    }

    /** Notes where the value of each member starts and ends, one after the other; 0 and 0 where there is none. */
    private void locate(JsonCursor cursor, byte[] payload, @Nullable JsonKeys keys, int[] places)
            throws JsonCursor.Malformed {
        cursor.expect('{');
        if (cursor.accept('}')) {
            return;
        }
        byte[][] likelyKeys = names.keys();
        int previous = rules.length;
        int likely = successors[previous];
        do {
            cursor.peek();
            int keyStart = cursor.position();
            int exact = likely;
            byte[] key = likelyKeys[likely];
            if (!cursor.accept(key, 0, key.length)) {
                cursor.skipString();
                exact = names.find(payload, keyStart, cursor.position(), cursor.wasEscaped());
            }
            if (exact >= 0) {
                if (exact != likely) {
                    successors[previous] = exact;
                }
                previous = exact;
                likely = successors[exact];
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
            // What a clean record must have, it must have under its exact name.
            if (exact >= 0 || (member >= 0 && !rules[member].required())) {
                places[2 * member] = start;
                places[2 * member + 1] = cursor.position();
            }
        } while (cursor.accept(','));
        cursor.expect('}');
    }

    /** What keeps the record from being clean, apart from its schema. */
    private @Nullable Rejection flaw(byte[] payload, int[] places) {
        for (int i : ruled) {
            Rules rule = rules[i];
            int start = places[2 * i];
            int end = places[2 * i + 1];
            Reason reason = null;
            if (isMissing(payload, start, end)) {
                reason = rule.required() ? Reason.MISSING : null;
            } else {
                reason = rule.judge(payload, start, end);
                if (reason == null && rule.before() >= 0) {
                    Rejection rejection = order(payload, places, i, rule.before());
                    if (rejection != null) {
                        return rejection;
                    }
                }
            }
            if (reason != null) {
                return reason == Reason.WRONG_TYPE ? Rejection.of(reason) : new Rejection(reason, rule.name());
            }
        }
        return null;
    }

    /** What is wrong with the order of two times, of which the earlier may be missing. */
    private @Nullable Rejection order(byte[] payload, int[] places, int later, int earlier) {
        if (isMissing(payload, places[2 * earlier], places[2 * earlier + 1])) {
            return null;
        }
        Optional<Instant> from = rules[earlier].time(payload, places[2 * earlier], places[2 * earlier + 1]);
        Optional<Instant> to = rules[later].time(payload, places[2 * later], places[2 * later + 1]);
        if (from.isEmpty() || to.isEmpty()) {
            return new Rejection(Reason.MISFIT, rules[from.isEmpty() ? earlier : later].name());
        }
        return to.get().isBefore(from.get()) ? new Rejection(Reason.TOO_EARLY, rules[later].name()) : null;
    }

    private @Nullable Rejection misfit(byte[] payload, int[] places) {
        for (int i = 0; i < types.length; i++) {
            ColumnType type = types[i];
            int start = places[2 * i];
            int end = places[2 * i + 1];
            if (type != null && !isMissing(payload, start, end) && !ColumnValue.fits(type, payload, start, end)) {
                return new Rejection(Reason.MISFIT, rules[i].name());
            }
        }
        return null;
    }

    private static boolean isMissing(byte[] payload, int start, int end) {
        return end == 0 || payload[start] == 'n';
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
