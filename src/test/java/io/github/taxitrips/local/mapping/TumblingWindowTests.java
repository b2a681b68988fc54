package io.github.taxitrips.local.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import io.github.taxitrips.intake.KinesisEventReader;
import io.github.taxitrips.intake.WindowEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tumbling windows of a minute; the start, 10:20:30, is in the middle of one. */
class TumblingWindowTests {

    private static final JsonMapper JSON = new JsonMapper();

    private final MappingLab lab = new MappingLab();
    private final List<String> invocations = new ArrayList<>();
    private final List<KinesisEvent> events = new ArrayList<>();

    /** What the function makes of the state; it counts records by default. */
    private UnaryOperator<String> answer = state -> "{\"state\":" + state + "}";

    @Test
    void stateIsCarriedThroughTheWindowAndEndsWithIt() {
        lab.put("a", "b", "c");
        lab.time.at(20, () -> lab.put("d"));
        counting();
        run(tumbling().batchSize(2));
        lab.time.pass(Duration.ofSeconds(10));
        lab.put("e");
        run(tumbling().batchSize(2));
        assertThat(invocations)
                .containsExactly(
                        "0: a b {}",
                        "0: c {\"n\":2}",
                        "20: d {\"n\":3}",
                        "30:  {\"n\":4}",
                        "40: e {}",
                        "90:  {\"n\":1}");
    }

    @Test
    void batchHasRecordsOfOneWindow() {
        lab.put("a");
        lab.time.pass(Duration.ofSeconds(30));
        lab.put("b");
        lab.time.pass(Duration.ofSeconds(60));
        lab.put("c");
        run(tumbling());
        assertThat(invocations).containsExactly("90: a {}", "90:  {}", "90: b {}", "90:  {}", "90: c {}", "150:  {}");
    }

    @Test
    void batchingWindowEndsWithTheTumblingOne() {
        lab.put("a");
        lab.time.at(20, () -> lab.put("b"));
        run(tumbling().maximumBatchingWindow(Duration.ofMinutes(5)));
        assertThat(invocations).containsExactly("30: a b {}", "30:  {}");
    }

    @Test
    void positionMovesWhenTheWindowIsClosed() {
        lab.put("a");
        lab.time.at(20, () -> assertThat(lab.positions.get(lab.shard.id())).isEqualTo(Positions.TRIM_HORIZON));
        run(tumbling());
        assertThat(lab.positions.get(lab.shard.id())).isEqualTo(lab.shard.last());
    }

    @Test
    void failedInvocationLeavesTheStateAsItWas() {
        lab.put("a", "b");
        counting();
        UnaryOperator<String> count = answer;
        answer = state -> {
            if (invocations.size() == 2) {
                throw new IllegalStateException("down");
            }
            return count.apply(state);
        };
        run(tumbling().batchSize(1));
        assertThat(invocations).containsExactly("0: a {}", "0: b {\"n\":1}", "0: b {\"n\":1}", "30:  {\"n\":2}");
    }

    @Test
    void answerWithoutStateIsAFailure() {
        lab.put("a");
        answer = state -> invocations.size() < 3 ? "{\"batchItemFailures\":[]}" : "{\"state\":{}}";
        run(tumbling().reportBatchItemFailures(true));
        assertThat(invocations).containsExactly("0: a {}", "0: a {}", "0: a {}", "30:  {}");
        assertThat(lab.over.get(0).error()).contains("no state");
    }

    @Test
    void closingIsTriedWithoutEnd() {
        lab.put("a");
        answer = state -> {
            if (invocations.size() > 1 && invocations.size() < 9) {
                throw new IllegalStateException("down");
            }
            return "{\"state\":{}}";
        };
        run(tumbling().maximumRetryAttempts(1));
        assertThat(invocations).hasSize(9);
        assertThat(lab.discarded).isEmpty();
        assertThat(lab.positions.get(lab.shard.id())).isEqualTo(lab.shard.last());
    }

    @Test
    void stateThatIsTooLargeEndsTheWindowEarly() {
        lab.put("a");
        lab.time.at(10, () -> lab.put("b"));
        String large = "{\"text\":\"" + "x".repeat(1 << 20) + "\"}";
        answer = state -> invocations.size() == 1 ? "{\"state\":" + large + "}" : "{\"state\":{}}";
        run(tumbling());
        assertThat(invocations).containsExactly("0: a {}", "0:  " + large, "10: b {}", "30:  {}");
    }

    @Test
    void parallelizationFactorIsOneInEffect() {
        lab.put("a1", "b1", "c1");
        run(tumbling().parallelizationFactor(10));
        assertThat(invocations).containsExactly("0: a1 b1 c1 {}", "30:  {}");
    }

    @Test
    void givenUpEventSaysWhatTheWindowIs() throws IOException {
        lab.put("a");
        answer = state -> {
            if (invocations.size() == 1) {
                throw new IllegalStateException("down");
            }
            return "{\"state\":{}}";
        };
        run(tumbling().maximumRetryAttempts(0));
        DiscardedBatch batch = lab.discarded.get(0);
        String event = KinesisEventJson.event(batch.shardId(), batch.records(), batch.window());
        JsonNode json = JSON.readTree(event);
        assertThat(json.propertyNames())
                .containsExactlyInAnyOrder(
                        "Records",
                        "window",
                        "state",
                        "shardId",
                        "eventSourceARN",
                        "isFinalInvokeForWindow",
                        "isWindowTerminatedEarly");
        assertThat(json.at("/window/start").stringValue()).isEqualTo("2026-11-22T10:20:00Z");
        assertThat(json.at("/window/end").stringValue()).isEqualTo("2026-11-22T10:21:00Z");
        KinesisEvent read = new KinesisEventReader().read(event.getBytes(StandardCharsets.UTF_8));
        assertThat(read).isInstanceOf(WindowEvent.class);
        assertThat(read.getRecords()).isEqualTo(batch.records());
    }

    @Test
    void closingSaysWhetherItIsEarly() {
        TumblingWindow window = new TumblingWindow(Duration.ofMinutes(1));
        lab.put("a");
        Batch batch = new Batch(lab.shard.read(null, 1), 0, false);
        window.open(batch);
        Instant start = Instant.parse("2026-11-22T10:20:00Z");
        Batch closing = new Batch(List.of(), 0, false);
        assertThat(window.window(batch)).isEqualTo(new Window(start, start.plusSeconds(60), "{}", false, false));
        assertThat(window.window(closing)).isEqualTo(new Window(start, start.plusSeconds(60), "{}", true, false));
        String large = "{\"text\":\"" + "x".repeat(1 << 20) + "\"}";
        window.setState(large);
        assertThat(window.window(batch)).isEqualTo(new Window(start, start.plusSeconds(60), large, false, false));
        assertThat(window.window(closing)).isEqualTo(new Window(start, start.plusSeconds(60), large, true, true));
    }

    private void counting() {
        answer = state -> {
            int before = JSON.readTree(state).path("n").asInt(0);
            int records = events.get(events.size() - 1).getRecords().size();
            return "{\"state\":{\"n\":" + (before + records) + "}}";
        };
    }

    private static MappingSettings.Builder tumbling() {
        return MappingSettings.builder().tumblingWindow(Duration.ofMinutes(1));
    }

    private void run(MappingSettings.Builder settings) {
        EnvironmentPool pool = new EnvironmentPool(() -> ExecutionEnvironment.of(this::invoke), 0, 0, 1);
        lab.mapping(settings, lab.time, pool).run();
    }

    private String invoke(KinesisEvent event) {
        events.add(event);
        String state = ((WindowEvent) event).state();
        invocations.add(lab.time.second() + ": "
                + event.getRecords().stream().map(MappingLab::data).collect(Collectors.joining(" ")) + " " + state);
        return answer.apply(state);
    }
}
