package io.github.taxitrips.local.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a mapping waits for before an invocation: the batching window, and the back-off before a retry. */
class WaitingTests {

    private static final Duration WINDOW = Duration.ofSeconds(30);

    private final MappingLab lab = new MappingLab();

    /** Batches with the second at which they came. */
    private final List<String> invocations = new ArrayList<>();

    WaitingTests() {
        lab.answer = this::note;
    }

    private String note(String batch) {
        invocations.add(lab.time.second() + ": " + batch);
        return "";
    }

    @Test
    void batchWaitsForTheWindow() {
        lab.put("a");
        lab.time.at(10, () -> lab.put("b", "c"));
        lab.run(MappingSettings.builder().maximumBatchingWindow(WINDOW));
        assertThat(invocations).containsExactly("30: a b c");
    }

    @Test
    void fullBatchDoesNotWait() {
        lab.put("a");
        lab.time.at(10, () -> lab.put("b", "c"));
        lab.run(MappingSettings.builder().maximumBatchingWindow(WINDOW).batchSize(2));
        assertThat(invocations).containsExactly("10: a b", "40: c");
    }

    @Test
    void largeBatchDoesNotWait() {
        lab.shard.put("key", new byte[2_000_000]);
        lab.time.at(5, () -> lab.shard.put("key", new byte[2_000_000]));
        lab.time.at(9, () -> lab.shard.put("key", new byte[2_000_000]));
        List<String> sizes = new ArrayList<>();
        lab.answer = batch -> {
            sizes.add(lab.time.second() + ": " + batch.length());
            return "";
        };
        lab.run(MappingSettings.builder().maximumBatchingWindow(WINDOW));
        assertThat(sizes).containsExactly("9: 4000001", "39: 2000000");
    }

    @Test
    void nextWindowBeginsWhenTheInvocationIsOver() {
        lab.put("a", "b", "c");
        lab.answer = batch -> {
            note(batch);
            lab.time.pass(Duration.ofSeconds(7));
            return "";
        };
        lab.run(MappingSettings.builder().maximumBatchingWindow(WINDOW).batchSize(2));
        assertThat(invocations).containsExactly("0: a b", "37: c");
    }

    @Test
    void lanesWaitEachForItself() {
        lab.put("a1");
        lab.time.at(10, () -> lab.put("b1", "a2"));
        lab.time.at(35, () -> lab.put("b2", "a3"));
        lab.answer = batch -> "";
        lab.run(MappingSettings.builder().maximumBatchingWindow(WINDOW).parallelizationFactor(4));
        assertThat(lab.invocations).containsExactlyInAnyOrder("a1 a2", "b1 b2", "a3");
    }

    @Test
    void retriesAreFurtherAndFurtherApart() {
        lab.put("a");
        lab.answer = batch -> {
            note(batch);
            throw new IllegalStateException("down");
        };
        lab.run(MappingSettings.builder().maximumBackOff(Duration.ofSeconds(10)).maximumRetryAttempts(6));
        assertThat(invocations).containsExactly("0: a", "1: a", "3: a", "7: a", "15: a", "25: a", "35: a");
    }

    @Test
    void otherShardsDoNotWaitForARetryAndSplitsDoNotWaitAtAll() {
        lab.put("a", "b");
        lab.answer = batch -> {
            note(batch);
            if (batch.contains("a") && invocations.size() < 3) {
                throw new IllegalStateException("down");
            }
            return "";
        };
        MemoryShard other = new MemoryShard("arn", 1, lab.time);
        other.put("key", new byte[] {'x'});
        EnvironmentPool pool = new EnvironmentPool(() -> ExecutionEnvironment.of(lab::invoke), 0, 0, 1);
        new EventSourceMapping(
                        MappingSettings.builder()
                                .maximumBackOff(Duration.ofSeconds(10))
                                .bisectBatchOnFunctionError(true)
                                .build(),
                        List.of(lab.shard, other),
                        lab.positions,
                        pool,
                        lab.time,
                        lab.onFailure,
                        lab.over::add)
                .run();
        assertThat(invocations).containsExactly("0: a b", "0: x", "0: a", "0: b");
    }

    @Test
    void batchThatGoesOnFromAReportWaitsAsARetryDoes() {
        lab.put("a", "b");
        lab.answer = batch -> {
            note(batch);
            return batch.equals("a b")
                    ? "{\"batchItemFailures\":[{\"itemIdentifier\":\"%s\"}]}".formatted(lab.shard.last())
                    : "";
        };
        lab.run(MappingSettings.builder().maximumBackOff(Duration.ofSeconds(10)).reportBatchItemFailures(true));
        assertThat(invocations).containsExactly("0: a b", "1: b");
    }

    @ParameterizedTest
    @CsvSource({"1, PT1S", "2, PT2S", "4, PT8S", "5, PT10S", "1000, PT10S"})
    void backOffDoublesUpToItsMaximum(int retry, Duration wait) {
        assertThat(new Backoff(Duration.ofSeconds(10)).before(retry)).isEqualTo(wait);
        assertThat(new Backoff(Duration.ZERO).before(retry)).isZero();
    }

    @Test
    void timesAreHeldToTheirRange() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MappingSettings.builder()
                        .maximumBatchingWindow(Duration.ofMillis(-1))
                        .build())
                .withMessage("maximumBatchingWindow must be from PT0S to PT5M, not PT-0.001S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MappingSettings.builder()
                        .tumblingWindow(Duration.ofSeconds(901))
                        .build())
                .withMessage("tumblingWindow must be from PT0S to PT15M, not PT15M1S");
    }
}
