package io.github.taxitrips.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.intake.Rejection.Reason;
import io.github.taxitrips.local.producer.TripGenerator;
import io.github.taxitrips.settings.ColumnType;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.format.SignStyle;
import java.time.temporal.ChronoField;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Times are compared with the JDK's calendar, numbers with its parsers, and keys with what Jackson reads. */
class SchemaCheckProperties {

    private static final JsonFactory JACKSON = new JsonFactory();

    private static final DateTimeFormatter WITH_T = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd'T'HH:mm:ss")
            .optionalStart()
            .appendFraction(ChronoField.NANO_OF_SECOND, 1, 9, true)
            .optionalEnd()
            .appendLiteral('Z')
            .toFormatter(Locale.ROOT)
            .withResolverStyle(ResolverStyle.STRICT);

    private static final DateTimeFormatter WITH_SPACE = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-")
            .appendValue(ChronoField.MONTH_OF_YEAR, 1, 2, SignStyle.NOT_NEGATIVE)
            .appendLiteral('-')
            .appendValue(ChronoField.DAY_OF_MONTH, 1, 2, SignStyle.NOT_NEGATIVE)
            .appendPattern(" HH:mm:ss")
            .optionalStart()
            .appendFraction(ChronoField.NANO_OF_SECOND, 1, 9, true)
            .optionalEnd()
            .toFormatter(Locale.ROOT)
            .withResolverStyle(ResolverStyle.STRICT);

    private final TableValidator plain = new TableValidator(TripGenerator.TABLE, false);
    private final TableValidator strict = new TableValidator(TripGenerator.TABLE, true);

    @Property(tries = 500)
    void generatedTripsFit(@ForAll long seed) {
        byte[] trip = new TripGenerator(seed).record();
        assertThat(strict.judge(trip)).isEqualTo(plain.judge(trip)).isInstanceOf(Verdict.Clean.class);
    }

    @Property(tries = 5_000)
    void whatPlainValidationRejectsKeepsItsReason(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] trip = new TripGenerator(seed).record();
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(trip.length);
            switch (random.nextInt(4)) {
                case 0 -> trip[at] = (byte) random.nextInt(256);
                case 1 -> trip = Arrays.copyOf(trip, Math.max(1, at));
                // Mostly still JSON.
                case 2 ->
                    trip[at] = trip[at] >= '0' && trip[at] <= '9'
                            ? (byte) "0123456789.-e\"".charAt(random.nextInt(14))
                            : trip[at];
                default -> trip[at] = trip[random.nextInt(trip.length)];
            }
        }
        Verdict verdict = plain.judge(trip);
        if (verdict instanceof Verdict.Unclean) {
            assertThat(strict.judge(trip)).isEqualTo(verdict);
        } else {
            assertThat(strict.judge(trip))
                    .satisfiesAnyOf(clean -> assertThat(clean).isEqualTo(verdict), unclean -> assertThat(
                                    ((Verdict.Unclean) unclean).rejection().reason())
                            .isIn(Reason.MISFIT, Reason.DUPLICATE_KEY, Reason.TOO_DEEP));
        }
    }

    @Property(tries = 5_000)
    void timesAreTheCalendars(@ForAll("times") String time) {
        assertThat(fits("timestamp", "\"" + time + "\"")).as(time).isEqualTo(isTime(time));
    }

    @Property(tries = 3_000)
    void numbersAreTheJdks(@ForAll("numbers") String number) {
        boolean integer = number.matches("-?[0-9]+");
        BigInteger value = integer ? new BigInteger(number) : BigInteger.ZERO;
        assertThat(fits("int", number)).as(number).isEqualTo(integer && value.bitLength() < 32);
        assertThat(fits("bigint", number)).as(number).isEqualTo(integer && value.bitLength() < 64);
        assertThat(fits("double", number)).as(number).isEqualTo(Double.isFinite(Double.parseDouble(number)));
    }

    @Property(tries = 3_000)
    void keysAreJacksons(@ForAll("members") String members) {
        String trip = new String(new TripGenerator(1).record(), UTF_8).replace("}", "," + members + "}");
        Verdict verdict = strict.judge(trip.getBytes(UTF_8));
        if (hasDuplicateKey(trip)) {
            assertThat(((Verdict.Unclean) verdict).rejection().reason())
                    .as(trip)
                    .isEqualTo(Reason.DUPLICATE_KEY);
        } else {
            assertThat(verdict).as(trip).isInstanceOf(Verdict.Clean.class);
        }
    }

    @Provide
    Arbitrary<String> times() {
        Arbitrary<String> year = Arbitraries.of("0000", "0001", "1900", "2000", "2023", "2024", "9999", "24", "12024");
        Arbitrary<String> day = Arbitraries.integers().between(0, 32).map(n -> n < 20 ? "%02d".formatted(n) : "" + n);
        Arbitrary<String> month =
                Arbitraries.integers().between(0, 13).map(n -> n % 2 == 0 ? "" + n : "%02d".formatted(n));
        Arbitrary<String> separator = Arbitraries.frequencyOf(
                Tuple.of(8, Arbitraries.of("T", " ")), Tuple.of(1, Arbitraries.of("t", "", "-")));
        Arbitrary<String> clock = Arbitraries.of(
                "00:00:00",
                "23:59:59",
                "24:00:00",
                "12:60:00",
                "12:00:60",
                "1:00:00",
                "12:00",
                "12-00-00",
                "12:00:00.");
        Arbitrary<String> fraction =
                Arbitraries.strings().numeric().ofMaxLength(11).map(s -> s.isEmpty() ? "" : "." + s);
        Arbitrary<String> zone = Arbitraries.of("Z", "", "z", " ");
        return Combinators.combine(year, month, day, separator, clock, fraction, zone)
                .as((y, m, d, s, c, f, z) -> y + "-" + m + "-" + d + s + c + f + z);
    }

    @Provide
    Arbitrary<String> numbers() {
        Arbitrary<String> limits = Combinators.combine(
                        Arbitraries.of(31, 32, 63, 64, 1023, 1024),
                        Arbitraries.integers().between(-2, 2),
                        Arbitraries.of(1, -1))
                .as((bits, offset, sign) -> BigInteger.TWO
                        .pow(bits)
                        .add(BigInteger.valueOf(offset))
                        .multiply(BigInteger.valueOf(sign))
                        .toString());
        Arbitrary<String> any = Arbitraries.bigIntegers().map(BigInteger::toString);
        Arbitrary<String> tail = Arbitraries.of("", "", "", ".0", ".5", "e0", "E3", "e308", "e-400", "e400");
        return Combinators.combine(Arbitraries.oneOf(limits, any), tail).as(String::concat);
    }

    @Provide
    Arbitrary<String> members() {
        Arbitrary<String> key =
                Arbitraries.of("a", "A", "b", "c", "\\u0061", "\\u0042", "d", "e", "f", "K", "\u212A", "Trip_ID");
        Arbitrary<String> value = Arbitraries.lazyOf(
                () -> Arbitraries.of("1", "\"a\"", "null"),
                () -> Arbitraries.of("1", "\"}{\"", "[]"),
                () -> object(key),
                () -> object(key).map(object -> "[1," + object + "]"));
        return member(key, value).list().ofMinSize(1).ofMaxSize(3).map(list -> String.join(",", list));
    }

    private static Arbitrary<String> object(Arbitrary<String> key) {
        return member(
                        key,
                        Arbitraries.of("1", "{}", "{\"a\":1,\"b\":2}", "{\"a\":1,\"A\":2}", "[[{\"a\":1}],{\"a\":1}]"))
                .list()
                .ofMaxSize(3)
                .map(list -> "{" + String.join(",", list) + "}");
    }

    private static Arbitrary<String> member(Arbitrary<String> key, Arbitrary<String> value) {
        return Combinators.combine(key, value).as((k, v) -> "\"" + k + "\":" + v);
    }

    private static boolean isTime(String time) {
        return isTime(time, WITH_T) || isTime(time, WITH_SPACE);
    }

    private static boolean isTime(String time, DateTimeFormatter format) {
        try {
            int year = LocalDateTime.parse(time, format).getYear();
            return year >= 1 && year <= 9_999;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean hasDuplicateKey(String json) {
        Deque<Set<String>> objects = new ArrayDeque<>();
        try (JsonParser parser = JACKSON.createParser(ObjectReadContext.empty(), json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.START_OBJECT) {
                    objects.push(new HashSet<>());
                } else if (token == JsonToken.END_OBJECT) {
                    objects.pop();
                } else if (token == JsonToken.PROPERTY_NAME
                        && !objects.peek().add(parser.currentName().toLowerCase(Locale.ROOT))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean fits(String type, String value) {
        byte[] text = value.getBytes(UTF_8);
        return ColumnValue.fits(ColumnType.parse(type).orElseThrow(), text, 0, text.length);
    }
}
