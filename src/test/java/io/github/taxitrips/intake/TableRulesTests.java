package io.github.taxitrips.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.local.producer.TableFile;
import io.github.taxitrips.settings.Table;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.io.ByteArrayResource;

/** Each rule that a table knows, by what it lets pass and what it refuses. */
class TableRulesTests {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "type: string, required: true | 1, \"\", false, [] | null | missing:v",
                "type: string, equals: a-b | \"a-b\", \"a\\u002db\", null | \"A-b\", \"\", 1, [\"a-b\"], true | wrong_value:v",
                "type: string, one-of: [a, '5', 'true'] | \"a\", \"5\", \"true\", null | \"b\", 5, true | wrong_value:v",
                "type: boolean, equals: 'true' | true, null | false, \"true\", 1 | wrong_value:v",
                "type: int, equals: 5 | 5, 5.0, 0.5e1, 500e-2 | 6, 5.0000000001, -5, \"5\", [] | wrong_value:v",
                "type: bigint, one-of: [1, 123456789012345678] | 1, 123456789012345678 | 123456789012345677, 2 | wrong_value:v",
                "type: double, non-zero: true | 1, -0.1, 1e-300 | 0, -0.0, 0e9, 1e-400 | zero:v",
                "type: double, non-zero: true | 1 | \"1\", true, {}, [1] | not_a_number:v",
                "type: int, min: 3 | 3, 3.0, 30, 1e999 | 2, -3, 2.999, 0, -1e999 | too_small:v",
                "type: int, min: 3 | 3 | \"3\", false | not_a_number:v",
                "type: double, max: 0.1 | 0.1, -5, 1e-1 | 0.10000001, 1, 1e999 | too_large:v",
                "type: bigint, max: 123456789012345678 | 123456789012345678 | 123456789012345679 | too_large:v",
                "type: double, min: -90, max: 90 | 90, -90, 0 | 91, 1e2 | too_large:v",
                "type: string, pattern: '[a-z]+' | \"abc\", \"\\u0061\" | \"\", \"aBc\", \"abc1\", 5 | no_match:v",
                "type: bigint, pattern: '.+' | 7, \"a\\nb\", -1 | \"\" | no_match:v",
                "type: bigint, pattern: '.+' | 7 | {}, [7] | not_a_scalar:v",
                "type: string, max-length: 3 | \"abc\", \"\", \"\\ud83d\\ude00ab\", \"äöü\", 123 | \"abcd\", 1234, false | too_long:v",
                "type: string, max-length: 3 | \"abc\" | [], {} | not_a_scalar:v",
                "type: timestamp, not-before: w | \"2026-01-01T00:00:00Z\", 1767225600, 1767225600000, 1767225600.5, null | \"2025-12-31 23:59:59.999999999\", 0 | too_early:v",
                "type: timestamp, not-before: w | \"2026-01-02T00:00:00Z\" | \"today\", \"2026-02-30T00:00:00Z\", true | misfit:v",
            })
    void aRuleLetsPassAndRefuses(String rule, String clean, String unclean, String reason) {
        TableValidator validator = new TableValidator(table("- {name: v, " + rule + "}"), false);
        for (String value : values(clean)) {
            assertThat(judge(validator, value)).as(value).isInstanceOf(Verdict.Clean.class);
        }
        for (String value : values(unclean)) {
            assertThat(judge(validator, value)).as(value).hasToString("Unclean[rejection=" + reason + "]");
        }
    }

    @Test
    void membersAreJudgedBeforeTheIdAndTheIdBeforeTheColumns() {
        TableValidator validator = new TableValidator(table("""
                - {name: v, type: int, required: true, min: 1}
                    members:
                      - {name: kind, equals: reading, required: true}
                """), false);
        String record = "{\"v\":0}";
        assertThat(judgeText(validator, record)).isEqualTo(new Verdict.Unclean(Rejection.Reason.MISSING, "kind"));
        record = record.replace("{", "{\"kind\":1,");
        assertThat(judgeText(validator, record)).isEqualTo(new Verdict.Unclean(Rejection.Reason.WRONG_VALUE, "kind"));
        record = record.replace("1", "\"reading\"");
        assertThat(judgeText(validator, record)).isEqualTo(new Verdict.Unclean(Rejection.Reason.MISSING, "id"));
        record = record.replace("{", "{\"id\":\"r-1\",");
        assertThat(judgeText(validator, record)).isEqualTo(new Verdict.Unclean(Rejection.Reason.TOO_SMALL, "v"));
        assertThat(judgeText(validator, record.replace("0}", "1}"))).isEqualTo(new Verdict.Clean("r-1"));
    }

    @Test
    void columnInAnotherCaseIsTheColumnToTheSchemaCheckAlone() {
        Table table = table("- {name: v, type: int, max: 5}");
        String record = "{\"id\":1,\"w\":null,\"V\":6}";
        assertThat(judgeText(new TableValidator(table, false), record)).isEqualTo(new Verdict.Clean("1"));
        assertThat(judgeText(new TableValidator(table, true), record))
                .isEqualTo(new Verdict.Unclean(Rejection.Reason.TOO_LARGE, "v"));
    }

    @Test
    void aLongTextTakesAPatternNoLongTime() {
        TableValidator validator = new TableValidator(table("- {name: v, type: string, pattern: '(a+)+b'}"), false);
        assertThat(judge(validator, "\"" + "a".repeat(500_000) + "\""))
                .isEqualTo(new Verdict.Unclean(Rejection.Reason.NO_MATCH, "v"));
    }

    @Test
    void manyColumnsAndManyMembersAreFoundInAnyOrder() {
        Table table = table(IntStream.range(0, 200)
                .mapToObj(i -> "- {name: sensor_%03d, type: int, required: true, min: %d}".formatted(i, i))
                .collect(Collectors.joining("\n    ")));
        TableValidator validator = new TableValidator(table, true);
        List<String> members = IntStream.range(0, 1_000)
                .mapToObj(i -> "\"sensor_%03d\":%d".formatted(i, i))
                .collect(Collectors.toList());
        for (int i = 0; i < 20; i++) {
            Collections.shuffle(members, new Random(i));
            String record = "{\"id\":1," + String.join(",", members) + "}";
            assertThat(judgeText(validator, record)).isEqualTo(new Verdict.Clean("1"));
            assertThat(judgeText(validator, record.replace("\"sensor_150\":150", "\"sensor_150\":149")))
                    .isEqualTo(new Verdict.Unclean(Rejection.Reason.TOO_SMALL, "sensor_150"));
        }
    }

    /** A table with the columns id and w, a timestamp, and those given. */
    private static Table table(String columns) {
        return TableFile.read(new ByteArrayResource("""
                taxi-trips:
                  table:
                    name: t
                    id: id
                    columns:
                    - {name: id, type: bigint, required: true}
                    - {name: w, type: timestamp}
                    %s
                """.formatted(columns).getBytes(UTF_8)));
    }

    private static String[] values(String list) {
        return Arrays.stream(list.split(", ")).map(String::strip).toArray(String[]::new);
    }

    private static Verdict judge(TableValidator validator, String value) {
        return judgeText(validator, "{\"id\":1,\"w\":\"2026-01-01T00:00:00Z\",\"v\":" + value + "}");
    }

    private static Verdict judgeText(TableValidator validator, String record) {
        return validator.judge(record.getBytes(UTF_8));
    }
}
