package io.github.taxitrips.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.intake.Rejection.Reason;
import io.github.taxitrips.local.producer.TripGenerator;
import io.github.taxitrips.settings.Table;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The validator's schema check. */
class SchemaCheckTests {

    private static final String TRIP = "{\"type\":\"trip\",\"trip_id\":7,\"pickup_latitude\":40.7,"
            + "\"pickup_longitude\":-73.9,\"dropoff_latitude\":40.8,\"dropoff_longitude\":-74.0}";

    private final TableValidator plain = new TableValidator(TripGenerator.TABLE, false);
    private final TableValidator strict = new TableValidator(TripGenerator.TABLE, true);

    // --- Columns ---

    static List<String> columns() {
        return TripGenerator.TABLE.columns().stream().map(Table.Member::name).toList();
    }

    @ParameterizedTest
    @MethodSource("columns")
    void columnsMayBeAbsentOrNullUnlessPlainValidationNeedsThem(String column) {
        assertThat(judge(TRIP)).isEqualTo(new Verdict.Clean("7"));
        String withNull = TRIP.replaceAll("\"" + column + "\":[^,}]+,?", "").replace("{", "{\"" + column + "\":null,");
        assertThat(judge(withNull)).isEqualTo(plain.judge(withNull.getBytes(UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-0",
                "-0.0",
                "1",
                "12.5",
                "-1E-2",
                "1e308",
                "1.7976931348623157e308",
                "-1.7976931348623157e308",
                "1e-400",
                "123456789012345678901234567890",
                "0.1000000000000000055511151231257827021181583404541015625"
            })
    void doubles(String value) {
        assertFits("trip_distance", value);
        assertFits("total_amount", value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1e309",
                "-1e400",
                "1e99999999999",
                "\"1.5\"",
                "\"NaN\"",
                "\"\"",
                "true",
                "false",
                "[]",
                "[1]",
                "{}"
            })
    void notDoubles(String value) {
        assertMisfit("trip_distance", value);
        assertMisfit("total_amount", value);
    }

    @Test
    void longNumbers() {
        assertFits("trip_distance", "9".repeat(308));
        assertMisfit("trip_distance", "9".repeat(309));
        assertMisfit("trip_distance", "9".repeat(500_000));
        assertFits("trip_distance", "0." + "9".repeat(500_000));
        assertMisfit("trip_id", "9".repeat(500_000));
        assertMisfit("pickup_datetime", "9".repeat(500_000));
        assertFits("pickup_datetime", "1." + "9".repeat(500_000));
        assertMisfit("pickup_datetime", "\"" + "9".repeat(500_000) + "\"");
    }

    @Test
    void coordinates() {
        for (String column : columns()) {
            if (column.contains("tude")) {
                assertFits(column, "41");
                assertMisfit(column, "1e309");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-0", "1", "-1", "9223372036854775807", "-9223372036854775808", "1000000000000000000"})
    void bigints(String value) {
        assertFits("trip_id", value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "9223372036854775808",
                "-9223372036854775809",
                "92233720368547758070",
                "18446744073709551617",
                "1e3",
                "1E0",
                "7.0",
                "\"7\"",
                "\"0x7\"",
                "\"a-b\"",
                "true",
                "[7]",
                "{\"id\":7}"
            })
    void notBigints(String value) {
        assertMisfit("trip_id", value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-0", "6", "-1", "2147483647", "-2147483648"})
    void ints(String value) {
        assertFits("passenger_count", value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2147483648",
                "-2147483649",
                "4294967297",
                "9223372036854775808",
                "1.0",
                "1e0",
                "\"1\"",
                "\"\"",
                "true",
                "[]",
                "{}"
            })
    void notInts(String value) {
        assertMisfit("passenger_count", value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // The guide's own examples.
                "\"2017-02-07T15:13:01.39256Z\"",
                "\"2017-02-07 15:13:01.14\"",
                "1518033528",
                "1518033528123",
                "1518033528.123",
                "\"2017-02-07T15:13:01Z\"",
                "\"2017-02-07T00:00:00.0Z\"",
                "\"2017-02-07T23:59:59.123456789Z\"",
                "\"2017-02-07 15:13:01\"",
                "\"2017-2-7 15:13:01\"",
                "\"2017-12-7 15:13:01.123456789\"",
                "\"2017-2-27 15:13:01\"",
                "\"2016-02-29 00:00:00\"",
                "\"2000-2-29 00:00:00\"",
                "\"0001-01-01T00:00:00Z\"",
                "\"9999-12-31T23:59:59.999999999Z\"",
                "0",
                "0.0",
                "1",
                "253402300799",
                "253402300799.999",
                "1000000000000",
                "253402300799999"
            })
    void timestamps(String value) {
        assertFits("pickup_datetime", value);
        assertFits("dropoff_datetime", value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"\"",
                "\"Z\"",
                "\"T\"",
                "\"now\"",
                "\"2017-02-07\"",
                "\"2017-02-07T15:13:01\"",
                "\"2017-02-07T15:13:01z\"",
                "\"2017-02-07t15:13:01Z\"",
                "\"2017-02-07T15:13:01+00:00\"",
                "\"2017-02-07T15:13:01+0000\"",
                "\"2017-02-07T15:13Z\"",
                "\"2017-02-07T15:13:01.Z\"",
                "\"2017-02-07T15:13:01.1234567890Z\"",
                "\"2017-02-07T15:13:01,5Z\"",
                "\"2017-02-07T15:13:01ZZ\"",
                "\"2017-02-07T15:13:1Z\"",
                "\"2017-02-07T5:13:01Z\"",
                "\"2017-2-07T15:13:01Z\"",
                "\"2017-02-7T15:13:01Z\"",
                "\"2017-02-07 15:13:01Z\"",
                "\"2017-02-07 15:13:01.\"",
                "\"2017-02-07 15:13:01.1234567890\"",
                "\"2017-02-07  15:13:01\"",
                "\"2017-02-07 15:13\"",
                "\"2017-02-07 5:13:01\"",
                "\"2017-002-07 15:13:01\"",
                "\"2017-02-007 15:13:01\"",
                "\"2017/02/07 15:13:01\"",
                "\"17-02-07 15:13:01\"",
                "\"02017-02-07 15:13:01\"",
                "\"-2017-02-07 15:13:01\"",
                "\" 2017-02-07 15:13:01\"",
                "\"2017-02-07 15:13:01 \"",
                "\"2017-02\\u002d07 15:13:01\"",
                "\"2017-00-07 15:13:01\"",
                "\"2017-13-07 15:13:01\"",
                "\"2017-02-00 15:13:01\"",
                "\"2017-01-32 15:13:01\"",
                "\"2017-02-30 15:13:01\"",
                "\"2017-02-29 15:13:01\"",
                "\"1900-02-29 15:13:01\"",
                "\"2017-04-31T15:13:01Z\"",
                "\"0000-01-01 00:00:00\"",
                "\"2017-02-07 24:00:00\"",
                "\"2017-02-07 15:60:00\"",
                "\"2016-12-31 23:59:60\"",
                "\"2016-12-31T23:59:60Z\"",
                "\"1518033528\"",
                "\"1518033528.123\"",
                "-1",
                "-0",
                "-1.5",
                "1518033528e0",
                "1.518033528e9",
                "1.5E9",
                "253402300800",
                "253402300800.0",
                "999999999999",
                "253402300800000",
                "999999999999999",
                "1518033528123000",
                "1518033528123.5",
                "9223372036854775808",
                "true",
                "[1518033528]",
                "{}"
            })
    void notTimestamps(String value) {
        assertMisfit("pickup_datetime", value);
        assertMisfit("dropoff_datetime", value);
    }

    @Test
    void misfitsAreNamedInTheOrderOfTheColumns() {
        assertThat(judge(with("\"total_amount\":\"x\",\"passenger_count\":\"x\",\"trip_distance\":\"x\"")))
                .isEqualTo(rejected(Reason.MISFIT, "trip_distance"));
        assertThat(judge(TRIP.replace(":7,", ":\"x\",").replace("40.7", "1e999")))
                .isEqualTo(rejected(Reason.MISFIT, "trip_id"));
        assertThat(rejected(Reason.MISFIT, "trip_id").rejection()).hasToString("misfit:trip_id");
    }

    // --- Keys ---

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"trip_id\":7|trip_id",
                "\"TRIP_ID\":7|trip_id",
                "\"Trip_Id\":null|trip_id",
                "\"Type\":\"trip\"|type",
                "\"t\\u0079pe\":\"trip\"|type",
                "\"T\\u0059PE\":\"trip\"|type",
                // The Kelvin sign is a k in lower case.
                "\"pic\u212Aup_latitude\":40.7|pickup_latitude",
                "\"total_amount\":1,\"total_amount\":1|total_amount",
                "\"total_amount\":null,\"TOTAL_AMOUNT\":null|total_amount",
                "\"note\":1,\"note\":2|",
                "\"note\":1,\"Note\":2|",
                "\"note\":1,\"NOT\\u0045\":2|",
                "\"É\":1,\"é\":2|",
                "\"\":1,\"\":2|",
                "\"a\":{\"b\":1,\"B\":2}|",
                "\"a\":[[{\"c\":{\"b\":1,\"d\":1,\"b\":[]}}]]|"
            })
    void keysThatStandTwice(String members, String field) {
        for (String trip : new String[] {with(members), TRIP.replace("{", "{" + members + ",")}) {
            assertThat(judge(trip)).isEqualTo(rejected(Reason.DUPLICATE_KEY, field));
            assertThat(plain.judge(trip.getBytes(UTF_8))).isEqualTo(new Verdict.Clean("7"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"note\":1,\"notes\":1",
                "\"note\":\"trip_id\"",
                "\"note\":{\"trip_id\":7,\"note\":{\"note\":1}}",
                "\"a\":[{\"b\":1},{\"b\":1},{\"b\":{\"b\":{}}}]",
                "\"a\":{},\"b\":[],\"c\":{\"a\":[]}",
                "\"trip.id\":1,\"trip-id\":2",
                "\"\":1,\" \":2"
            })
    void otherKeysMayStandBeside(String members) {
        assertThat(judge(with(members))).isEqualTo(new Verdict.Clean("7"));
    }

    @Test
    void aColumnInAnotherCaseIsThatColumn() {
        assertThat(judge(with("\"Total_Amount\":1.5"))).isEqualTo(new Verdict.Clean("7"));
        assertThat(judge(with("\"Total_Amount\":\"x\""))).isEqualTo(rejected(Reason.MISFIT, "total_amount"));
        assertThat(judge(with("\"PASSENGER_CO\\u0055NT\":1.5"))).isEqualTo(rejected(Reason.MISFIT, "passenger_count"));
        // Plain validation knows what it needs by its exact name.
        assertThat(judge(TRIP.replace("trip_id", "Trip_ID"))).isEqualTo(rejected(Reason.MISSING, "trip_id"));
    }

    // --- Nesting and other numbers ---

    @Test
    void nestingIsLimited() {
        // The trip itself is the first of 100 levels.
        assertThat(judge(with("\"a\":" + "[".repeat(99) + "]".repeat(99)))).isEqualTo(new Verdict.Clean("7"));
        assertThat(judge(with("\"a\":" + "[".repeat(100) + "]".repeat(100))))
                .isEqualTo(rejected(Reason.TOO_DEEP, null));
        assertThat(judge(with("\"a\":" + "{\"a\":".repeat(99) + "1" + "}".repeat(99))))
                .isEqualTo(new Verdict.Clean("7"));
        assertThat(judge(with("\"a\":" + "{\"a\":".repeat(100) + "1" + "}".repeat(100))))
                .isEqualTo(rejected(Reason.TOO_DEEP, null));
        assertThat(judge(with("\"a\":" + "[".repeat(400_000) + "]".repeat(400_000))))
                .isEqualTo(rejected(Reason.TOO_DEEP, null));
        assertThat(judge(with("\"a\":" + "[".repeat(400_000)))).isEqualTo(rejected(Reason.NOT_JSON, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"a\":1e400", "\"a\":{\"b\":[1,-1e999]}"})
    void numbersTooLargeForADouble(String members) {
        assertThat(judge(with(members))).isEqualTo(rejected(Reason.MISFIT, null));
    }

    @Test
    void otherNumbersAndStringsAreFree() {
        assertThat(judge(with("\"a\":1e300,\"b\":99999999999999999999,\"c\":\"1e400\",\"d\":-1e-400")))
                .isEqualTo(new Verdict.Clean("7"));
    }

    @Test
    void keysAndNestingComeBeforeMisfitsInTheTextsOrder() {
        assertThat(judge(with("\"total_amount\":\"x\",\"a\":1e400,\"b\":{\"c\":1,\"c\":1}")))
                .isEqualTo(rejected(Reason.MISFIT, null));
        assertThat(judge(with("\"total_amount\":\"x\",\"b\":{\"c\":1,\"c\":1},\"a\":1e400")))
                .isEqualTo(rejected(Reason.DUPLICATE_KEY, null));
    }

    // --- Generated trips ---

    static Stream<Rejection> unclean() {
        return TableValidatorTests.unclean();
    }

    @ParameterizedTest
    @MethodSource("unclean")
    void whatPlainValidationRejectsKeepsItsReason(Rejection kind) {
        assertThat(strict.judge(new TripGenerator(5).unclean(kind))).isEqualTo(new Verdict.Unclean(kind));
    }

    @ParameterizedTest
    @FieldSource("io.github.taxitrips.local.producer.TripGenerator#MISFITS")
    void everyKindOfMisfitIsRejectedForItsOwnReason(Rejection kind) {
        byte[] misfit = new TripGenerator(5).unclean(kind);
        assertThat(strict.judge(misfit)).isEqualTo(new Verdict.Unclean(kind));
        assertThat(plain.judge(misfit)).isInstanceOf(Verdict.Clean.class);
    }

    /** Puts the value in the column, in place of what stands there. */
    private static String with(String column, String value) {
        String member = "\"" + column + "\":";
        return TRIP.contains(member) ? TRIP.replaceAll(member + "[^,}]+", member + value) : with(member + value);
    }

    private static String with(String members) {
        return TRIP.replace("}", "," + members + "}");
    }

    private void assertFits(String column, String value) {
        assertThat(judge(with(column, value))).isInstanceOf(Verdict.Clean.class);
    }

    private void assertMisfit(String column, String value) {
        String trip = with(column, value);
        assertThat(judge(trip)).isEqualTo(rejected(Reason.MISFIT, column));
        assertThat(plain.judge(trip.getBytes(UTF_8))).isInstanceOf(Verdict.Clean.class);
    }

    private Verdict judge(String text) {
        return strict.judge(text.getBytes(UTF_8));
    }

    private static Verdict.Unclean rejected(Reason reason, String field) {
        return new Verdict.Unclean(reason, field);
    }
}
