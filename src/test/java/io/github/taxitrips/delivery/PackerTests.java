package io.github.taxitrips.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.intake.Document;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PackerTests {

    @Test
    void nothingGivesNothing() {
        assertThat(Packer.records(List.of(), 0)).isEmpty();
        assertThat(Packer.records(List.of(), 65_536)).isEmpty();
        assertThat(Packer.calls(List.of())).isEmpty();
    }

    @Test
    void withoutPackingEachDocumentHasARecordThatEndsInOneNewline() {
        assertThat(packed(0, "a", "b\n", "c\n\n", "d\r")).containsExactly("a\n", "b\n", "c\n\n", "d\r\n");
    }

    @Test
    void packedDocumentsFollowOneAnotherEachOnItsLine() {
        assertThat(packed(100, "{1}", "{2}\n", "{3}")).containsExactly("{1}\n{2}\n{3}\n");
    }

    @Test
    void sizeIsKeptToTheByte() {
        assertThat(packed(8, "{1}", "{2}\n", "{3}")).containsExactly("{1}\n{2}\n", "{3}\n");
        assertThat(packed(7, "{1}", "{2}\n", "{3}")).containsExactly("{1}\n", "{2}\n", "{3}\n");
        assertThat(packed(9, "{1}", "{22}", "{3}")).containsExactly("{1}\n{22}\n", "{3}\n");
    }

    @Test
    void recordHoldsAtMostFiveHundredDocuments() {
        String[] documents = IntStream.range(0, 1_200).mapToObj(i -> "{}").toArray(String[]::new);
        assertThat(packed(65_536, documents))
                .extracting(record -> record.lines().count())
                .containsExactly(500L, 500L, 200L);
    }

    @Test
    void largerDocumentHasARecordOfItsOwn() {
        assertThat(packed(10, "{1}", "{a long one}", "{2}", "{3}"))
                .containsExactly("{1}\n", "{a long one}\n", "{2}\n{3}\n");
    }

    @Test
    void bytesAreNotCopiedWhereNothingChanges() {
        Document document = Documents.of(1, "{}\n");
        assertThat(Packer.records(List.of(document), 65_536).get(0).data()).isSameAs(document.json());
    }

    @Test
    void fiveHundredRecordsFitOneCall() {
        assertThat(calls(IntStream.generate(() -> 10).limit(500))).containsExactly(500);
        assertThat(calls(IntStream.generate(() -> 10).limit(501))).containsExactly(500, 1);
        assertThat(calls(IntStream.generate(() -> 10).limit(1_000))).containsExactly(500, 500);
    }

    @Test
    void fourMebibytesFitOneCallToTheByte() {
        int largest = 1_024_000;
        int rest = 4 * 1_024 * 1_024 - 4 * largest;
        assertThat(calls(IntStream.of(largest, largest, largest, largest, rest)))
                .containsExactly(5);
        assertThat(calls(IntStream.of(largest, largest, largest, largest, rest + 1)))
                .containsExactly(4, 1);
        assertThat(calls(IntStream.of(rest, largest, largest, largest, largest, 1)))
                .containsExactly(5, 1);
        assertThat(calls(IntStream.of(rest + 1, largest, largest, largest, largest, 1)))
                .containsExactly(4, 2);
    }

    /** As many as may be under way, as long as each has 256 KiB. */
    @ParameterizedTest
    @CsvSource({"1, 262144, 4", "2, 262144, '2, 2'", "9, 262144, '2, 2'", "9, 262142, 4"})
    void bytesAreSharedOutAmongCallsSideBySide(int concurrency, int length, String sizes) {
        List<Document> documents = Stream.of(length, 1, length, 1)
                .map(bytes -> Documents.ofLength(0, bytes))
                .toList();
        assertThat(Packer.calls(Packer.records(documents, 0), concurrency).stream()
                        .map(call -> Integer.toString(call.size()))
                        .collect(Collectors.joining(", ")))
                .isEqualTo(sizes);
    }

    private static List<String> packed(int maxBytes, String... documents) {
        List<Document> all =
                Stream.of(documents).map(json -> Documents.of(0, json)).toList();
        return Packer.records(all, maxBytes).stream()
                .map(record -> new String(record.data(), UTF_8))
                .toList();
    }

    private static Stream<Integer> calls(IntStream lengths) {
        List<Document> documents =
                lengths.mapToObj(length -> Documents.ofLength(0, length)).toList();
        return Packer.calls(Packer.records(documents, 0)).stream().map(List::size);
    }
}
