package io.github.taxitrips.settings;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The type of a Glue table's column.
 *
 * @param kind what kind of values it has
 * @param precision digits of a decimal, 1 to 38; 0 for any other kind
 * @param scale those of them after the point, 0 to {@code precision}; 0 for any other kind
 */
public record ColumnType(Kind kind, int precision, int scale) {

    /** What a column of the type holds, by the names of Glue and Athena. */
    public enum Kind {
        /** Text. */
        STRING,
        /** True or false. */
        BOOLEAN,
        /** Integer of 32 bits with sign. */
        INT,
        /** Integer of 64 bits with sign. */
        BIGINT,
        /** Floating point number of 32 bits. */
        FLOAT,
        /** Floating point number of 64 bits. */
        DOUBLE,
        /** Number of at most so many digits, and so many of them after the point. */
        DECIMAL,
        /** Day without a time. */
        DATE,
        /** Date and time of day in UTC. */
        TIMESTAMP;

        /** Whether the values are numbers. */
        public boolean isNumber() {
            return this == INT || this == BIGINT || this == FLOAT || this == DOUBLE || this == DECIMAL;
        }

        /** Whether the values are points in time. */
        public boolean isTime() {
            return this == DATE || this == TIMESTAMP;
        }
    }

    /** The types as a message lists them. */
    static final String ALL = "string, boolean, int, bigint, float, double, decimal(p,s), date or timestamp";

    private static final Pattern DECIMAL = Pattern.compile("decimal\\((\\d{1,2}),\\s*(\\d{1,2})\\)");
    private static final int MAX_PRECISION = 38;

    /** Reads the name of a type, such as {@code bigint} or {@code decimal(9,2)}; empty if there is none of that name. */
    public static Optional<ColumnType> parse(String name) {
        Matcher decimal = DECIMAL.matcher(name);
        if (decimal.matches()) {
            int precision = Integer.parseInt(decimal.group(1));
            int scale = Integer.parseInt(decimal.group(2));
            return precision >= 1 && precision <= MAX_PRECISION && scale <= precision
                    ? Optional.of(new ColumnType(Kind.DECIMAL, precision, scale))
                    : Optional.empty();
        }
        for (Kind kind : Kind.values()) {
            if (kind != Kind.DECIMAL && kind.name().toLowerCase(Locale.ROOT).equals(name)) {
                return Optional.of(new ColumnType(kind, 0, 0));
            }
        }
        return Optional.empty();
    }

    /** Returns the type's name in Glue and Athena. */
    @Override
    public String toString() {
        String name = kind.name().toLowerCase(Locale.ROOT);
        return kind == Kind.DECIMAL ? name + "(" + precision + "," + scale + ")" : name;
    }
}
