package io.github.taxitrips.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.intake.Rejection.Reason;
import io.github.taxitrips.settings.ColumnType;
import io.github.taxitrips.settings.ColumnType.Kind;
import io.github.taxitrips.settings.Table;
import io.github.taxitrips.settings.Table.Member;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Any table and any record, judged as by a plain reading of the rules that parses every value and looks at each rule in
 * turn. {@code -Djqwik.tries.default=30000} has it judge millions.
 */
class TableValidatorProperties {

    private static final int RECORDS_A_TABLE = 100;
    private static final JsonMapper JSON = new JsonMapper();

    private static final List<String> NAMES = List.of("id", "a", "b_1", "c", "type", "note");
    private static final List<String> PATTERNS = List.of("[a-z]+", "a.c", ".*", "(ab)*", "-?[0-9]+", "[^x]{1,3}");
    private static final List<String> WORDS = List.of("trip", "a", "abc", "ab", "", "true", "a\nc", "é😀", "5", "x\"y");
    private static final List<String> NUMBERS = List.of(
            "0",
            "-0.0",
            "1",
            "5",
            "5.0",
            "-3",
            "1e3",
            "1E-400",
            "1e999",
            "-1e999",
            "0.1",
            "0.10",
            "2147483648",
            "123456789012345678",
            "123456789012345677",
            "1234567890123456789",
            "99999999999999999999",
            "3.4e38",
            "3.5e38",
            "1518033528123",
            "1518033528.5",
            "0.125",
            "12345.67");
    private static final List<String> TIMES = List.of(
            "2026-01-01T00:00:00Z",
            "2026-01-01 00:00:00",
            "2026-1-1 00:00:00.5",
            "2025-12-31T23:59:59.999999999Z",
            "2026-01-01",
            "2024-02-29",
            "2025-02-29",
            "2026-01-01T24:00:00Z",
            "2026-1-1T00:00:00Z",
            "0000-01-01T00:00:00Z");
    private static final List<String> TYPES = List.of(
            "string",
            "boolean",
            "int",
            "bigint",
            "float",
            "double",
            "decimal(5,2)",
            "decimal(38,0)",
            "date",
            "timestamp");

    @Property
    void anyTableJudgesAnyRecordAsItsRulesSay(@ForAll long seed) {
        Random random = new Random(seed);
        Table table = table(random);
        boolean checkSchema = random.nextBoolean();
        TableValidator validator = new TableValidator(table, checkSchema);
        for (int i = 0; i < RECORDS_A_TABLE; i++) {
            List<String[]> record = record(random, table);
            String text = record.stream()
                    .map(member -> JSON.writeValueAsString(member[0]) + ":" + member[1])
                    .collect(Collectors.joining(",", "{", "}"));
            Rejection expected = flaw(table, checkSchema, record);
            Verdict verdict = validator.judge(text.getBytes(UTF_8));
            assertThat(verdict instanceof Verdict.Unclean unclean ? unclean.rejection() : null)
                    .as("%s by %s, schema %s", text, table, checkSchema)
                    .isEqualTo(expected);
        }
    }

    // --- Any table, any record ---

    private static Table table(Random random) {
        List<Member> members = new ArrayList<>();
        int size = 1 + random.nextInt(NAMES.size());
        String time = random.nextBoolean() ? "date" : "timestamp";
        List<String> types = Stream.generate(() -> random.nextInt(4) == 0 ? time : one(random, TYPES))
                .limit(size)
                .toList();
        for (int i = 0; i < size; i++) {
            int other = random.nextInt(size);
            boolean comparable =
                    other != i && types.get(i).equals(time) && types.get(other).equals(time);
            members.add(member(random, NAMES.get(i), types.get(i), comparable ? NAMES.get(other) : null));
        }
        int columns = 1 + random.nextInt(size);
        return new Table("t", "id", members.subList(0, columns), members.subList(columns, size));
    }

    private static Member member(Random random, String name, String type, @Nullable String notBefore) {
        Kind kind = ColumnType.parse(type).orElseThrow().kind();
        List<String> values =
                kind == Kind.BOOLEAN ? List.of("true", "false") : kind.isNumber() ? NUMBERS.subList(0, 15) : WORDS;
        boolean some = !kind.isTime() && random.nextInt(4) == 0;
        boolean several = random.nextBoolean();
        BigDecimal min = kind.isNumber() && random.nextInt(4) == 0 ? new BigDecimal(one(random, NUMBERS)) : null;
        BigDecimal max = kind.isNumber() && random.nextInt(4) == 0 ? new BigDecimal(one(random, NUMBERS)) : null;
        return new Member(
                name,
                type,
                name.equals("id") || random.nextInt(3) == 0,
                some && !several ? one(random, values) : null,
                some && several ? List.of(one(random, values), one(random, values)) : null,
                kind.isNumber() && random.nextInt(4) == 0,
                min,
                min != null && max != null ? min.max(max) : max,
                random.nextInt(5) == 0 ? one(random, PATTERNS) : null,
                random.nextInt(5) == 0 ? random.nextInt(5) : null,
                notBefore);
    }

    private static List<String[]> record(Random random, Table table) {
        List<String[]> record = new ArrayList<>();
        for (Member member : table.judged()) {
            int times = random.nextInt(12) == 0 ? random.nextInt(3) : 1;
            for (int i = 0; i < times; i++) {
                String name = random.nextInt(12) == 0 ? member.name().toUpperCase(Locale.ROOT) : member.name();
                record.add(new String[] {name, value(random, member)});
            }
        }
        if (random.nextInt(4) == 0) {
            record.add(new String[] {one(random, List.of("other", "OTHER", "é")), value(random, null)});
            record.add(new String[] {one(random, List.of("other", "x", "é")), "{\"a\":[1]}"});
        }
        if (random.nextBoolean()) {
            Collections.shuffle(record, random);
        }
        return record;
    }

    private static String value(Random random, @Nullable Member member) {
        if (member != null && !member.values().isEmpty() && random.nextBoolean()) {
            String value = one(random, member.values());
            return member.kind() == Kind.STRING ? JSON.writeValueAsString(value) : value;
        }
        Kind kind = member == null || random.nextInt(5) == 0 ? one(random, List.of(Kind.values())) : member.kind();
        return switch (kind) {
            case STRING -> JSON.writeValueAsString(one(random, WORDS));
            case BOOLEAN -> one(random, List.of("true", "false", "null", "[]", "{\"a\":1}", "[\"abc\",2]"));
            case DATE, TIMESTAMP ->
                random.nextInt(4) == 0 ? one(random, NUMBERS) : JSON.writeValueAsString(one(random, TIMES));
            default -> one(random, NUMBERS);
        };
    }

    private static <T> T one(Random random, List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    // --- What its rules say ---

    private static @Nullable Rejection flaw(Table table, boolean checkSchema, List<String[]> record) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String[] member : record) {
            for (Member known : table.judged()) {
                boolean alike = checkSchema && !known.required() && known.name().equalsIgnoreCase(member[0]);
                if (known.name().equals(member[0]) || alike) {
                    values.put(known.name(), member[1]);
                }
            }
        }
        values.values().removeIf("null"::equals);
        for (Member member : table.judged()) {
            Rejection flaw = flaw(table, member, values);
            if (flaw != null) {
                return flaw;
            }
        }
        return checkSchema ? schemaFlaw(table, record, values) : null;
    }

    private static @Nullable Rejection flaw(Table table, Member member, Map<String, String> values) {
        String name = member.name();
        String value = values.get(name);
        if (value == null) {
            return member.required() ? new Rejection(Reason.MISSING, name) : null;
        }
        Rejection wrong =
                name.equals("type") ? Rejection.of(Reason.WRONG_TYPE) : new Rejection(Reason.WRONG_VALUE, name);
        Kind kind = member.kind();
        JsonNode node = JSON.readTree(value);
        boolean number = value.matches("-?[0-9].*");
        if (!member.values().isEmpty()
                && kind == Kind.STRING
                && !(node.isString() && member.values().contains(node.stringValue()))) {
            return wrong;
        }
        if (!member.values().isEmpty()
                && kind == Kind.BOOLEAN
                && !member.values().contains(value)) {
            return wrong;
        }
        if (!number && (member.nonZero() || member.min() != null || member.max() != null)) {
            return new Rejection(Reason.NOT_A_NUMBER, name);
        }
        if (!member.values().isEmpty()
                && kind.isNumber()
                && !(number && member.values().stream().anyMatch(word -> compare(value, word) == 0))) {
            return wrong;
        }
        if (member.nonZero() && Double.parseDouble(value) == 0) {
            return new Rejection(Reason.ZERO, name);
        }
        if (member.min() != null && compare(value, member.min().toString()) < 0) {
            return new Rejection(Reason.TOO_SMALL, name);
        }
        if (member.max() != null && compare(value, member.max().toString()) > 0) {
            return new Rejection(Reason.TOO_LARGE, name);
        }
        String text = node.isString() ? node.stringValue() : value;
        if (node.isContainer() && (member.pattern() != null || member.maxLength() != null)) {
            return new Rejection(Reason.NOT_A_SCALAR, name);
        }
        if (member.pattern() != null
                && !Pattern.compile(member.pattern(), Pattern.DOTALL)
                        .matcher(text)
                        .matches()) {
            return new Rejection(Reason.NO_MATCH, name);
        }
        if (member.maxLength() != null && text.codePointCount(0, text.length()) > member.maxLength()) {
            return new Rejection(Reason.TOO_LONG, name);
        }
        return order(table, member, values);
    }

    private static @Nullable Rejection order(Table table, Member member, Map<String, String> values) {
        Member other = table.judged().stream()
                .filter(candidate -> candidate.name().equals(member.notBefore()))
                .findFirst()
                .orElse(null);
        if (other == null || !values.containsKey(other.name())) {
            return null;
        }
        Instant earlier = time(other, values.get(other.name()));
        Instant later = time(member, values.get(member.name()));
        if (earlier == null || later == null) {
            return new Rejection(Reason.MISFIT, (earlier == null ? other : member).name());
        }
        return later.isBefore(earlier) ? new Rejection(Reason.TOO_EARLY, member.name()) : null;
    }

    /** By value: integers of up to 18 digits exactly, what else there is as doubles. */
    private static int compare(String one, String other) {
        if (one.matches("-?[0-9]{1,18}")) {
            try {
                return new BigInteger(one).compareTo(new BigDecimal(other).toBigIntegerExact());
            } catch (ArithmeticException e) {
                // The other is no integer.
            }
        }
        double a = Double.parseDouble(one);
        double b = Double.parseDouble(other);
        return a < b ? -1 : a > b ? 1 : 0;
    }

    private static @Nullable Rejection schemaFlaw(Table table, List<String[]> record, Map<String, String> values) {
        Set<String> seen = new HashSet<>();
        List<String> known = table.judged().stream().map(Member::name).toList();
        for (String[] member : record) {
            String key = member[0].toLowerCase(Locale.ROOT);
            if (!seen.add(key)) {
                return new Rejection(Reason.DUPLICATE_KEY, known.contains(key) ? key : null);
            }
            if (!known.contains(key)
                    && member[1].matches("-?[0-9].*")
                    && Double.isInfinite(Double.parseDouble(member[1]))) {
                return Rejection.of(Reason.MISFIT);
            }
        }
        return table.judged().stream()
                .filter(member -> table.columns().contains(member))
                .filter(column -> values.containsKey(column.name()))
                .filter(column -> !fits(column, values.get(column.name())))
                .map(column -> new Rejection(Reason.MISFIT, column.name()))
                .findFirst()
                .orElse(null);
    }

    private static boolean fits(Member column, String value) {
        boolean integer = value.matches("-?[0-9]+");
        boolean number = value.matches("-?[0-9].*");
        return switch (column.kind()) {
            case STRING -> !JSON.readTree(value).isContainer();
            case BOOLEAN -> value.equals("true") || value.equals("false");
            case INT -> integer && new BigInteger(value).bitLength() < 32;
            case BIGINT -> integer && new BigInteger(value).bitLength() < 64;
            case FLOAT -> number && Float.isFinite(Float.parseFloat(value));
            case DOUBLE -> number && Double.isFinite(Double.parseDouble(value));
            case DECIMAL -> number && !value.matches(".*[eE].*") && fits(column.columnType(), new BigDecimal(value));
            case DATE, TIMESTAMP -> time(column, value) != null;
        };
    }

    private static boolean fits(ColumnType decimal, BigDecimal value) {
        return value.scale() <= decimal.scale()
                && value.abs().compareTo(BigDecimal.TEN.pow(decimal.precision() - decimal.scale())) < 0;
    }

    private static final Pattern DATE_TIME =
            Pattern.compile("\"(\\d{4})-(\\d{1,2})-(\\d{1,2})([ T])(\\d\\d):(\\d\\d):(\\d\\d)(?:\\.(\\d{1,9}))?(Z?)\"");

    private static @Nullable Instant time(Member member, String value) {
        try {
            if (member.kind() == Kind.DATE) {
                return value.matches("\"[0-9]{4}-..-..\"") && !value.startsWith("\"0000")
                        ? LocalDate.parse(value.substring(1, 11)).atStartOfDay().toInstant(ZoneOffset.UTC)
                        : null;
            }
            if (value.matches("[0-9]{1,15}(\\.[0-9]+)?")) {
                BigDecimal seconds = new BigDecimal(value).movePointLeft(value.matches("[0-9]{13,}") ? 3 : 0);
                if (seconds.compareTo(new BigDecimal("253402300800")) >= 0) {
                    return null;
                }
                return Instant.ofEpochSecond(
                        seconds.longValue(),
                        seconds.remainder(BigDecimal.ONE).movePointRight(9).longValue());
            }
            Matcher time = DATE_TIME.matcher(value);
            boolean iso = time.matches() && time.group(4).equals("T");
            if (!time.matches()
                    || time.group(1).equals("0000")
                    || iso != time.group(9).equals("Z")
                    || (iso && time.group(2).length() + time.group(3).length() < 4)) {
                return null;
            }
            int[] part = IntStream.of(1, 2, 3, 5, 6, 7)
                    .map(group -> Integer.parseInt(time.group(group)))
                    .toArray();
            String fraction = ((time.group(8) == null ? "" : time.group(8)) + "000000000").substring(0, 9);
            return LocalDateTime.of(part[0], part[1], part[2], part[3], part[4], part[5], Integer.parseInt(fraction))
                    .toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            return null;
        }
    }
}
