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
    void tellsApartStreamShardSequenceNumberPlaceAndPayload() {
        memory.remember(List.of(Documents.of("s", "shardId-1", 7, 1, "a")), null);
        List<Document> others = List.of(
                Documents.of("t", "shardId-1", 7, 1, "a"),
                Documents.of("s", "shardId-2", 7, 1, "a"),
                Documents.of("s", "shardId-1", 8, 1, "a"),
                Documents.of("s", "shardId-1", 7, 0, "a"),
                Documents.of("s", "shardId-1", 7, 1, "b"));
        assertThat(undelivered(others)).isEqualTo(others);
        assertThat(undelivered(List.of(Documents.of("s", "shardId-1", 7, 1, "a"))))
                .isEmpty();
    }

    @Test
    void fullMemoryDropsTheOldest() {
        memory.remember(Documents.of(5), null);
        assertThat(memory.size()).isEqualTo(3);
        assertThat(undelivered(Documents.of(5))).extracting(Document::id).containsExactly("0", "1");
    }

    @Test
    void withoutCapacityNothingIsRemembered() {
        RetryMemory none = new RetryMemory(0);
        none.remember(Documents.of(2), Documents.of(2).get(1).source().carrier());
        assertThat(none.hasFailed(Documents.of(2).get(0).source())).isFalse();
        assertThat(none.size()).isZero();
    }

    @Test
    void successForgetsItsOwnRecordsAndNoOthers() {
        List<Document> documents = List.of(
                Documents.of("s", "shardId-1", 7, 0, "a"),
                Documents.of("s", "shardId-1", 9, 0, "a"),
                Documents.of("s", "shardId-2", 7, 0, "a"));
        memory.remember(documents, null);
        // Of a batch with other partition keys, which was under way at the same time.
        memory.forget(List.of(Documents.of("s", "shardId-1", 10, 0, "a")), Document::source);
        assertThat(undelivered(documents)).isEmpty();
        memory.forget(documents.subList(1, 2), Document::source);
        assertThat(undelivered(documents)).containsExactly(documents.get(1));
    }

    @Test
    void knowsABatchThatFailed() {
        List<Document> batch =
                List.of(Documents.of("s", "shardId-1", 99, 0, "a"), Documents.of("s", "shardId-1", 100, 0, "a"));
        assertThat(memory.hasFailed(batch.get(0).source())).isFalse();
        memory.remember(List.of(), batch.get(1).source().carrier());
        assertThat(memory.hasFailed(batch.get(0).source())).isTrue();
        assertThat(memory.hasFailed(batch.get(1).source())).isTrue();
        assertThat(memory.hasFailed(
                        Documents.of("s", "shardId-1", 1_000, 0, "a").source()))
                .isFalse();
        assertThat(memory.hasFailed(Documents.of("s", "shardId-2", 99, 0, "a").source()))
                .isFalse();
        memory.forget(batch.subList(0, 1), Document::source);
        assertThat(memory.hasFailed(batch.get(1).source())).isTrue();
        memory.forget(batch, Document::source);
        assertThat(memory.hasFailed(batch.get(0).source())).isFalse();
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
            memory.remember(List.of(document), carrier);
            memory.forget(List.of(document), Document::source);
            assertThat(undelivered(List.of(document))).containsExactly(document);
        }
        assertThat(memory.size()).isZero();
    }

    private List<Document> undelivered(List<Document> documents) {
        return memory.undelivered(documents, Document::source);
    }
}
