package io.github.taxitrips.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.delivery.DeliveryOutcome.Failure;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PartialBatchResponseTests {

    @Test
    void nothingFailed() {
        assertThat(PartialBatchResponse.of(List.of())).contains("{\"batchItemFailures\":[]}");
    }

    @Test
    void lowestIsComparedAsNumber() {
        assertThat(PartialBatchResponse.of(failures(100, 99, 1_000)))
                .contains("{\"batchItemFailures\":[{\"itemIdentifier\":\"99\"}]}");
    }

    @Test
    void withoutASequenceNumberThereIsNothingToReport() {
        List<Failure> failures = failures(7, 8);
        failures.get(1).document().source().carrier().getKinesis().setSequenceNumber(null);
        assertThat(PartialBatchResponse.of(failures)).isEmpty();
    }

    private static List<Failure> failures(Integer... sequenceNumbers) {
        return Stream.of(sequenceNumbers)
                .map(number -> new Failure(Documents.of(number, "x"), new RecordError("Code", "message")))
                .toList();
    }
}
