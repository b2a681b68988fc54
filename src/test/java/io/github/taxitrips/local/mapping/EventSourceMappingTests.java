package io.github.taxitrips.local.mapping;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventSourceMappingTests {

    private final List<String> invocations = new ArrayList<>();
    private final List<DiscardedBatch> discarded = new ArrayList<>();
    private final VirtualTime time = new VirtualTime();
    private Function<String, String> answer = batch -> "";

    @Test
    void batchesComeInOrder() {
        run(settings().batchSize(3), shard(0, 8));
        assertThat(invocations).containsExactly("0-0 0-1 0-2", "0-3 0-4 0-5", "0-6 0-7");
    }

    @Test
    void batchSizeIsAHundredByDefault() {
        run(settings(), shard(0, 101));
        assertThat(invocations).hasSize(2).last().isEqualTo("0-100");
    }

    @Test
    void shardsTakeTurnsAndDoNotWaitForEachOther() {
        answer = failing("0-0", 2);
        run(settings().batchSize(2), shard(0, 3), shard(1, 4));
        assertThat(invocations).containsExactly("0-0 0-1", "1-0 1-1", "0-0 0-1", "1-2 1-3", "0-0 0-1", "0-2");
    }

    @Test
    void batchIsNoLargerThanAnEvent() {
        MemoryShard shard = new MemoryShard("arn", 0, time);
        for (int i = 0; i < 5; i++) {
            shard.put("key", new byte[2_000_000]);
        }
        shard.put("key", new byte[10_000_000]);
        List<Integer> sizes = new ArrayList<>();
        run(settings(), List.of(shard), event -> {
            sizes.add(event.getRecords().size());
            return "";
        });
        assertThat(sizes).containsExactly(2, 2, 1, 1);
    }

    @Test
    void recordsThatArriveLaterAreReadLater() {
        MemoryShard shard = shard(0, 1);
        EventSourceMapping mapping = mapping(settings(), List.of(shard), this::invoke);
        mapping.run();
        assertThat(mapping.step()).isFalse();
        shard.put("key", "late".getBytes(UTF_8));
        mapping.run();
        assertThat(invocations).containsExactly("0-0", "late");
    }

    @Test
    void failedBatchIsRetriedUntilItSucceeds() {
        answer = failing("0-0", 500);
        EventSourceMapping mapping = run(settings().batchSize(2), shard(0, 3));
        assertThat(mapping.status().invocations()).isEqualTo(502);
        assertThat(mapping.status().failed()).isEqualTo(500);
        assertThat(invocations.subList(499, 502)).containsExactly("0-0 0-1", "0-0 0-1", "0-2");
        assertThat(discarded).isEmpty();
    }

    @Test
    void afterTheLastRetryTheBatchIsDiscarded() {
        answer = failing("0-0", 9);
        run(settings().batchSize(2).maximumRetryAttempts(2), shard(0, 3));
        assertThat(invocations).containsExactly("0-0 0-1", "0-0 0-1", "0-0 0-1", "0-2");
        assertDiscarded("RetryAttemptsExhausted", 2, 3);
    }

    @Test
    void recordsOverTheMaximumAgeAreDiscardedUnseen() {
        MemoryShard shard = shard(0, 2);
        time.pass(Duration.ofSeconds(61));
        shard.put("key", "young".getBytes(UTF_8));
        run(settings().maximumRecordAge(Duration.ofSeconds(60)), shard);
        assertThat(invocations).containsExactly("young");
        assertDiscarded("RecordAgeExceeded", 2, 0);
    }

    @Test
    void recordsOfTheMaximumAgeAreNotDiscarded() {
        MemoryShard shard = shard(0, 2);
        time.pass(Duration.ofSeconds(60));
        run(settings().maximumRecordAge(Duration.ofSeconds(60)), shard);
        assertThat(invocations).containsExactly("0-0 0-1");
    }

    @Test
    void retriesEndWhenRecordsGrowTooOld() {
        answer = batch -> {
            time.pass(Duration.ofSeconds(20));
            throw new IllegalStateException("down");
        };
        run(settings().maximumRecordAge(Duration.ofSeconds(60)), shard(0, 2));
        assertThat(invocations).hasSize(4);
        assertDiscarded("RecordAgeExceeded", 2, 4);
    }

    @Test
    void bisectionIsolatesABadRecordAndKeepsTheOrder() {
        answer = failing("0-3", Integer.MAX_VALUE);
        run(settings().batchSize(5).bisectBatchOnFunctionError(true).maximumRetryAttempts(1), shard(0, 6));
        assertThat(invocations)
                .containsExactly(
                        "0-0 0-1 0-2 0-3 0-4", "0-0 0-1", "0-2 0-3 0-4", "0-2", "0-3 0-4", "0-3", "0-3", "0-4", "0-5");
        assertThat(discarded).extracting(batch -> batch.records().size()).containsExactly(1);
    }

    @Test
    void splitIsNoRetry() {
        answer = failing("0-1", Integer.MAX_VALUE);
        run(settings().batchSize(2).bisectBatchOnFunctionError(true).maximumRetryAttempts(0), shard(0, 2));
        assertThat(invocations).containsExactly("0-0 0-1", "0-0", "0-1");
        assertDiscarded("RetryAttemptsExhausted", 1, 1);
    }

    @Test
    void reportedFailuresAreRetriedFromTheLowestOn() {
        answer = once("0-0", "{\"batchItemFailures\":[%s,%s]}".formatted(item(3), item(1)));
        EventSourceMapping mapping = run(settings().batchSize(4).reportBatchItemFailures(true), shard(0, 5));
        assertThat(invocations).containsExactly("0-0 0-1 0-2 0-3", "0-1 0-2 0-3", "0-4");
        assertThat(mapping.status().partial()).isEqualTo(1);
        assertThat(mapping.status().failed()).isZero();
    }

    @Test
    void reportOfTheFirstRecordRetriesTheWholeBatch() {
        answer = once("0-0", "{\"batchItemFailures\":[%s]}".formatted(item(0)));
        run(settings().batchSize(2).reportBatchItemFailures(true).bisectBatchOnFunctionError(true), shard(0, 2));
        assertThat(invocations).containsExactly("0-0 0-1", "0-0 0-1");
    }

    @Test
    void goingOnFromAReportIsARetry() {
        answer = batch -> "{\"batchItemFailures\":[%s]}".formatted(item(Integer.parseInt(batch.substring(2, 3)) + 1));
        run(settings().batchSize(4).reportBatchItemFailures(true).maximumRetryAttempts(1), shard(0, 4));
        assertThat(invocations).containsExactly("0-0 0-1 0-2 0-3", "0-1 0-2 0-3");
        assertThat(discarded).extracting(batch -> batch.records().size()).containsExactly(2);
    }

    @Test
    void withBisectionTheBatchIsSplitAtTheReportedRecord() {
        answer = batch -> batch.endsWith("0-3") && batch.length() > 3
                ? "{\"batchItemFailures\":[%s]}".formatted(item(Integer.parseInt(batch.substring(2, 3)) + 1))
                : "";
        run(
                settings()
                        .batchSize(4)
                        .reportBatchItemFailures(true)
                        .bisectBatchOnFunctionError(true)
                        .maximumRetryAttempts(0),
                shard(0, 4));
        assertThat(invocations).containsExactly("0-0 0-1 0-2 0-3", "0-1 0-2 0-3", "0-2 0-3", "0-3");
        assertThat(discarded).isEmpty();
    }

    @Test
    void functionErrorIsBisectedThoughFailuresCanBeReported() {
        answer = failing("0-1", 1);
        run(settings().reportBatchItemFailures(true).bisectBatchOnFunctionError(true), shard(0, 3));
        assertThat(invocations).containsExactly("0-0 0-1 0-2", "0-0", "0-1 0-2");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "{}",
                "{\"received\":3}",
                "{\"batchItemFailures\":null}",
                "{\"batchItemFailures\":[]}"
            })
    void nothingReportedIsSuccess(String response) {
        answer = batch -> response;
        run(settings().reportBatchItemFailures(true), shard(0, 3));
        assertThat(invocations).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"batchItemFailures\":[{\"itemIdentifier\":\"\"}]}",
                "{\"batchItemFailures\":[{\"itemIdentifier\":null}]}",
                "{\"batchItemFailures\":[{\"itemIdentifier\":7}]}",
                "{\"batchItemFailures\":[{\"identifier\":\"7\"}]}",
                "{\"batchItemFailures\":[{\"itemIdentifier\":\"7\"}]}",
                "{\"batchItemFailures\":[%s,{\"itemIdentifier\":\"7\"}]}",
                "{\"batchItemFailures\":[\"7\"]}",
                "{\"batchItemFailures\":{}}",
                "{\"batchItemFailures\":",
                "[]",
                "\"text\"",
                "text"
            })
    void badResponseIsACompleteFailure(String response) {
        answer = batch -> invocations.size() == 1 ? response.formatted(item(2)) : "";
        EventSourceMapping mapping = run(settings().reportBatchItemFailures(true), shard(0, 3));
        assertThat(invocations).containsExactly("0-0 0-1 0-2", "0-0 0-1 0-2");
        assertThat(mapping.status().failed()).isEqualTo(1);
        assertThat(mapping.status().partial()).isZero();
    }

    @Test
    void reportIsNotReadUnlessItIsAskedFor() {
        answer = batch -> "{\"batchItemFailures\":[%s]}".formatted(item(0));
        run(settings(), shard(0, 3));
        assertThat(invocations).hasSize(1);
    }

    @Test
    void numbersAreHeldToTheirRange() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings().batchSize(0).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings().batchSize(10_001).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings().maximumRetryAttempts(-2).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings().maximumRetryAttempts(10_001).build());
    }

    private void assertDiscarded(String condition, int records, int invocations) {
        assertThat(discarded)
                .extracting(
                        DiscardedBatch::shardId,
                        batch -> batch.condition().toString(),
                        batch -> batch.records().size(),
                        DiscardedBatch::invocations)
                .containsExactly(tuple("shardId-000000000000", condition, records, invocations));
    }

    /** Fails so many invocations of batches that hold the record. */
    private static Function<String, String> failing(String record, int times) {
        int[] left = {times};
        return batch -> {
            if (List.of(batch.split(" ")).contains(record) && left[0]-- > 0) {
                throw new IllegalStateException("down");
            }
            return "";
        };
    }

    /** Answers the first batch that starts with the record so, and others with nothing. */
    private static Function<String, String> once(String record, String response) {
        boolean[] answered = {false};
        return batch -> {
            if (answered[0] || !batch.startsWith(record)) {
                return "";
            }
            answered[0] = true;
            return response;
        };
    }

    private static String item(int number) {
        MemoryShard shard = new MemoryShard("arn", 0, new VirtualTime());
        for (int i = 0; i < number; i++) {
            shard.put("key", new byte[0]);
        }
        String sequenceNumber = shard.put("key", new byte[0]).getKinesis().getSequenceNumber();
        return "{\"itemIdentifier\":\"" + sequenceNumber + "\"}";
    }

    private MemoryShard shard(int number, int records) {
        MemoryShard shard = new MemoryShard("arn", number, time);
        for (int i = 0; i < records; i++) {
            shard.put("key", (number + "-" + i).getBytes(UTF_8));
        }
        return shard;
    }

    private EventSourceMapping run(MappingSettings.Builder settings, MemoryShard... shards) {
        return run(settings, List.of(shards), this::invoke);
    }

    private EventSourceMapping run(
            MappingSettings.Builder settings, List<MemoryShard> shards, Function<KinesisEvent, String> function) {
        EventSourceMapping mapping = mapping(settings, shards, function);
        mapping.run();
        return mapping;
    }

    private EventSourceMapping mapping(
            MappingSettings.Builder settings, List<MemoryShard> shards, Function<KinesisEvent, String> function) {
        EnvironmentPool pool = new EnvironmentPool(() -> ExecutionEnvironment.of(function), 0, 0, 1);
        return new EventSourceMapping(
                settings.build(), shards, Positions.inMemory(), pool, time, discarded::add, invocation -> {});
    }

    static MappingSettings.Builder settings() {
        return MappingSettings.builder();
    }

    private String invoke(KinesisEvent event) {
        String batch =
                event.getRecords().stream().map(EventSourceMappingTests::data).collect(Collectors.joining(" "));
        invocations.add(batch);
        return answer.apply(batch);
    }

    static String data(KinesisEvent.KinesisEventRecord record) {
        return UTF_8.decode(record.getKinesis().getData().duplicate()).toString();
    }
}
