package io.github.taxitrips.local.producer;

import com.github.curiousoddman.rgxgen.RgxGen;
import io.github.taxitrips.intake.Rejection;
import io.github.taxitrips.intake.Rejection.Reason;
import io.github.taxitrips.intake.TableValidator;
import io.github.taxitrips.intake.Verdict;
import io.github.taxitrips.settings.ColumnType;
import io.github.taxitrips.settings.Table;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes records of a table, clean and unclean, as JSON lines, with values by the types and rules of its members. The same
 * seed gives the same records.
 */
public class RecordGenerator {

    /** Every kind of record that is set aside before a validator sees it. */
    public static final List<Rejection> UNREADABLE =
            List.of(Rejection.of(Reason.COMPRESSED), Rejection.of(Reason.BAD_AGGREGATE));

    private static final int TOO_LARGE_BYTES = 1_000 * 1_024;
    private static final int TOO_DEEP = 101;
    private static final int TRIES = 200;
    private static final Instant FIRST_TIME = Instant.parse("2026-01-01T00:00:00Z");

    /** Letters of a text without a pattern. */
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz";

    private static final JsonMapper JSON = new JsonMapper();

    private final Table table;
    final Random random;
    private long number = 1_000_000;

    /**
     * @param table the table
     * @param seed seed of the records
     */
    public RecordGenerator(Table table, long seed) {
        this.table = table;
        this.random = new Random(seed);
    }

    /** Returns the generator for a table: that of trips for one with the trips' columns, whatever their rules. */
    public static RecordGenerator of(Table table, long seed) {
        return TripGenerator.makes(table) ? new TripGenerator(table, seed) : new RecordGenerator(table, seed);
    }

    /** Returns every kind of unclean record, one for each reason and member that the table's rules know. */
    public List<Rejection> unclean() {
        Stream<Rejection> whole = Stream.of(Reason.EMPTY, Reason.NOT_JSON, Reason.NOT_AN_OBJECT, Reason.WRONG_TYPE)
                .map(Rejection::of);
        Stream<Rejection> members = Stream.of(
                        Reason.MISSING,
                        Reason.WRONG_VALUE,
                        Reason.NOT_A_NUMBER,
                        Reason.ZERO,
                        Reason.TOO_SMALL,
                        Reason.TOO_LARGE,
                        Reason.NOT_A_SCALAR,
                        Reason.NO_MATCH,
                        Reason.TOO_LONG,
                        Reason.TOO_EARLY)
                .flatMap(reason -> table.judged().stream().map(member -> new Rejection(reason, member.name())));
        return Stream.of(whole, members, Stream.of(Rejection.of(Reason.TOO_LARGE)))
                .flatMap(kinds -> kinds)
                .filter(kind -> kind.equals(Rejection.of(Reason.TOO_LARGE)) || isFound(kind, false))
                .toList();
    }

    /** Returns every kind of record that only the schema check refuses. */
    public List<Rejection> misfits() {
        return Stream.of(
                        table.columns().stream().map(column -> new Rejection(Reason.MISFIT, column.name())),
                        table.columns().stream().map(column -> new Rejection(Reason.DUPLICATE_KEY, column.name())),
                        Stream.of(Rejection.of(Reason.TOO_DEEP)))
                .flatMap(kinds -> kinds)
                .filter(kind -> isFound(kind, true))
                .toList();
    }

    /** Whether a record that is made to be unclean in a way is so in no other: not every rule leaves room for it. */
    private boolean isFound(Rejection kind, boolean checkSchema) {
        if (kind.reason() == Reason.EMPTY) {
            return true;
        }
        return new TableValidator(table, checkSchema)
                .judge(of(table, 1).unclean(kind))
                .equals(new Verdict.Unclean(kind));
    }

    /** Returns a clean record with all members of the table, ending in a newline as the lab's producer writes it. */
    public byte[] record() {
        return line(members());
    }

    /** Returns a record that is unclean for exactly the given reason, one of those that this table has. */
    public byte[] unclean(Rejection rejection) {
        Map<String, String> members = members();
        String field = String.valueOf(rejection.field());
        switch (rejection.reason()) {
            case EMPTY -> {
                return new byte[0];
            }
            case NOT_JSON -> {
                byte[] line = line(members);
                return Arrays.copyOf(line, line.length / 2);
            }
            case COMPRESSED -> {
                return gzip(line(members));
            }
            case BAD_AGGREGATE -> {
                KplRecordWriter writer = new KplRecordWriter();
                writer.add("key", line(members));
                byte[] record = writer.toBytes();
                record[record.length - 1]++; // of its checksum
                return record;
            }
            case NOT_AN_OBJECT -> {
                return ("[" + members.get(table.id()) + "]\n").getBytes(StandardCharsets.UTF_8);
            }
            case WRONG_TYPE -> {
                return "{\"type\":\"watermark\",\"watermark\":\"%s\"}\n"
                        .formatted(FIRST_TIME.plusSeconds(number))
                        .getBytes(StandardCharsets.UTF_8);
            }
            case TOO_LARGE -> {
                if (rejection.field() == null) {
                    members.put("comment", "\"" + "x".repeat(TOO_LARGE_BYTES) + "\"");
                } else {
                    members.computeIfPresent(
                            field, (name, value) -> beyond(member(name).max(), 1));
                }
            }
            case TOO_SMALL ->
                members.computeIfPresent(
                        field, (name, value) -> beyond(member(name).min(), -1));
            case MISSING -> members.remove(field);
            case NOT_A_NUMBER, WRONG_VALUE -> members.put(field, "\"unknown\"");
            case ZERO -> members.put(field, random.nextBoolean() ? "0" : "-0.0");
            case NOT_A_SCALAR -> members.put(field, "{\"value\":" + members.get(field) + "}");
            case NO_MATCH -> members.put(field, "\"\"");
            case TOO_LONG -> members.computeIfPresent(field, (name, value) -> tooLong(member(name)));
            case TOO_EARLY ->
                members.computeIfPresent(
                        field, (name, value) -> time(member(name), FIRST_TIME.minus(1, ChronoUnit.DAYS)));
            // A number that is too large for any type, and for a text what is none.
            case MISFIT ->
                members.computeIfPresent(
                        field, (name, value) -> member(name).kind() == ColumnType.Kind.STRING ? "{}" : "1e999");
            case DUPLICATE_KEY -> members.put(field.toUpperCase(Locale.ROOT), members.get(field));
            case TOO_DEEP -> members.put("comment", "[".repeat(TOO_DEEP) + "]".repeat(TOO_DEEP));
        }
        return line(members);
    }

    /**
     * Returns records in random order: a share of them unclean, of every kind in turn, the rest clean.
     *
     * @param size number of records
     * @param uncleanShare share of unclean ones, 0 to 1, rounded up
     * @param kinds the kinds of unclean records to take in turn
     */
    public List<byte[]> records(int size, double uncleanShare, List<Rejection> kinds) {
        int unclean = (int) Math.ceil(size * uncleanShare);
        List<byte[]> records = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            records.add(i < unclean ? unclean(kinds.get(i % kinds.size())) : record());
        }
        Collections.shuffle(records, random);
        return records;
    }

    /** The members of a clean record, by name, as JSON. */
    Map<String, String> members() {
        Instant time = anyTime();
        Map<String, String> members = new LinkedHashMap<>();
        for (Table.Member member : table.judged()) {
            members.put(member.name(), value(member, time));
        }
        return members;
    }

    /** Lets the ids of the next records count up from a number. */
    void countFrom(long first) {
        number = first;
    }

    /** A number that no other record has. */
    long nextNumber() {
        return number++;
    }

    Instant anyTime() {
        return FIRST_TIME.plusSeconds(random.nextInt(365 * 24 * 3_600));
    }

    private String value(Table.Member member, Instant time) {
        ColumnType.Kind kind = member.kind();
        if (!member.values().isEmpty()) {
            String value = member.values().get(random.nextInt(member.values().size()));
            return kind == ColumnType.Kind.STRING ? quoted(value) : value;
        }
        return switch (kind) {
            case STRING -> quoted(text(member));
            case BOOLEAN -> Boolean.toString(random.nextBoolean());
            case INT, BIGINT, FLOAT, DOUBLE, DECIMAL -> number(member);
            case DATE, TIMESTAMP -> time(member, time.plus(later(member, 0), ChronoUnit.DAYS));
        };
    }

    /** How many times come one before the other up to this one; where they go round, the same for all. */
    private int later(Table.Member member, int steps) {
        return member.notBefore() == null || steps == table.judged().size()
                ? 0
                : 1 + later(member(member.notBefore()), steps + 1);
    }

    private static String time(Table.Member member, Instant time) {
        return member.kind() == ColumnType.Kind.DATE
                ? quoted(time.atOffset(ZoneOffset.UTC).toLocalDate().toString())
                : quoted(time.toString());
    }

    /** A number within the member's limits, with two digits after the point where its type has any; the id counts up. */
    private String number(Table.Member member) {
        BigDecimal least = member.min() != null ? member.min() : BigDecimal.ONE;
        BigDecimal most =
                member.max() != null ? member.max() : least.max(BigDecimal.ZERO).add(BigDecimal.valueOf(100));
        least = member.min() == null ? least.min(most) : least;
        int scale =
                switch (member.kind()) {
                    case INT, BIGINT -> 0;
                    case DECIMAL -> member.columnType().scale();
                    default -> 2;
                };
        if (member.name().equals(table.id()) && member.max() == null) {
            return least.setScale(0, RoundingMode.CEILING)
                    .add(BigDecimal.valueOf(nextNumber()))
                    .toPlainString();
        }
        BigDecimal value = least.add(most.subtract(least).multiply(BigDecimal.valueOf(random.nextDouble())))
                .setScale(scale, RoundingMode.FLOOR)
                .max(least.setScale(scale, RoundingMode.CEILING));
        return (member.nonZero() && value.signum() == 0 ? most : value).toPlainString();
    }

    private String text(Table.Member member) {
        int most = member.maxLength() == null ? 8 : member.maxLength();
        if (member.pattern() != null) {
            RgxGen texts = RgxGen.parse(member.pattern());
            for (int i = 0; i < TRIES; i++) {
                String text = texts.generate(random);
                if (text.length() <= (member.maxLength() == null ? Integer.MAX_VALUE : most)) {
                    return text;
                }
            }
        }
        if (member.name().equals(table.id())) {
            String text = Long.toString(nextNumber());
            return text.substring(Math.max(0, text.length() - most));
        }
        return random.ints(Math.min(most, 8), 0, LETTERS.length())
                .mapToObj(letter -> LETTERS.substring(letter, letter + 1))
                .collect(Collectors.joining());
    }

    private static String tooLong(Table.Member member) {
        return member.maxLength() == null ? "null" : quoted("x".repeat(member.maxLength() + 1));
    }

    private static String beyond(@Nullable BigDecimal limit, int direction) {
        return limit == null ? "null" : limit.add(BigDecimal.valueOf(direction)).toPlainString();
    }

    private Table.Member member(String name) {
        return table.judged().stream()
                .filter(member -> member.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    static String quoted(String text) {
        return JSON.writeValueAsString(text);
    }

    private static byte[] gzip(byte[] data) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(data);
        } catch (IOException e) {
            throw new UncheckedIOException("An array in memory cannot be written", e);
        }
        return bytes.toByteArray();
    }

    private static byte[] line(Map<String, String> members) {
        return members.entrySet().stream()
                .map(member -> "\"" + member.getKey() + "\":" + member.getValue())
                .collect(Collectors.joining(",", "{", "}\n"))
                .getBytes(StandardCharsets.UTF_8);
    }
}
