package io.github.taxitrips.intake;

import com.google.re2j.Pattern;
import io.github.taxitrips.intake.Rejection.Reason;
import io.github.taxitrips.settings.ColumnType;
import io.github.taxitrips.settings.Table;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rules of one member of a table, made ready for many records: {@link Table.Member} tells each rule. */
final class Rules {

    /** The member that tells kinds of records apart. */
    private static final String TYPE = "type";

    private final Table.Member member;
    private final @Nullable Text text;
    private final boolean number;
    private final boolean nonZero;
    private final @Nullable Limit min;
    private final @Nullable Limit max;
    private final Limit[] numbers;
    private final byte[][] values;
    private final Set<String> words;
    private final int before;

    /**
     * @param member the member
     * @param before number of the member that this one must not be before, or -1
     */
    Rules(Table.Member member, int before) {
        this.member = member;
        this.before = before;
        this.nonZero = member.nonZero();
        this.min = member.min() == null ? null : new Limit(member.min());
        this.max = member.max() == null ? null : new Limit(member.max());
        this.number = nonZero || min != null || max != null;
        boolean numeric = member.kind().isNumber();
        this.numbers = numeric
                ? member.values().stream()
                        .map(value -> new Limit(new BigDecimal(value)))
                        .toArray(Limit[]::new)
                : new Limit[0];
        this.words = numeric ? Set.of() : Set.copyOf(member.values());
        boolean quoted = member.kind() != ColumnType.Kind.BOOLEAN;
        this.values = words.stream()
                .map(word -> (quoted ? '"' + word + '"' : word).getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
        this.text = member.pattern() == null && member.maxLength() == null
                ? null
                : new Text(
                        member.pattern() == null ? null : Pattern.compile(member.pattern(), Pattern.DOTALL),
                        member.maxLength() == null ? Integer.MAX_VALUE : member.maxLength());
    }

    String name() {
        return member.name();
    }

    /** Whether the member must be there, under exactly its name. */
    boolean required() {
        return member.required();
    }

    /** Whether a value could be refused. */
    boolean any() {
        return member.required() || number || numbers.length > 0 || values.length > 0 || text != null || before >= 0;
    }

    /** The number of the member that this one must not be before, or -1. */
    int before() {
        return before;
    }

    /**
     * Judges a value by all rules but those that need other members.
     *
     * @param payload holds a well-formed JSON value other than null from {@code start} to {@code end}
     * @return what is wrong with it, or null
     */
    @Nullable Reason judge(byte[] payload, int start, int end) {
        if (values.length > 0 && !isOneOfWords(payload, start, end)) {
            return wrongValue();
        }
        if (number || numbers.length > 0) {
            Reason reason = judgeNumber(payload, start, end);
            if (reason != null) {
                return reason;
            }
        }
        return text == null ? null : text.judge(payload, start, end);
    }

    private Reason wrongValue() {
        return member.name().equals(TYPE) ? Reason.WRONG_TYPE : Reason.WRONG_VALUE;
    }

    private boolean isOneOfWords(byte[] payload, int start, int end) {
        for (byte[] value : values) {
            if (Arrays.equals(payload, start, end, value, 0, value.length)) {
                return true;
            }
        }
        return payload[start] == '"'
                && member.kind() != ColumnType.Kind.BOOLEAN
                && words.contains(JsonText.unescape(payload, start + 1, end - 1));
    }

    private @Nullable Reason judgeNumber(byte[] payload, int start, int end) {
        if (!ColumnValue.isNumber(payload[start])) {
            return number ? Reason.NOT_A_NUMBER : wrongValue();
        }
        if (numbers.length > 0 && !isOneOfNumbers(payload, start, end)) {
            return wrongValue();
        }
        if (nonZero && isZero(payload, start, end)) {
            return Reason.ZERO;
        }
        if (min != null && min.compare(payload, start, end) < 0) {
            return Reason.TOO_SMALL;
        }
        return max != null && max.compare(payload, start, end) > 0 ? Reason.TOO_LARGE : null;
    }

    private boolean isOneOfNumbers(byte[] payload, int start, int end) {
        for (Limit value : numbers) {
            if (value.compare(payload, start, end) == 0) {
                return true;
            }
        }
        return false;
    }

    private static boolean isZero(byte[] payload, int start, int end) {
        for (int i = start; i < end && !ColumnValue.isExponent(payload[i]); i++) {
            if (payload[i] >= '1') {
                return !ColumnValue.isPlain(payload, start, end)
                        && Double.parseDouble(ColumnValue.ascii(payload, start, end)) == 0;
            }
        }
        return true;
    }

    /** A member's value as a point in time; empty if it is none of its type. */
    Optional<Instant> time(byte[] payload, int start, int end) {
        return ColumnValue.time(member.columnType(), payload, start, end);
    }

    /** What a number is compared with. */
    private static final class Limit {

        /** Integers with this many digits are exact as a long. */
        private static final int LONG_DIGITS = 18;

        private final double value;
        private final long integer;
        private final boolean exact;

        Limit(BigDecimal limit) {
            value = limit.doubleValue();
            exact = limit.precision() - limit.scale() <= LONG_DIGITS && isInteger(limit);
            integer = exact ? limit.longValue() : 0;
        }

        private static boolean isInteger(BigDecimal limit) {
            return limit.signum() == 0 || limit.stripTrailingZeros().scale() <= 0;
        }

        /** Returns less than 0, 0 or more than 0 as the JSON number is less than the limit, equal or more. */
        int compare(byte[] payload, int start, int end) {
            if (exact) {
                int digits = start;
                long number = 0;
                int from = payload[start] == '-' ? start + 1 : start;
                for (digits = from; digits < end && payload[digits] >= '0' && payload[digits] <= '9'; digits++) {
                    number = number * 10 + payload[digits] - '0';
                }
                if (digits == end && end - from <= LONG_DIGITS) {
                    return Long.compare(from == start ? number : -number, integer);
                }
            }
            double number = Double.parseDouble(ColumnValue.ascii(payload, start, end));
            return number < value ? -1 : number > value ? 1 : 0;
        }
    }

    /** Rules for the text of a value. */
    private record Text(@Nullable Pattern pattern, int maxLength) {

        @Nullable Reason judge(byte[] payload, int start, int end) {
            byte first = payload[start];
            if (first == '{' || first == '[') {
                return Reason.NOT_A_SCALAR;
            }
            String text = first == '"'
                    ? JsonText.unescape(payload, start + 1, end - 1)
                    : ColumnValue.ascii(payload, start, end);
            if (pattern != null && !pattern.matches(text)) {
                return Reason.NO_MATCH;
            }
            return text.codePointCount(0, text.length()) > maxLength ? Reason.TOO_LONG : null;
        }
    }
}
