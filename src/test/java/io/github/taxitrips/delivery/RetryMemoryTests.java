package io.github.taxitrips.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import io.github.taxitrips.intake.Document;
import io.github.taxitrips.intake.UserRecord;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetryMemoryTests {

    private final RetryMemory memory = new RetryMemory(3);

    @Test
    void knowsWhatWasDelivered() {
        List<Document> documents = Documents.of(3);
        memory.remember(documents.subList(1, 2));
        assertThat(memory.undelivered(Documents.of(3))).extracting(Document::id).containsExactly("0", "2");
    }

    @Test
    void tellsApartStreamShardSequenceNumberPlaceAndPayload() {
        memory.remember(List.of(Documents.of("s", "shardId-1", 7, 1, "a")));
        List<Document> others = List.of(
                Documents.of("t", "shardId-1", 7, 1, "a"),
                Documents.of("s", "shardId-2", 7, 1, "a"),
                Documents.of("s", "shardId-1", 8, 1, "a"),
                Documents.of("s", "shardId-1", 7, 0, "a"),
                Documents.of("s", "shardId-1", 7, 1, "b"));
        assertThat(memory.undelivered(others)).isEqualTo(others);
        assertThat(memory.undelivered(List.of(Documents.of("s", "shardId-1", 7, 1, "a"))))
                .isEmpty();
    }

    @Test
    void fullMemoryDropsTheOldest() {
        memory.remember(Documents.of(5));
        assertThat(memory.size()).isEqualTo(3);
        assertThat(memory.undelivered(Documents.of(5))).extracting(Document::id).containsExactly("0", "1");
    }

    @Test
    void withoutCapacityNothingIsRemembered() {
        RetryMemory none = new RetryMemory(0);
        none.remember(Documents.of(2));
        assertThat(none.size()).isZero();
    }

    @Test
    void successForgetsItsShardUpToItsLastRecord() {
        memory.remember(List.of(
                Documents.of("s", "shardId-1", 7, 0, "a"),
                Documents.of("s", "shardId-1", 9, 0, "a"),
                Documents.of("s", "shardId-2", 7, 0, "a")));
        memory.forget(List.of(Documents.carrier("s", "shardId-1", 6), Documents.carrier("s", "shardId-1", 8)));
        assertThat(memory.undelivered(List.of(
                        Documents.of("s", "shardId-1", 7, 0, "a"),
                        Documents.of("s", "shardId-1", 9, 0, "a"),
                        Documents.of("s", "shardId-2", 7, 0, "a"))))
                .extracting(Document::id)
                .containsExactly("7");
    }

    @Test
    void sequenceNumbersAreComparedAsNumbers() {
        memory.remember(List.of(Documents.of("s", "shardId-1", 100, 0, "a")));
        memory.forget(List.of(Documents.carrier("s", "shardId-1", 99)));
        assertThat(memory.size()).isEqualTo(1);
    }

    @Test
    void recordsThatDoNotTellTheirPlaceAreNeverTakenForDelivered() {
        KinesisEventRecord bare = new KinesisEventRecord();
        KinesisEventRecord odd = Documents.carrier("s", "shardId-1", 7);
        odd.setEventID("no colon");
        KinesisEventRecord words = Documents.carrier("s", "shardId-1", 7);
        words.getKinesis().setSequenceNumber("seven");
        for (KinesisEventRecord carrier : List.of(bare, odd, words)) {
            Document document = new Document(new UserRecord(carrier, 0, new byte[] {1}), "x", new byte[] {1});
            memory.remember(List.of(document));
            memory.forget(List.of(carrier));
            assertThat(memory.undelivered(List.of(document))).containsExactly(document);
        }
        assertThat(memory.size()).isZero();
    }
}
