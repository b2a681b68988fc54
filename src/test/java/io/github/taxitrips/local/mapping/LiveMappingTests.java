package io.github.taxitrips.local.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import io.github.taxitrips.settings.TaxiTripsProperties.StartingPosition;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A mapping that lives in a thread of its own, in real time. */
@Timeout(60)
class LiveMappingTests {

    private final MappingLab lab = new MappingLab();
    private final EnvironmentPool pool = new EnvironmentPool(() -> ExecutionEnvironment.of(lab::invoke), 0, 0, 1);
    private @Nullable EventSourceMapping mapping;

    @AfterEach
    void close() {
        if (mapping != null) {
            mapping.close(Duration.ZERO);
        }
        pool.close();
    }

    @Test
    void recordsAreSeenWhenTheyCome() {
        start(MappingSettings.builder());
        await().until(() -> mapping.status().living());
        lab.put("a");
        await().untilAsserted(() -> assertThat(lab.invocations).containsExactly("a"));
        lab.put("b");
        await().untilAsserted(() -> assertThat(lab.invocations).containsExactly("a", "b"));
    }

    @Test
    void batchIsFilledByRecordsThatCome() {
        start(MappingSettings.builder().batchSize(3).maximumBatchingWindow(Duration.ofMinutes(5)));
        for (String record : List.of("a", "b", "c", "d")) {
            lab.put(record);
        }
        await().untilAsserted(() -> assertThat(lab.invocations).containsExactly("a b c"));
    }

    @Test
    void shardsAreUnderWayAtOnce() {
        MemoryShard other = new MemoryShard("arn", 1, lab.time);
        CountDownLatch both = new CountDownLatch(2);
        lab.answer = batch -> {
            both.countDown();
            await().until(() -> both.getCount() == 0);
            return "";
        };
        lab.put("a");
        other.put("key", new byte[] {'b'});
        mapping = new EventSourceMapping(
                MappingSettings.builder().build(),
                List.of(lab.shard, other),
                lab.positions,
                pool,
                Time.SYSTEM,
                lab.onFailure,
                lab.over::add);
        mapping.start();
        await().untilAsserted(() -> assertThat(lab.invocations).containsExactlyInAnyOrder("a", "b"));
    }

    @Test
    void listenerThatFailsHoldsNothingUp() {
        lab.put("a", "b");
        mapping = new EventSourceMapping(
                MappingSettings.builder().batchSize(1).build(),
                List.of(lab.shard),
                lab.positions,
                pool,
                Time.SYSTEM,
                lab.onFailure,
                over -> {
                    throw new IllegalStateException("a listener's own");
                });
        mapping.start();
        await().untilAsserted(() -> assertThat(lab.invocations).containsExactly("a", "b"));
        await().until(() -> lab.shard.recordsAfter(lab.positions.get(lab.shard.id())) == 0);
    }

    @Test
    void closingWaitsForWhatIsUnderWayAndBeginsNothingMore() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch closing = new CountDownLatch(1);
        lab.answer = batch -> {
            begun.countDown();
            await().until(() -> closing.getCount() == 0);
            return "";
        };
        lab.put("a", "b");
        start(MappingSettings.builder().batchSize(1));
        await().until(() -> begun.getCount() == 0);
        Thread closer = new Thread(mapping::close);
        closer.start();
        await().until(() -> closer.getState() == Thread.State.WAITING);
        closing.countDown();
        await().until(() -> !closer.isAlive());
        assertThat(lab.invocations).containsExactly("a");
        assertThat(mapping.status().living()).isFalse();
        assertThat(lab.shard.recordsAfter(lab.positions.get(lab.shard.id()))).isEqualTo(1);
    }

    @Test
    void whatIsNotOverWhenPatienceEndsComesAgain() {
        CountDownLatch end = new CountDownLatch(1);
        lab.answer = batch -> {
            await().until(() -> end.getCount() == 0);
            return "";
        };
        lab.put("a");
        start(MappingSettings.builder());
        await().until(() -> lab.invocations.size() == 1);
        mapping.close(Duration.ofMillis(10));
        assertThat(lab.positions.get(lab.shard.id())).isEqualTo(Positions.TRIM_HORIZON);
        end.countDown();
        lab.answer = batch -> "";
        start(MappingSettings.builder());
        await().until(() -> lab.shard.last().equals(lab.positions.get(lab.shard.id())));
        assertThat(lab.invocations).containsExactly("a", "a");
    }

    @Test
    void troubleWithAShardIsToldOfAndPasses() {
        AtomicInteger reads = new AtomicInteger();
        Shard troubled = new TroubledShard(lab.shard, reads);
        lab.put("a");
        mapping = new EventSourceMapping(
                MappingSettings.builder().build(),
                List.of(troubled),
                lab.positions,
                pool,
                Time.SYSTEM,
                lab.onFailure,
                lab.over::add);
        mapping.start();
        await().untilAsserted(() -> assertThat(lab.invocations).containsExactly("a"));
        assertThat(mapping.status().lastError()).contains("disk trouble");
    }

    /** A shard that cannot be read the first time. */
    private record TroubledShard(MemoryShard shard, AtomicInteger reads) implements Shard {

        @Override
        public String id() {
            return shard.id();
        }

        @Override
        public List<KinesisEventRecord> read(@Nullable String after, int limit) {
            if (reads.getAndIncrement() == 0) {
                throw new IllegalStateException("disk trouble");
            }
            return shard.read(after, limit);
        }

        @Override
        public long recordsAfter(@Nullable String after) {
            return shard.recordsAfter(after);
        }

        @Override
        public @Nullable String last() {
            return shard.last();
        }

        @Override
        public @Nullable String lastBefore(Instant time) {
            return shard.lastBefore(time);
        }

        @Override
        public boolean awaitRecords(@Nullable String after, Duration atMost) throws InterruptedException {
            return shard.awaitRecords(after, atMost);
        }
    }

    @Test
    void changedBatchSizeAndWindowHoldForTheNextBatch() {
        Duration fiveMinutes = Duration.ofMinutes(5);
        start(MappingSettings.builder().batchSize(3).maximumBatchingWindow(fiveMinutes));
        lab.put("a", "b");
        mapping.change(MappingSettings.builder()
                .batchSize(2)
                .maximumBatchingWindow(fiveMinutes)
                .build());
        await().untilAsserted(() -> assertThat(lab.invocations).containsExactly("a b"));
        lab.put("c");
        mapping.change(MappingSettings.builder().batchSize(10).build());
        await().untilAsserted(() -> assertThat(lab.invocations).containsExactly("a b", "c"));
    }

    /** Settings change all the while, with batches of several lanes under way of which some fail. */
    @Test
    void noRecordIsLostOrRepeatedWhileSettingsChange() throws InterruptedException {
        int records = 2_000;
        int keys = 16;
        Set<String> failed = ConcurrentHashMap.newKeySet();
        List<Integer> done = Collections.synchronizedList(new ArrayList<>());
        Set<Integer> sizes = ConcurrentHashMap.newKeySet();
        lab.answer = batch -> {
            List<Integer> numbers =
                    Stream.of(batch.split(" ")).map(Integer::valueOf).toList();
            sizes.add(numbers.size());
            if (numbers.get(0) % 7 == 0 && failed.add(batch)) {
                throw new IllegalStateException("down");
            }
            done.addAll(numbers);
            return "{\"batchItemFailures\":[]}";
        };
        start(MappingSettings.builder().parallelizationFactor(4));
        Random random = new Random(7);
        for (int i = 0; i < records; i++) {
            lab.shard.put("key" + i % keys, String.valueOf(i).getBytes(StandardCharsets.UTF_8));
            if (i % 10 == 0) {
                mapping.change(MappingSettings.builder()
                        .batchSize(1 + random.nextInt(50))
                        .maximumBatchingWindow(Duration.ofMillis(random.nextInt(3)))
                        .bisectBatchOnFunctionError(random.nextBoolean())
                        .reportBatchItemFailures(random.nextBoolean())
                        .parallelizationFactor(4)
                        .build());
                Thread.sleep(1);
            }
        }
        await().until(() -> mapping.status().shards().get(0).waiting() == 0);
        assertThat(done)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, records).boxed().toList());
        for (int key = 0; key < keys; key++) {
            int wanted = key;
            assertThat(done.stream().filter(number -> number % keys == wanted)).isSorted();
        }
        assertThat(failed).isNotEmpty();
        assertThat(sizes).allMatch(size -> size <= 50).hasSizeGreaterThan(5);
        assertThat(lab.positions.get(lab.shard.id())).isEqualTo(lab.shard.last());
    }

    @Test
    void batchIsGivenUpThatHasHadMoreRetriesThanThereAreNow() {
        lab.answer = batch -> {
            throw new IllegalStateException("down");
        };
        lab.put("a");
        start(MappingSettings.builder());
        await().until(() -> lab.invocations.size() > 5);
        mapping.change(MappingSettings.builder().maximumRetryAttempts(2).build());
        await().until(() -> mapping.status().discardedRecords() == 1);
        assertThat(mapping.status().shards().get(0).waiting()).isZero();
    }

    @Test
    void lanesBeginningAndTumblingWindowsCannotChange() {
        start(MappingSettings.builder());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> mapping.change(
                        MappingSettings.builder().parallelizationFactor(2).build()))
                .withMessage(
                        "parallelizationFactor is 1 and cannot become 2 in a mapping that there is: restart with it");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> mapping.change(MappingSettings.builder()
                        .startingPosition(StartingPosition.LATEST)
                        .build()))
                .withMessageContaining("startingPosition is TRIM_HORIZON and cannot become LATEST");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> mapping.change(MappingSettings.builder()
                        .tumblingWindow(Duration.ofMinutes(1))
                        .build()))
                .withMessageContaining("tumblingWindow is PT0S and cannot become PT1M");
        lab.put("a");
        await().untilAsserted(() -> assertThat(lab.invocations).containsExactly("a"));
    }

    @Test
    void startIsOnce() {
        start(MappingSettings.builder());
        assertThatIllegalStateException().isThrownBy(() -> mapping.start()).withMessageContaining("started before");
    }

    @Test
    void statusTellsWhatWaitsAndWhatWentWrong() {
        lab.answer = batch -> {
            if (batch.equals("b")) {
                throw new IllegalStateException("down");
            }
            return "";
        };
        lab.put("a");
        lab.time.pass(Duration.ofSeconds(60));
        lab.put("b", "c");
        EventSourceMapping run = lab.mapping(MappingSettings.builder().batchSize(1));
        run.step();
        run.step();
        lab.time.pass(Duration.ofSeconds(5));
        MappingStatus status = run.status();
        assertThat(status.living()).isFalse();
        assertThat(status.invocations()).isEqualTo(2);
        assertThat(status.failed()).isEqualTo(1);
        assertThat(status.lastError()).contains("down");
        assertThat(status.shards())
                .containsExactly(new MappingStatus.ShardStatus(
                        lab.shard.id(),
                        2,
                        lab.shard.read(null, 1).get(0).getKinesis().getSequenceNumber(),
                        Duration.ofSeconds(5)));
    }

    @Test
    void listenerIsToldOfEachInvocation() {
        lab.put("a", "b");
        lab.answer = batch -> {
            lab.time.pass(Duration.ofSeconds(3));
            if (batch.equals("b")) {
                throw new IllegalStateException("down");
            }
            return "{\"received\":1}";
        };
        EventSourceMapping run = lab.run(MappingSettings.builder().batchSize(1).maximumRetryAttempts(0));
        assertThat(lab.over)
                .containsExactly(
                        new FinishedInvocation(
                                lab.shard.id(), 1, VirtualTime.START, Duration.ofSeconds(3), "{\"received\":1}", null),
                        new FinishedInvocation(
                                lab.shard.id(),
                                1,
                                VirtualTime.START.plusSeconds(3),
                                Duration.ofSeconds(3),
                                null,
                                "java.lang.IllegalStateException: down"));
        assertThat(run.status().discardedBatches()).isEqualTo(1);
        assertThat(run.status().discardedRecords()).isEqualTo(1);
    }

    @Test
    void batchThatTheDestinationDoesNotTakeComesAgain() {
        lab.put("a", "b");
        lab.answer = batch -> {
            throw new IllegalStateException("down");
        };
        lab.onFailure = batch -> {
            if (lab.invocations.size() < 3) {
                throw new UncheckedIOException(new java.io.IOException("disk full"));
            }
            lab.discarded.add(batch);
        };
        lab.run(MappingSettings.builder().maximumRetryAttempts(0));
        assertThat(lab.invocations).containsExactly("a b", "a b", "a b");
        assertThat(lab.discarded).hasSize(1);
    }

    private void start(MappingSettings.Builder settings) {
        mapping = lab.mapping(settings, Time.SYSTEM, pool);
        mapping.start();
    }
}
