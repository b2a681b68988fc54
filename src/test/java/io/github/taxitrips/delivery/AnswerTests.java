package io.github.taxitrips.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.delivery.DeliveryOutcome.Failure;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AnswerTests {

    private static final InvocationReport REPORT =
            new InvocationReport(1, 0, 0, 1, 0, Map.of(), 0, 1, 0, 0, 1, 1, 300, 5_120);
    private static final String COUNTS =
            "{\"received\":1,\"aggregated\":0,\"skipped\":0,\"delivered\":1,\"undelivered\":0,"
                    + "\"rejected\":{},\"quarantined\":0,\"records\":1,\"retried\":0,\"throttled\":0,\"calls\":1,\"concurrency\":1,"
                    + "\"payloadBytes\":300,\"billedBytes\":5120,";

    @Test
    void nothingFailed() {
        assertThat(Answer.of(REPORT, List.of(), null)).contains(COUNTS + "\"batchItemFailures\":[]}");
    }

    @Test
    void lowestIsComparedAsNumber() {
        assertThat(Answer.of(REPORT, failures(100, 99, 1_000), null))
                .contains(COUNTS + "\"batchItemFailures\":[{\"itemIdentifier\":\"99\"}]}");
    }

    @Test
    void sequenceNumbersMayHave129Digits() {
        List<Failure> failures = failures(7);
        String longest = "9".repeat(129);
        failures.get(0).document().source().carrier().getKinesis().setSequenceNumber(longest);
        assertThat(Answer.of(REPORT, failures, null)).get().asString().contains(longest);
    }

    @Test
    void stateIsGivenBackAsItCame() {
        assertThat(Answer.of(REPORT, List.of(), "{\"1\": 2}"))
                .contains(COUNTS + "\"batchItemFailures\":[],\"state\":{\"1\": 2}}");
    }

    @Test
    void withoutASequenceNumberThereIsNothingToReport() {
        List<Failure> failures = failures(7, 8);
        failures.get(1).document().source().carrier().getKinesis().setSequenceNumber(null);
        assertThat(Answer.of(REPORT, failures, null)).isEmpty();
    }

    private static List<Failure> failures(Integer... sequenceNumbers) {
        return Stream.of(sequenceNumbers)
                .map(number -> new Failure(Documents.of(number, "x"), new RecordError("Code", "message")))
                .toList();
    }
}
