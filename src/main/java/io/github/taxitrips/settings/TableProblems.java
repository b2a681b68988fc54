package io.github.taxitrips.settings;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.github.taxitrips.settings.Table.Member;
import io.github.taxitrips.settings.Table.Problem;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Looks at a table as it was bound, where whatever a file leaves out is null. */
@SuppressWarnings({"NullAway", "ConstantValue"})
final class TableProblems {

    /** Columns that Firehose's prefix makes of the time of arrival. */
    private static final Set<String> PARTITIONS = Set.of("year", "month", "day", "hour");

    private static final int MAX_MEMBERS = 1_000;
    private static final String GLUE_NAME = "[a-z0-9_]{1,255}";
    private static final String GLUE_NAME_REMEDY = "must be 1 to 255 lower-case letters, digits or _, as Glue has it";
    private static final String MEMBER_NAME = "[^\"\\\\\\p{Cntrl}]{1,255}";

    private final Table table;
    private final List<Problem> problems = new ArrayList<>();

    /** By name in lower case, as the keys of a record are told apart. */
    private final Map<String, Member> members = new HashMap<>();

    TableProblems(Table table) {
        this.table = table;
    }

    List<Problem> find() {
        if (table.name() == null || !table.name().matches(GLUE_NAME)) {
            add("name", GLUE_NAME_REMEDY);
        }
        if (table.columns().isEmpty()) {
            add("columns", "must list at least one column, such as {name: id, type: bigint, required: true}");
        }
        if (table.columns().size() + table.members().size() > MAX_MEMBERS) {
            add("columns", "must be at most %d together with the members".formatted(MAX_MEMBERS));
        }
        for (int i = 0; i < table.columns().size(); i++) {
            column("columns[%d].".formatted(i), table.columns().get(i));
        }
        for (int i = 0; i < table.members().size(); i++) {
            member("members[%d].".formatted(i), table.members().get(i));
        }
        Member id = table.id() == null ? null : members.get(table.id().toLowerCase(Locale.ROOT));
        if (id == null || !id.name().equals(table.id()) || !id.required()) {
            add("id", "must name a column or member that is required");
        }
        return problems;
    }

    private void column(String place, Member column) {
        if (column.name() == null || !column.name().matches(GLUE_NAME)) {
            add(place + "name", GLUE_NAME_REMEDY);
        } else if (PARTITIONS.contains(column.name())) {
            add(
                    place + "name",
                    "must be none of year, month, day and hour, the partitions that are made of the time of arrival; rename"
                            + " it, or list it under members");
        }
        if (column.type() == null) {
            add(place + "type", "must be one of " + ColumnType.ALL);
        }
        rules(place, column);
    }

    private void member(String place, Member member) {
        if (member.name() == null || !member.name().matches(MEMBER_NAME)) {
            add(place + "name", "must be 1 to 255 characters other than \", \\ and control characters");
        }
        rules(place, member);
    }

    private void rules(String place, Member member) {
        if (member.name() != null && members.putIfAbsent(member.name().toLowerCase(Locale.ROOT), member) != null) {
            add(place + "name", "must be there once, upper and lower case being the same");
        }
        if (member.type() != null && ColumnType.parse(member.type()).isEmpty()) {
            add(place + "type", "must be one of " + ColumnType.ALL);
            return;
        }
        numbers(place, member);
        values(place, member);
        if (member.maxLength() != null && member.maxLength() < 0) {
            add(place + "max-length", "must be 0 or more");
        }
        if (member.pattern() != null) {
            try {
                Pattern.compile(member.pattern());
            } catch (PatternSyntaxException e) {
                add(
                        place + "pattern",
                        "must be a pattern of RE2, which has neither back-references nor look-around so that no text can"
                                + " hold it up (" + e.getDescription() + ")");
            }
        }
        notBefore(place, member);
    }

    private void numbers(String place, Member member) {
        if (!member.kind().isNumber()) {
            String remedy = "must be left out, as the type is no number's; or give it one, such as double";
            if (member.nonZero()) {
                add(place + "non-zero", remedy);
            }
            if (member.min() != null) {
                add(place + "min", remedy);
            }
            if (member.max() != null) {
                add(place + "max", remedy);
            }
        } else if (member.min() != null && member.max() != null && member.min().compareTo(member.max()) > 0) {
            add(place + "min", "must be no more than max, which is " + member.max());
        }
    }

    private void values(String place, Member member) {
        if (member.equalTo() != null && member.oneOf() != null) {
            add(place + "equals", "must be left out beside one-of");
        }
        if (member.oneOf() != null && member.oneOf().isEmpty()) {
            add(place + "one-of", "must list at least one value");
        }
        String setting = place + (member.equalTo() != null ? "equals" : "one-of");
        for (String value : member.values()) {
            if (member.kind().isTime()) {
                add(setting, "must be left out, as it is for text, booleans and numbers; not-before is for times");
                return;
            }
            if (member.kind() == ColumnType.Kind.BOOLEAN && !value.equals("true") && !value.equals("false")) {
                add(setting, "must be true or false, as the type is boolean");
            } else if (member.kind().isNumber() && !isNumber(value)) {
                add(setting, "must be a number, as the type is " + member.type());
            }
        }
    }

    private void notBefore(String place, Member member) {
        String name = member.notBefore();
        boolean right = name == null
                || (member.kind().isTime()
                        && Stream.concat(table.columns().stream(), table.members().stream())
                                .anyMatch(other -> name.equals(other.name())
                                        && !name.equals(member.name())
                                        && other.kind() == member.kind()));
        if (!right) {
            add(place + "not-before", "must name another column or member of the same type, date or timestamp");
        }
    }

    private void add(String setting, String remedy) {
        problems.add(new Problem(setting, remedy));
    }

    private static boolean isNumber(String text) {
        try {
            new BigDecimal(text);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
