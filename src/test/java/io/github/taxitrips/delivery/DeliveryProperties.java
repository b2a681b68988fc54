package io.github.taxitrips.delivery;

import static io.github.taxitrips.delivery.ScriptedSender.INTERNAL;
import static io.github.taxitrips.delivery.ScriptedSender.THROTTLED;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.intake.Document;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.springframework.core.retry.RetryPolicy;

class DeliveryProperties {

    private static final int LARGEST = 1_024_000;
    private static final ExecutorService THREADS = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
    });

    @Property(tries = 150)
    void callsHoldEveryRecordOnceInOrderWithinTheLimits(@ForAll("lengths") @Size(max = 3_000) List<Integer> lengths) {
        List<FirehoseRecord> records = Packer.records(
                lengths.stream().map(length -> Documents.ofLength(0, length)).toList(), 0);
        List<List<FirehoseRecord>> calls = Packer.calls(records);

        assertThat(calls.stream().flatMap(List::stream).toList()).isEqualTo(records);
        for (int i = 0; i < calls.size(); i++) {
            List<FirehoseRecord> call = calls.get(i);
            assertThat(call).hasSizeBetween(1, 500);
            assertThat(bytes(call)).isLessThanOrEqualTo(4_194_304);
            if (i > 0) {
                // No record could have gone into the call before.
                List<FirehoseRecord> before = calls.get(i - 1);
                assertThat(before.size() == 500 || bytes(before) + call.get(0).data().length > 4_194_304)
                        .isTrue();
            }
        }
    }

    @Property(tries = 300)
    void packedRecordsHoldEveryDocumentOnceInOrderWithinTheSize(
            @ForAll("lengths") @Size(max = 500) List<Integer> lengths,
            @ForAll @IntRange(min = 0, max = 100_000) int maxBytes) {
        List<Document> documents = new ArrayList<>();
        lengths.forEach(length -> documents.add(Documents.ofLength(documents.size(), length)));
        List<FirehoseRecord> records = Packer.records(documents, maxBytes);

        assertThat(records.stream()
                        .flatMap(record -> record.documents().stream())
                        .map(Document::id))
                .containsExactlyElementsOf(documents.stream().map(Document::id).toList());
        for (FirehoseRecord record : records) {
            assertThat(record.data().length)
                    .isEqualTo(record.documents().stream()
                            .mapToInt(document -> document.json().length)
                            .sum());
            assertThat(record.data().length <= maxBytes || record.documents().size() == 1)
                    .isTrue();
            assertThat(record.documents().size()).isLessThanOrEqualTo(500);
        }
    }

    @Property(tries = 500)
    void everyDocumentIsEitherDeliveredOrReportedAndNoneIsLost(
            @ForAll @IntRange(min = 0, max = 1_600) int size,
            @ForAll @IntRange(min = 0, max = 4) int retries,
            @ForAll @IntRange(min = 1, max = 5) int concurrency,
            @ForAll @IntRange(min = 0, max = 100) int maxRecordBytes,
            @ForAll boolean leaveTotalFailure,
            @ForAll @DoubleRange(min = 0, max = 1) double failingRecords,
            @ForAll @DoubleRange(min = 0, max = 0.7) double failingCalls,
            @ForAll @DoubleRange(min = 0, max = 0.1) double refusedCalls,
            @ForAll @IntRange(min = 1, max = 60) int secondsLeft,
            @ForAll long seed) {
        Random random = new Random(seed);
        List<Document> documents = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            documents.add(Documents.of(i, i + " ".repeat(random.nextInt(20))));
        }
        VirtualTime time = new VirtualTime();
        ScriptedSender sender = new ScriptedSender(records -> {
            synchronized (random) {
                time.now.addAndGet(100);
                if (random.nextDouble() < refusedCalls) {
                    throw ScriptedSender.callFailure(new RecordError("AccessDeniedException", "no"), false);
                }
                if (random.nextDouble() < failingCalls) {
                    throw ScriptedSender.callFailure(THROTTLED, true);
                }
                Map<Integer, RecordError> errors = new HashMap<>();
                for (int i = 0; i < records.size(); i++) {
                    if (random.nextDouble() < failingRecords) {
                        errors.put(i, random.nextBoolean() ? THROTTLED : INTERNAL);
                    }
                }
                return errors;
            }
        });
        RetryPolicy policy = RetryPolicy.builder()
                .maxRetries(retries)
                .predicate(failure -> failure instanceof FirehoseCallException call && call.isTransient())
                .build();
        Delivery.Settings settings =
                new Delivery.Settings(Duration.ofMillis(500), Duration.ofSeconds(1), concurrency, maxRecordBytes);

        DeliveryOutcome outcome = new Delivery(sender, policy, settings, THREADS, time)
                .deliver(documents, () -> secondsLeft * 1_000L, leaveTotalFailure);

        List<Integer> taken = ids(sender.taken);
        List<Integer> delivered = outcome.delivered().stream()
                .map(document -> Integer.valueOf(document.id()))
                .toList();
        List<Integer> undelivered = outcome.undelivered().stream()
                .map(failure -> Integer.valueOf(failure.document().id()))
                .toList();
        assertThat(taken).doesNotHaveDuplicates();
        assertThat(delivered).isSorted().hasSameElementsAs(taken);
        assertThat(undelivered).isSorted().doesNotHaveDuplicates();
        assertThat(Collections.disjoint(new HashSet<>(taken), undelivered)).isTrue();
        assertThat(delivered.size() + undelivered.size()).isEqualTo(size);
        assertThat(outcome.traffic().calls()).hasSize(sender.calls.size());
        assertThat(outcome.traffic().concurrency()).isBetween(size == 0 || sender.calls.isEmpty() ? 0 : 1, concurrency);
        assertThat(outcome.traffic().attempts()).isBetween(size == 0 ? 0 : 1, retries + 1);
        assertThat(outcome.end() == DeliveryOutcome.End.DELIVERED).isEqualTo(undelivered.isEmpty());
        // What was sent beyond the first time was sent as a retry; where the delivery was cut short some was not sent.
        int sent = sender.calls.stream().mapToInt(call -> ids(call).size()).sum();
        switch (outcome.end()) {
            case REFUSED, OUT_OF_TIME ->
                assertThat(sent).isLessThanOrEqualTo(size + outcome.traffic().retried());
            default -> assertThat(sent).isEqualTo(size + outcome.traffic().retried());
        }
        sender.calls.forEach(call -> assertThat(ids(call)).isSorted());
    }

    private static List<Integer> ids(List<byte[]> records) {
        return records.stream()
                .flatMap(data -> new String(data, UTF_8).lines())
                .map(line -> Integer.valueOf(line.strip()))
                .toList();
    }

    @Provide
    Arbitrary<List<Integer>> lengths() {
        return Arbitraries.frequencyOf(
                        Tuple.of(20, Arbitraries.integers().between(1, 2_000)),
                        Tuple.of(2, Arbitraries.integers().between(8_380, 8_400)),
                        Tuple.of(1, Arbitraries.of(LARGEST, LARGEST - 1, 524_288, 98_304)))
                .list();
    }

    private static long bytes(List<FirehoseRecord> call) {
        return call.stream().mapToLong(record -> record.data().length).sum();
    }
}
