package io.github.taxitrips.settings;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Name;

/**
 * The table that records are delivered for, and what a clean record is: {@code taxi-trips.table}. Everything that knows
 * columns has them from here. Lists are replaced whole by a file of settings that has the same list.
 *
 * @param name the Glue table's name, 1 to 255 lower-case letters, digits and {@code _}. Default nyctaxitrips.
 * @param id the column or member whose value names a record in the log; it must be required. Default trip_id.
 * @param columns the Glue table's columns, in its order, at least one and at most 1,000. Default the trips' ten.
 * @param members members of a record that are judged and are no column. Default {@code type}, which must be trip.
 */
public record Table(String name, String id, List<Member> columns, List<Member> members) {

    // Spring binds an absent list as null.
    @SuppressWarnings({"NullAway", "ConstantValue"})
    public Table {
        columns = columns == null ? List.of() : List.copyOf(columns);
        members = members == null ? List.of() : List.copyOf(members);
    }

    /**
     * A member of a record, with the rules that it must meet. A member that is absent or null meets all but {@code
     * required}. Which one it does not meet is the reason that the record is rejected for, in this order.
     *
     * @param name the member's name; a column's is also that of the table's column
     * @param type its {@linkplain ColumnType type}; a column must have one. Without the schema check it is looked at only
     *     where a rule needs it.
     * @param required whether it must be there, under exactly this name ({@code missing})
     * @param equalTo the value that it must have: text, a boolean, or a number, which is compared by its value ({@code
     *     wrong_value}, and {@code wrong_type} for the member {@code type}, which tells kinds of records apart)
     * @param oneOf the values of which it must have one, likewise
     * @param nonZero whether it must be a number ({@code not_a_number}) other than zero ({@code zero}), so that {@code -0.0},
     *     {@code 0e9} and {@code 1e-400} are refused
     * @param min the least number that it may be ({@code not_a_number}, {@code too_small}). Numbers are compared as doubles,
     *     and integers of up to 18 digits exactly.
     * @param max the greatest number that it may be ({@code not_a_number}, {@code too_large})
     * @param pattern what all of its text must match, in the syntax of RE2, which has no way to take long: the content of a
     *     string, a number or boolean as it stands ({@code not_a_scalar} for an object or array, {@code no_match})
     * @param maxLength the most characters (Unicode code points) of its text ({@code not_a_scalar}, {@code too_long})
     * @param notBefore the column or member of the same type, date or timestamp, that it must not be before ({@code misfit}
     *     for the one of the two that is no such time, {@code too_early})
     */
    public record Member(
            String name,
            @Nullable String type,
            boolean required,
            @Name("equals") @Nullable String equalTo,
            @Nullable List<String> oneOf,
            boolean nonZero,
            @Nullable BigDecimal min,
            @Nullable BigDecimal max,
            @Nullable String pattern,
            @Nullable Integer maxLength,
            @Nullable String notBefore) {

        /** Returns a column without rules. */
        public static Member column(String name, String type) {
            return new Member(name, type, false, null, null, false, null, null, null, null, null);
        }

        /**
         * Returns the type.
         *
         * @throws IllegalStateException if it is none; {@link SettingsValidator} tells
         */
        public ColumnType columnType() {
            return parsedType().orElseThrow(() -> new IllegalStateException(name + " has no type " + type));
        }

        /** Returns the kind of values, that of text when no type is given. */
        public ColumnType.Kind kind() {
            return parsedType().map(ColumnType::kind).orElse(ColumnType.Kind.STRING);
        }

        private Optional<ColumnType> parsedType() {
            return Optional.ofNullable(type).flatMap(ColumnType::parse);
        }

        /** Returns the values of which it must have one; empty if it may have any. */
        public List<String> values() {
            return equalTo != null ? List.of(equalTo) : oneOf != null ? oneOf : List.of();
        }
    }

    /** Returns the members and columns in the order in which they are judged: the members, the id, the columns. */
    public List<Member> judged() {
        return Stream.of(
                        members.stream(),
                        columns.stream().filter(column -> column.name().equals(id)),
                        columns.stream().filter(column -> !column.name().equals(id)))
                .flatMap(part -> part)
                .toList();
    }

    /**
     * Something that is wrong with a table.
     *
     * @param setting the setting below the table, such as {@code columns[2].type}
     * @param remedy what it must be
     */
    record Problem(String setting, String remedy) {}

    /** Returns what is wrong with the table. */
    List<Problem> problems() {
        return new TableProblems(this).find();
    }
}
