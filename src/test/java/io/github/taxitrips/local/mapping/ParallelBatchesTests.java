package io.github.taxitrips.local.mapping;

import static io.github.taxitrips.local.mapping.EventSourceMappingTests.data;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A parallelization factor above 1. Keys of one letter: "a" to "d" are of different lanes with a factor of 4. */
@Timeout(60)
class ParallelBatchesTests {

    private final VirtualTime time = new VirtualTime();
    private final MemoryShard shard = new MemoryShard("arn", 0, time);
    private final List<DiscardedBatch> discarded = new ArrayList<>();
    private final List<String> invocations = Collections.synchronizedList(new ArrayList<>());

    @Test
    void asManyBatchesOfAShardAreUnderWayAtOnceAsTheFactorSays() {
        put("a1 b1 c1 d1 a2 b2 c2 d2");
        AtomicInteger underWay = new AtomicInteger();
        run(fourLanes().batchSize(1), event -> {
            int fours = (underWay.getAndIncrement() / 4 + 1) * 4;
            await().until(() -> underWay.get() >= fours);
            return note(event);
        });
        assertThat(invocations.subList(0, 4)).containsExactlyInAnyOrder("a1", "b1", "c1", "d1");
        assertThat(invocations.subList(4, 8)).containsExactlyInAnyOrder("a2", "b2", "c2", "d2");
    }

    @Test
    void batchesOfALaneAreFull() {
        put("a1 b1 a2 b2 c1 a3");
        run(fourLanes(), this::note);
        assertThat(invocations).containsExactlyInAnyOrder("a1 a2", "b1 b2", "c1", "a3");
    }

    @Test
    void failedBatchHoldsBackItsLaneOnlyAndTheCheckpointStaysBeforeIt() {
        put("b1 a1 a2 b2 c1 d1 b3 a3 c2 d2");
        AtomicBoolean down = new AtomicBoolean(true);
        EventSourceMapping mapping = mapping(fourLanes(), event -> {
            note(event);
            if (keys(event).contains("a") && down.get()) {
                throw new IllegalStateException("down");
            }
            return "";
        });
        assertThat(mapping.status().shards().get(0).checkpoint()).isNull();
        while (!invocations.containsAll(List.of("a1 a2", "b3", "c1 c2", "d1 d2"))) {
            mapping.step();
        }
        assertThat(invocations).doesNotContain("a3");
        for (int i = 0; i < 20; i++) {
            mapping.step();
        }
        assertThat(mapping.status().shards().get(0).checkpoint()).isEqualTo(sequenceNumber("b1"));

        down.set(false);
        mapping.run();
        assertThat(invocations).endsWith("a1 a2", "a3");
        assertThat(mapping.status().shards().get(0).checkpoint()).isEqualTo(sequenceNumber("d2"));
        assertThat(mapping.status().invocations()).isEqualTo(mapping.status().failed() + 6);
    }

    @Test
    void laneIsBisectedRetriedAndGivenUpByItself() {
        put("a1 a2 b1 b2 a3 b3");
        EventSourceMapping mapping =
                run(fourLanes().bisectBatchOnFunctionError(true).maximumRetryAttempts(1), event -> {
                    note(event);
                    if (event.getRecords().stream()
                            .anyMatch(record -> data(record).equals("a2"))) {
                        throw new IllegalStateException("down");
                    }
                    return "";
                });
        assertThat(of("a")).containsExactly("a1 a2", "a1", "a2", "a2", "a3");
        assertThat(of("b")).containsExactly("b1 b2", "b3");
        assertThat(discarded).singleElement().satisfies(batch -> {
            assertThat(batch.records())
                    .extracting(EventSourceMappingTests::data)
                    .containsExactly("a2");
            assertThat(batch.invocations()).isEqualTo(2);
        });
        assertThat(mapping.status().shards().get(0).checkpoint()).isEqualTo(sequenceNumber("b3"));
    }

    @Test
    void reportOfALaneSaysNothingOfTheOthers() {
        put("a1 b1 a2 b2");
        run(fourLanes().reportBatchItemFailures(true), event -> {
            note(event);
            return keys(event).contains("a") && event.getRecords().size() == 2
                    ? "{\"batchItemFailures\":[{\"itemIdentifier\":\"%s\"}]}".formatted(sequenceNumber("a2"))
                    : "";
        });
        assertThat(of("a")).containsExactly("a1 a2", "a2");
        assertThat(of("b")).containsExactly("b1 b2");
    }

    @Test
    void laneGrowsTooOldByItself() {
        put("a1 a2 b1");
        time.pass(Duration.ofSeconds(61));
        put("a3");
        run(fourLanes().maximumRecordAge(Duration.ofSeconds(60)), this::note);
        assertThat(invocations).containsExactly("a3");
        assertThat(discarded.stream().flatMap(batch -> batch.records().stream()))
                .extracting(EventSourceMappingTests::data)
                .containsExactlyInAnyOrder("a1", "a2", "b1");
    }

    /** Whatever fails: each key in order and never in two batches at once, and nothing left out; a single lane as a whole. */
    @RepeatedTest(20)
    void keysKeepTheirOrder(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        int factor = 1 + repetition.getCurrentRepetition() % 10;
        Map<String, List<String>> sent = new HashMap<>();
        for (int i = 0; i < 300; i++) {
            String key = "key-" + random.nextInt(factor == 1 ? 1 : 25);
            shard.put(key, (key + " " + i).getBytes(UTF_8));
            sent.computeIfAbsent(key, unused -> new ArrayList<>()).add(key + " " + i);
        }
        Map<String, List<String>> done = new HashMap<>();
        Set<String> underWay = new HashSet<>();
        MappingSettings.Builder settings = MappingSettings.builder()
                .parallelizationFactor(factor)
                .batchSize(1 + random.nextInt(20))
                .bisectBatchOnFunctionError(random.nextBoolean())
                .reportBatchItemFailures(true);
        run(settings, event -> {
            List<KinesisEventRecord> records = event.getRecords();
            int succeeded;
            synchronized (done) {
                for (String key : keys(event)) {
                    assertThat(underWay.add(key)).as(key).isTrue();
                }
                succeeded = random.nextInt(2 * records.size());
            }
            LockSupport.parkNanos(50_000); // room for others
            synchronized (done) {
                underWay.removeAll(keys(event));
                if (succeeded == 0) {
                    throw new IllegalStateException("down");
                }
                records.stream().limit(succeeded).forEach(record -> done.computeIfAbsent(
                                record.getKinesis().getPartitionKey(), unused -> new ArrayList<>())
                        .add(data(record)));
                return succeeded < records.size()
                        ? "{\"batchItemFailures\":[{\"itemIdentifier\":\"%s\"}]}"
                                .formatted(records.get(succeeded).getKinesis().getSequenceNumber())
                        : "";
            }
        });
        assertThat(done).isEqualTo(sent);
    }

    @Test
    void environmentHasOneInvocationAtATime() {
        IntStream.range(0, 400).forEach(i -> shard.put("key-" + i, new byte[1]));
        AtomicInteger closed = new AtomicInteger();
        class Exclusive implements ExecutionEnvironment {
            private final AtomicInteger invocations = new AtomicInteger();

            @Override
            public String invoke(KinesisEvent event) {
                assertThat(invocations.incrementAndGet()).isEqualTo(1);
                LockSupport.parkNanos(50_000); // room for others
                invocations.decrementAndGet();
                if (event.getRecords().get(0).hashCode() % 7 == 0) {
                    throw new Lost(null);
                }
                return "";
            }

            @Override
            public void close() {
                assertThat(invocations.get()).isZero();
                closed.incrementAndGet();
            }
        }
        EnvironmentPool pool = new EnvironmentPool(Exclusive::new, 0.5, 0.1, 1);
        MappingSettings.Builder settings = fourLanes().parallelizationFactor(10).maximumRetryAttempts(0);
        new EventSourceMapping(
                        settings.build(),
                        List.of(shard),
                        Positions.inMemory(),
                        pool,
                        time,
                        discarded::add,
                        invocation -> {})
                .run();
        assertThat(pool.started()).isGreaterThanOrEqualTo(10);
        pool.close();
        assertThat(closed.get()).isEqualTo(pool.started());
    }

    @Test
    void errorEndsTheMappingWhenTheOthersAreThrough() {
        put("a1 b1");
        CountDownLatch thrown = new CountDownLatch(1);
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> run(fourLanes(), event -> {
                    if (keys(event).contains("a")) {
                        thrown.countDown();
                        throw new AssertionError("no function throws it");
                    }
                    await().until(() -> thrown.getCount() == 0);
                    return note(event);
                }));
        assertThat(invocations).containsExactly("b1");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 11})
    void factorIsHeldToItsRange(int factor) {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        MappingSettings.builder().parallelizationFactor(factor).build())
                .withMessage("parallelizationFactor must be from 1 to 10, not " + factor);
    }

    private static MappingSettings.Builder fourLanes() {
        return MappingSettings.builder().batchSize(2).parallelizationFactor(4);
    }

    private void put(String records) {
        for (String record : List.of(records.split(" "))) {
            shard.put(record.substring(0, 1), record.getBytes(UTF_8));
        }
    }

    private EventSourceMapping run(MappingSettings.Builder settings, Function<KinesisEvent, String> function) {
        EventSourceMapping mapping = mapping(settings, function);
        mapping.run();
        return mapping;
    }

    private EventSourceMapping mapping(MappingSettings.Builder settings, Function<KinesisEvent, String> function) {
        EnvironmentPool pool = new EnvironmentPool(() -> ExecutionEnvironment.of(function), 0, 0, 1);
        return new EventSourceMapping(
                settings.build(), List.of(shard), Positions.inMemory(), pool, time, discarded::add, invocation -> {});
    }

    private String note(KinesisEvent event) {
        invocations.add(
                event.getRecords().stream().map(EventSourceMappingTests::data).collect(Collectors.joining(" ")));
        return "";
    }

    private List<String> of(String key) {
        return invocations.stream().filter(batch -> batch.startsWith(key)).toList();
    }

    private String sequenceNumber(String record) {
        return shard.read(null, 1_000).stream()
                .filter(candidate -> data(candidate).equals(record))
                .findFirst()
                .orElseThrow()
                .getKinesis()
                .getSequenceNumber();
    }

    private static Set<String> keys(KinesisEvent event) {
        return event.getRecords().stream()
                .map(record -> record.getKinesis().getPartitionKey())
                .collect(Collectors.toSet());
    }
}
