package io.github.taxitrips.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.intake.Document;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Random invocations over a few shards, against a plain record of what was acknowledged. */
class RetryMemoryProperties {

    @Property(tries = 500)
    void skipsOnlyWhatWasAcknowledgedAndForgetsOnSuccess(
            @ForAll @IntRange(min = 0, max = 40) int capacity, @ForAll long seed) {
        Random random = new Random(seed);
        RetryMemory memory = new RetryMemory(capacity);
        Set<String> acknowledged = new HashSet<>();
        for (int invocation = 0; invocation < 40; invocation++) {
            String shard = "shardId-" + random.nextInt(2);
            int first = random.nextInt(30);
            List<Document> batch = new ArrayList<>();
            for (int i = first; i < first + 1 + random.nextInt(10); i++) {
                for (int index = 0; index < 1 + i % 2; index++) {
                    // Now and then another payload under the same number, as hand-made events have.
                    batch.add(Documents.of(Documents.STREAM, shard, i, index, "v" + random.nextInt(10) / 9));
                }
            }
            List<Document> pending = memory.undelivered(batch, Document::source);
            for (Document document : batch) {
                if (!pending.contains(document)) {
                    assertThat(acknowledged).contains(name(document));
                }
            }
            assertThat(memory.size()).isLessThanOrEqualTo(capacity);
            if (random.nextBoolean()) {
                memory.forget(batch, Document::source);
                assertThat(memory.undelivered(batch, Document::source)).isEqualTo(batch);
            } else {
                List<Document> delivered = pending.stream()
                        .filter(document -> random.nextBoolean())
                        .toList();
                delivered.forEach(document -> acknowledged.add(name(document)));
                memory.remember(delivered, batch.get(batch.size() - 1).source().carrier());
                if (delivered.size() <= capacity) {
                    assertThat(memory.undelivered(batch, Document::source))
                            .doesNotContainAnyElementsOf(orNone(delivered));
                }
            }
        }
    }

    private static List<Document> orNone(List<Document> documents) {
        return documents.isEmpty() ? List.of(Documents.of(-1, "none")) : documents;
    }

    private static String name(Document document) {
        return document.source().carrier().getEventID() + "/"
                + document.source().index() + "/" + new String(document.json(), UTF_8);
    }
}
