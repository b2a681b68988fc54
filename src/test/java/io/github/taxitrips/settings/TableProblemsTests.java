package io.github.taxitrips.settings;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.local.producer.TableFile;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.FileSystemResource;

/** A table that could not do its work is told at the start, with the place and the remedy. */
class TableProblemsTests {

    @ParameterizedTest
    @ValueSource(strings = {"application.yml", "docs/readings.yml"})
    void shippedTablesAreRight(String file) {
        assertThat(TableFile.read(new FileSystemResource(Path.of(file))).problems())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "- {type: int}                                         | columns[1].name         | lower-case letters",
                "- {name: Größe, type: int}                            | columns[1].name         | lower-case letters",
                "- {name: hour, type: int}                             | columns[1].name         | partitions",
                "- {name: id, type: int}                               | columns[1].name         | there once",
                "- {name: v}                                           | columns[1].type         | string, boolean",
                "- {name: v, type: 'decimal(39,2)'}                    | columns[1].type         | decimal(p,s)",
                "- {name: v, type: 'decimal(2,3)'}                     | columns[1].type         | decimal(p,s)",
                "- {name: v, type: INT}                                | columns[1].type         | string, boolean",
                "- {name: v, type: string, min: 1}                     | columns[1].min          | no number's",
                "- {name: v, type: boolean, max: 1}                    | columns[1].max          | no number's",
                "- {name: v, type: date, non-zero: true}               | columns[1].non-zero     | no number's",
                "- {name: v, type: int, min: 3, max: 2}                | columns[1].min          | no more than max, which is 2",
                "- {name: v, type: int, equals: 1, one-of: [1]}        | columns[1].equals       | beside one-of",
                "- {name: v, type: int, one-of: []}                    | columns[1].one-of       | at least one",
                "- {name: v, type: int, one-of: [1, two]}              | columns[1].one-of       | a number",
                "- {name: v, type: boolean, equals: 'yes'}             | columns[1].equals       | true or false",
                "- {name: v, type: date, equals: 2026}                 | columns[1].equals       | not-before",
                "- {name: v, type: string, max-length: -1}             | columns[1].max-length   | 0 or more",
                "- {name: v, type: string, pattern: '[a'}              | columns[1].pattern      | RE2",
                "- {name: v, type: string, pattern: '(a)\\1'}          | columns[1].pattern      | back-references",
                "- {name: v, type: string, pattern: 'a(?=b)'}          | columns[1].pattern      | look-around",
                "- {name: v, type: timestamp, not-before: v}           | columns[1].not-before   | another column",
                "- {name: v, type: timestamp, not-before: id}          | columns[1].not-before   | same type",
                "- {name: v, type: int, not-before: id}                | columns[1].not-before   | date or timestamp",
                "members: [{name: 'a\\b', equals: 1}]                  | members[0].name         | characters other than",
                "members: [{name: ID}]                                 | members[0].name         | upper and lower case",
                "members: [{name: v, min: 1}]                          | members[0].min          | give it one",
            })
    void isTold(String line, String setting, String remedy) {
        assertThat(table("id", line.startsWith("members") ? line : "  " + line).problems())
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.setting()).isEqualTo(setting);
                    assertThat(problem.remedy()).contains(remedy);
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "ID", "v"})
    void idNamesARequiredMember(String id) {
        assertThat(table(id, "  - {name: v, type: int}").problems())
                .containsExactly(new Table.Problem("id", "must name a column or member that is required"));
    }

    @Test
    void aTableHasColumnsButNotTooMany() {
        assertThat(new Table("t", "id", List.of(), List.of()).problems())
                .extracting(Table.Problem::setting)
                .containsExactly("columns", "id");
        Table.Member column = Table.Member.column("v", "int");
        assertThat(new Table("t", "id", Collections.nCopies(1_001, column), List.of()).problems())
                .contains(new Table.Problem("columns", "must be at most 1000 together with the members"));
    }

    private static Table table(String id, String line) {
        return TableFile.read(new ByteArrayResource("""
                taxi-trips:
                  table:
                    name: t
                    id: %s
                    columns:
                      - {name: id, type: bigint, required: true}
                    %s
                """.formatted(id, line).getBytes(UTF_8)));
    }
}
