package io.github.taxitrips.intake;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.local.producer.TripGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TableValidatorTests {

    private static final String TRIP =
            "{\"type\":\"trip\",\"trip_id\":7,\"pickup_latitude\":40.7,\"pickup_longitude\":-73.9,"
                    + "\"dropoff_latitude\":40.8,\"dropoff_longitude\":-74.0}";

    private final TableValidator validator = new TableValidator(TripGenerator.TABLE, false);

    @Test
    void cleanTrip() {
        assertThat(judge(TRIP)).isEqualTo(new Verdict.Clean("7"));
        assertThat(judge(" \r\n\t" + TRIP + "\n")).isEqualTo(new Verdict.Clean("7"));
    }

    @Test
    void generatedTripsAreClean() {
        TripGenerator generator = new TripGenerator(11);
        for (int i = 0; i < 1_000; i++) {
            assertThat(validator.judge(generator.record()))
                    .isEqualTo(new Verdict.Clean(Integer.toString(1_000_000 + i)));
        }
    }

    static Stream<Rejection> unclean() {
        // The size and the emptiness of a record are for Intake to judge.
        return TripGenerator.UNCLEAN.stream()
                .filter(kind -> kind.reason() != Rejection.Reason.TOO_LARGE && kind.reason() != Rejection.Reason.EMPTY);
    }

    @ParameterizedTest
    @MethodSource("unclean")
    void everyKindOfUncleanRecordIsRejectedForItsOwnReason(Rejection kind) {
        assertThat(validator.judge(new TripGenerator(5).unclean(kind))).isEqualTo(new Verdict.Unclean(kind));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{\"type\"",
                TRIP + TRIP,
                TRIP + ",",
                "[" + TRIP,
                "{'type':'trip'}",
                "{\"a\":01}",
                "{\"a\":1.}",
                "{\"a\":.5}",
                "{\"a\":+1}",
                "{\"a\":1e}",
                "{\"a\":-}",
                "{\"a\":NaN}",
                "{\"a\":Infinity}",
                "{\"a\":0x1}",
                "{\"a\":1,}",
                "{,}",
                "{\"a\" 1}",
                "{\"a\":1 \"b\":2}",
                "[1,]",
                "[1 2]",
                "[}",
                "{]",
                "nul",
                "True",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12g4\"}",
                "{\"a\":\"tab\there\"}",
                "{\"a\":\"\0\"}",
                "{\"a\":\"",
                "// comment\n{}",
                "{1:2}",
                "\uFEFF{}"
            })
    void notJson(String text) {
        assertThat(judge(text)).isEqualTo(rejected(Rejection.Reason.NOT_JSON));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "[" + TRIP + "]", "null", "true", "false", "0", "-1.5e+3", "\"trip\"", " [[],{}] "})
    void notAnObject(String text) {
        assertThat(judge(text)).isEqualTo(rejected(Rejection.Reason.NOT_AN_OBJECT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"Trip\"", "\"trip \"", "\"\"", "1", "true", "[\"trip\"]", "{\"trip\":\"trip\"}"})
    void wrongType(String type) {
        assertThat(judge(TRIP.replace("\"trip\"", type))).isEqualTo(rejected(Rejection.Reason.WRONG_TYPE));
    }

    @ParameterizedTest
    @CsvSource({
        "type, MISSING",
        "trip_id, MISSING",
        "pickup_latitude, MISSING",
        "pickup_longitude, MISSING",
        "dropoff_latitude, MISSING",
        "dropoff_longitude, MISSING"
    })
    void nullCountsAsMissing(String field, Rejection.Reason reason) {
        String trip = TRIP.replaceAll("\"" + field + "\":[^,}]+", "\"" + field + "\":null");
        assertThat(judge(trip)).isEqualTo(new Verdict.Unclean(reason, field));
    }

    @Test
    void emptyObjectLacksItsType() {
        assertThat(judge("{}")).isEqualTo(new Verdict.Unclean(Rejection.Reason.MISSING, "type"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-0",
                "0.0",
                "-0.0",
                "0e9",
                "0E+9",
                "0.000e-5",
                "-0.0E-0",
                "1e-400",
                "-9.9e-99999999999",
                "0e99999999999999999999"
            })
    void zeroInAnySpelling(String zero) {
        assertThat(judge(TRIP.replace("40.7", zero)))
                .isEqualTo(new Verdict.Unclean(Rejection.Reason.ZERO, "pickup_latitude"));
    }

    @Test
    void zeroWithAMillionDigits() {
        assertThat(judge(TRIP.replace("40.7", "0." + "0".repeat(900_000))))
                .isEqualTo(new Verdict.Unclean(Rejection.Reason.ZERO, "pickup_latitude"));
        assertThat(judge(TRIP.replace("40.7", "0." + "0".repeat(900_000) + "1")))
                .isEqualTo(new Verdict.Unclean(Rejection.Reason.ZERO, "pickup_latitude"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "-1", "0.1", "-0.0001", "1e-300", "1E5", "123456789012345678901234567890", "0.05e1"})
    void numbersOtherThanZero(String number) {
        assertThat(judge(TRIP.replace("40.7", number))).isEqualTo(new Verdict.Clean("7"));
    }

    @Test
    void numbersBeyondAnyTypeAreNumbers() {
        assertThat(judge(TRIP.replace("40.7", "9".repeat(500_000)))).isEqualTo(new Verdict.Clean("7"));
        assertThat(judge(TRIP.replace("40.7", "1e999999999999"))).isEqualTo(new Verdict.Clean("7"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"40.7\"", "true", "[40.7]", "{\"degrees\":40.7}", "\"\""})
    void notANumber(String value) {
        assertThat(judge(TRIP.replace("40.7", value)))
                .isEqualTo(new Verdict.Unclean(Rejection.Reason.NOT_A_NUMBER, "pickup_latitude"));
    }

    @Test
    void lastOfDuplicateKeysCounts() {
        assertThat(judge(TRIP.replace("{", "{\"pickup_latitude\":0,\"type\":\"watermark\",")))
                .isEqualTo(new Verdict.Clean("7"));
        assertThat(judge(TRIP.replace("}", ",\"pickup_latitude\":0}")))
                .isEqualTo(new Verdict.Unclean(Rejection.Reason.ZERO, "pickup_latitude"));
    }

    @Test
    void onlyMembersOfTheTripItselfCount() {
        assertThat(judge("{\"nested\":" + TRIP + ",\"list\":[" + TRIP + "]}"))
                .isEqualTo(new Verdict.Unclean(Rejection.Reason.MISSING, "type"));
    }

    @Test
    void escapesInKeysAndValuesAreRead() {
        String escaped = TRIP.replace("\"type\":\"trip\"", "\"t\\u0079pe\":\"tr\\u0069p\"")
                .replace("pickup_latitude", "pickup\\u005flatitude")
                .replace("40.7", "0");
        assertThat(judge(escaped)).isEqualTo(new Verdict.Unclean(Rejection.Reason.ZERO, "pickup_latitude"));
        assertThat(judge(TRIP.replace("{", "{\"\\\"\\\\\\/\\b\\f\\n\\r\\t\":1,")))
                .isEqualTo(new Verdict.Clean("7"));
    }

    @Test
    void deepNestingCostsNoStack() {
        int depth = 400_000;
        String deep = "[".repeat(depth) + "]".repeat(depth);
        assertThat(judge(deep)).isEqualTo(rejected(Rejection.Reason.NOT_AN_OBJECT));
        assertThat(judge(TRIP.replace("{", "{\"deep\":" + deep + ","))).isEqualTo(new Verdict.Clean("7"));
        String objects = "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000);
        assertThat(judge(TRIP.replace("{", "{\"deep\":" + objects + ","))).isEqualTo(new Verdict.Clean("7"));
        assertThat(judge("[".repeat(depth))).isEqualTo(rejected(Rejection.Reason.NOT_JSON));
    }

    @Test
    void loneSurrogateEscapesAreJson() {
        assertThat(judge(TRIP.replace("{", "{\"comment\":\"\\ud800 \\udc00\\ud800\",")))
                .isEqualTo(new Verdict.Clean("7"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u00C3",
                "\u00C0\u0080",
                "\u0080",
                "\u00FF",
                "\u00FE",
                "\u00E0\u0080\u0080",
                "\u00ED\u00A0\u0080",
                "\u00F0\u0080\u0080\u0080",
                "\u00F4\u0090\u0080\u0080",
                "\u00F5\u0080\u0080\u0080",
                "\u00E2\u0082",
                "\u00E2(\u00A1"
            })
    void invalidUtf8IsNotJson(String bytes) {
        byte[] text = TRIP.replace("{", "{\"comment\":\"" + bytes + "\",").getBytes(ISO_8859_1);
        assertThat(validator.judge(text)).isEqualTo(rejected(Rejection.Reason.NOT_JSON));
    }

    @Test
    void bytesAfterTheEndAreNotJson() {
        assertThat(validator.judge((TRIP + "\u00FF").getBytes(ISO_8859_1)))
                .isEqualTo(rejected(Rejection.Reason.NOT_JSON));
        assertThat(validator.judge((TRIP + "\0").getBytes(ISO_8859_1))).isEqualTo(rejected(Rejection.Reason.NOT_JSON));
    }

    @Test
    void otherEncodingsAreNotJson() {
        assertThat(validator.judge(TRIP.getBytes(UTF_16LE))).isEqualTo(rejected(Rejection.Reason.NOT_JSON));
    }

    @Test
    void validUtf8IsJson() {
        String comment = "é € 𝄞 \177 \uD7FF \uE000 \uFFFF \uDBFF\uDFFF";
        assertThat(judge(TRIP.replace("{", "{\"comment\":\"" + comment + "\",")))
                .isEqualTo(new Verdict.Clean("7"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"42|42", "\"a-b\"|a-b", "true|true", "{\"a\":1}|{\"a\":1}", "[1, 2]|[1, 2]", "1e3|1e3"})
    void tripIdAsItStandsInTheRecord(String json, String id) {
        assertThat(judge(TRIP.replace("7,\"pickup_lat", json + ",\"pickup_lat")))
                .isEqualTo(new Verdict.Clean(id));
    }

    @Test
    void tripIdIsFitForALogLine() {
        assertThat(judge(TRIP.replace("7,\"pickup_lat", "[1,\n2],\"pickup_lat")))
                .isEqualTo(new Verdict.Clean("[1, 2]"));
        Verdict verdict = judge(TRIP.replace("7,\"pickup_lat", "\"" + "x".repeat(100_000) + "\",\"pickup_lat"));
        assertThat(verdict).isEqualTo(new Verdict.Clean("x".repeat(64)));
    }

    private Verdict judge(String text) {
        return validator.judge(text.getBytes(UTF_8));
    }

    private static Verdict rejected(Rejection.Reason reason) {
        return new Verdict.Unclean(reason, null);
    }
}
