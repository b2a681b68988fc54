package io.github.taxitrips.intake;

import io.github.taxitrips.settings.ColumnType;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.Month;
import java.time.Year;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * Which JSON values Firehose is certain to convert to a column's type with the OpenX JSON SerDe, and what they become: the
 * one place that says so, for the schema check, for rules that need a type, and for the local run's files.
 *
 * <p>Sources: the Amazon Data Firehose Developer Guide, "Convert input data format", for timestamps, and the SerDe's own
 * (rcongiu/Hive-JSON-Serde, {@code ParsePrimitiveUtils} and the {@code JavaString*ObjectInspector} classes) for numbers.
 * The SerDe keeps the text of a number and parses it by the column's type when the column is read: {@code
 * Integer.parseInt} and {@code Long.parseLong} throw on a fraction, an exponent and what is out of range, and a boolean,
 * an object or an array fails its cast. A string column takes the text of any value; of objects and arrays the SerDe
 * writes a text of its own, so they are refused. Booleans, dates and decimals it leaves to Hive ({@code
 * PrimitiveObjectInspectorFactory}), which rounds a decimal's excess digits and nulls what has too many before the point, so
 * both are refused, too.
 *
 * <p>Firehose runs a build of its own: the guide allows a fraction before {@code Z}, at which the published source
 * throws. So of what only the published source takes, nothing is accepted here: no number in a string, in decimal or
 * hexadecimal, and no infinite double.
 */
public final class ColumnValue {

    /** The last second and millisecond of the year 9999. */
    private static final long LAST_SECOND = 253_402_300_799L;

    private static final long LAST_MILLISECOND = LAST_SECOND * 1_000 + 999;

    /** Integers with this many digits or more are milliseconds to the SerDe, shorter ones seconds. */
    private static final int MILLISECOND_DIGITS = 13;

    private static final int MAX_EPOCH_DIGITS = 15;
    private static final int MAX_FRACTION_DIGITS = 9;
    private static final int DATE_LENGTH = 10;

    /** A number with this many characters and no exponent is far from the limits of a double. */
    private static final int PLAIN_NUMBER_LENGTH = 300;

    /** And one with this many from those of a float. */
    private static final int PLAIN_FLOAT_LENGTH = 37;

    private ColumnValue() {}

    /**
     * Whether the value is certain to convert.
     *
     * @param text holds a well-formed JSON value other than null from {@code start} to {@code end}
     */
    public static boolean fits(ColumnType type, byte[] text, int start, int end) {
        byte first = text[start];
        return switch (type.kind()) {
            case STRING -> first != '{' && first != '[';
            case BOOLEAN -> first == 't' || first == 'f';
            case INT -> isInteger(text, start, end, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case BIGINT -> isInteger(text, start, end, Long.MIN_VALUE, Long.MAX_VALUE);
            case FLOAT -> isNumber(first) && isFiniteFloat(text, start, end);
            case DOUBLE -> isNumber(first) && isFinite(text, start, end);
            case DECIMAL -> isNumber(first) && isDecimal(text, start, end, type);
            case DATE -> first == '"' && end - start == DATE_LENGTH + 2 && isDay(text, start + 1, end - 1, true) > 0;
            case TIMESTAMP -> first == '"' ? isDateTime(text, start + 1, end - 1) : isEpochTime(text, start, end);
        };
    }

    /**
     * Returns the point in time that a date or timestamp stands for, of a date its beginning in UTC; empty if it does not
     * {@linkplain #fits fit}. Digits below the nanosecond are left out.
     */
    public static Optional<Instant> time(ColumnType type, byte[] text, int start, int end) {
        if (!type.kind().isTime() || !fits(type, text, start, end)) {
            return Optional.empty();
        }
        return Optional.of(text[start] == '"' ? dateTime(text, start + 1, end - 1) : epochTime(text, start, end));
    }

    /** Whether a JSON value that begins with this byte is a number. */
    static boolean isNumber(int first) {
        return first == '-' || isDigit(first);
    }

    /** Whether a JSON number is finite as a double. */
    static boolean isFinite(byte[] text, int start, int end) {
        return isPlain(text, start, end) || Double.isFinite(Double.parseDouble(ascii(text, start, end)));
    }

    /** Whether a JSON number has no exponent and is so short that it can neither overflow nor underflow a double. */
    static boolean isPlain(byte[] text, int start, int end) {
        for (int i = start; i < end; i++) {
            if (isExponent(text[i])) {
                return false;
            }
        }
        return end - start < PLAIN_NUMBER_LENGTH;
    }

    private static boolean isFiniteFloat(byte[] text, int start, int end) {
        return (end - start < PLAIN_FLOAT_LENGTH && isPlain(text, start, end))
                || Float.isFinite(Float.parseFloat(ascii(text, start, end)));
    }

    /** Whether a JSON number has no exponent and no more digits than the type, neither before the point nor after. */
    private static boolean isDecimal(byte[] text, int start, int end, ColumnType type) {
        int from = text[start] == '-' ? start + 1 : start;
        int point = from + digits(text, from, end);
        int whole = text[from] == '0' ? 0 : point - from;
        int fraction = point == end ? 0 : end - point - 1;
        return whole <= type.precision() - type.scale()
                && fraction <= type.scale()
                && (point == end || (text[point] == '.' && digits(text, point + 1, end) == fraction));
    }

    static String ascii(byte[] text, int start, int end) {
        return new String(text, start, end - start, StandardCharsets.US_ASCII);
    }

    /** Whether this byte of a JSON number begins its exponent: no other is above the digits. */
    static boolean isExponent(byte b) {
        return b > '9';
    }

    private static boolean isInteger(byte[] text, int start, int end, long min, long max) {
        boolean negative = text[start] == '-';
        // Counted downwards, since there is one more negative number than there are positive ones.
        long limit = negative ? min : -max;
        long value = 0;
        for (int i = negative ? start + 1 : start; i < end; i++) {
            int digit = text[i] - '0';
            if (!isDigit(text[i]) || value < limit / 10 || value * 10 < limit + digit) {
                return false;
            }
            value = value * 10 - digit;
        }
        return true;
    }

    /** Seconds, seconds with a fraction, or milliseconds since 1970-01-01T00:00:00Z. */
    private static boolean isEpochTime(byte[] text, int start, int end) {
        int digits = digits(text, start, end);
        if (digits == 0 || digits > MAX_EPOCH_DIGITS) {
            return false;
        }
        int point = start + digits;
        long value = number(text, start, point);
        if (point == end) {
            return value <= (digits < MILLISECOND_DIGITS ? LAST_SECOND : LAST_MILLISECOND);
        }
        return text[point] == '.' && digits(text, point + 1, end) == end - point - 1 && value <= LAST_SECOND;
    }

    /**
     * {@code yyyy-MM-dd'T'HH:mm:ss[.S]'Z'} or {@code yyyy-[M]M-[d]d HH:mm:ss[.S]}, the fraction of one to nine digits: a
     * day that the calendar has, in the years 1 to 9999, and a time from 00:00:00 to 23:59:59.
     */
    private static boolean isDateTime(byte[] text, int start, int end) {
        boolean iso = end > start && text[end - 1] == 'Z';
        int time = isDay(text, start, end, iso);
        return time > 0 && at(text, time, end) == (iso ? 'T' : ' ') && isTime(text, time + 1, iso ? end - 1 : end);
    }

    /**
     * {@code yyyy-MM-dd}, or {@code yyyy-[M]M-[d]d}: a day that the calendar has.
     *
     * @return where it ends, or 0 if it is none
     */
    private static int isDay(byte[] text, int start, int end, boolean twoDigits) {
        int month = start + 5;
        int monthDigits = digits(text, month, end);
        int day = month + monthDigits + 1;
        int dayDigits = digits(text, day, end);
        int dayEnd = day + dayDigits;
        return digits(text, start, end) == 4
                        && at(text, month - 1, end) == '-'
                        && at(text, day - 1, end) == '-'
                        && isDayLength(monthDigits, twoDigits)
                        && isDayLength(dayDigits, twoDigits)
                        && isDate(
                                number(text, start, month - 1), number(text, month, day - 1), number(text, day, dayEnd))
                ? dayEnd
                : 0;
    }

    private static boolean isDayLength(int digits, boolean two) {
        return digits == 2 || (digits == 1 && !two);
    }

    private static boolean isDate(long year, long month, long day) {
        return year >= 1
                && month >= 1
                && month <= 12
                && day >= 1
                && day <= Month.of((int) month).length(Year.isLeap(year));
    }

    private static boolean isTime(byte[] text, int start, int end) {
        if (!isTwoDigits(text, start, end, 23)
                || at(text, start + 2, end) != ':'
                || !isTwoDigits(text, start + 3, end, 59)
                || at(text, start + 5, end) != ':'
                || !isTwoDigits(text, start + 6, end, 59)) {
            return false;
        }
        int point = start + 8;
        if (point == end) {
            return true;
        }
        int fraction = end - point - 1;
        return text[point] == '.'
                && fraction >= 1
                && fraction <= MAX_FRACTION_DIGITS
                && digits(text, point + 1, end) == fraction;
    }

    /** The point in time of what {@link #isDateTime} or {@link #isDay} took. */
    private static Instant dateTime(byte[] text, int start, int end) {
        int day = start + 5 + digits(text, start + 5, end) + 1;
        int dayEnd = day + digits(text, day, end);
        int time = dayEnd + 1;
        LocalDateTime midnight = LocalDateTime.of(
                (int) number(text, start, start + 4),
                (int) number(text, start + 5, day - 1),
                (int) number(text, day, dayEnd),
                0,
                0);
        long seconds = midnight.toEpochSecond(ZoneOffset.UTC);
        if (dayEnd == end) {
            return Instant.ofEpochSecond(seconds);
        }
        seconds += number(text, time, time + 2) * 3_600 + number(text, time + 3, time + 5) * 60;
        return Instant.ofEpochSecond(seconds + number(text, time + 6, time + 8), nanos(text, time + 9, end));
    }

    private static Instant epochTime(byte[] text, int start, int end) {
        int digits = digits(text, start, end);
        long value = number(text, start, start + digits);
        return start + digits == end && digits >= MILLISECOND_DIGITS
                ? Instant.ofEpochMilli(value)
                : Instant.ofEpochSecond(value, nanos(text, start + digits + 1, end));
    }

    /** The digits of a fraction as nanoseconds. */
    private static long nanos(byte[] text, int start, int end) {
        int digits = Math.min(MAX_FRACTION_DIGITS, digits(text, start, end));
        long nanos = number(text, start, start + digits);
        for (int i = digits; i < MAX_FRACTION_DIGITS; i++) {
            nanos *= 10;
        }
        return nanos;
    }

    private static boolean isTwoDigits(byte[] text, int start, int end, int max) {
        return digits(text, start, Math.min(start + 2, end)) == 2 && number(text, start, start + 2) <= max;
    }

    /** Number of digits in a row. */
    private static int digits(byte[] text, int start, int end) {
        int i = start;
        while (i < end && isDigit(text[i])) {
            i++;
        }
        return Math.max(0, i - start);
    }

    private static long number(byte[] text, int start, int end) {
        long number = 0;
        for (int i = start; i < end; i++) {
            number = number * 10 + text[i] - '0';
        }
        return number;
    }

    private static boolean isDigit(int b) {
        return b >= '0' && b <= '9';
    }

    private static int at(byte[] text, int index, int end) {
        return index < end ? text[index] : JsonCursor.END;
    }
}
