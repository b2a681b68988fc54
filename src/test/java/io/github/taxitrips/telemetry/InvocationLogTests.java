package io.github.taxitrips.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import io.github.taxitrips.delivery.DeliveryOutcome;
import io.github.taxitrips.delivery.DeliveryOutcome.End;
import io.github.taxitrips.delivery.Invocation;
import io.github.taxitrips.delivery.InvocationReport;
import io.github.taxitrips.delivery.Traffic;
import io.github.taxitrips.intake.Intake;
import io.github.taxitrips.intake.KinesisEventReader;
import io.github.taxitrips.local.KinesisEventWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.boot.json.WritableJson;
import software.amazon.cloudwatchlogs.emf.model.DimensionSet;
import software.amazon.cloudwatchlogs.emf.model.MetricsContext;
import software.amazon.cloudwatchlogs.emf.model.Unit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is logged of an invocation. Lines as Lambda has them are looked at in {@code LambdaContractIT}. */
class InvocationLogTests {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Instant ARRIVAL = Instant.parse("2026-11-29T10:00:00Z");
    private static final Invocation.Request REQUEST =
            new Invocation.Request("7a2f", "taxi-trips", "12", "Root=1-67;Sampled=0");
    private static final Traffic TRAFFIC = new Traffic(
            2,
            List.of(
                    new Traffic.Call(
                            1, 3, Duration.ofMillis(20), 600, 10_240, 1, Map.of("ServiceUnavailableException", 1)),
                    new Traffic.Call(2, 1, Duration.ofMillis(9), 300, 5_120, 0, Map.of())),
            3,
            1,
            1);

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.github.taxitrips.telemetry");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
        logger.setLevel(Level.DEBUG);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(lines);
        logger.setLevel(null);
    }

    @Test
    void lineIsADocumentOfMetricsWithTheCounts() {
        new InvocationLog("trips", "", "TaxiTrips", 0).ended(invocation(REQUEST, false));
        assertThat(lines.list).hasSize(1);
        Map<String, Object> members = members(lines.list.get(0));
        assertThat(members)
                .containsEntry("requestId", "7a2f")
                .containsEntry("functionVersion", "12")
                .containsEntry("traceId", "Root=1-67;Sampled=0")
                .containsEntry("shardId", "shardId-000000000000")
                .hasEntrySatisfying("firstSequenceNumber", number -> assertThat(number.toString())
                        .matches("\\d{56}"))
                .containsEntry("reasons", Map.of("missing:trip_id", 1, "missing:type", 2, "empty", 1));
        Map<String, Double> metrics = EmbeddedMetrics.read(JSON.valueToTree(members));
        String prefix = "TaxiTrips, FunctionName=taxi-trips, ";
        assertThat(metrics)
                .hasSize(Measure.values().length + 2)
                .containsEntry(prefix + "received, Count", 8.0)
                .containsEntry(prefix + "delivered, Count", 3.0)
                .containsEntry(prefix + "skipped, Count", 1.0)
                .containsEntry(prefix + "rejected, Count", 4.0)
                .containsEntry(prefix + "rejected_missing, Count", 3.0)
                .containsEntry(prefix + "rejected_empty, Count", 1.0)
                .containsEntry(prefix + "unquarantined, Count", 0.0)
                .containsEntry(prefix + "throttled, Count", 1.0)
                .containsEntry(prefix + "payloadBytes, Bytes", 900.0)
                .containsEntry(prefix + "billedBytes, Bytes", 15_360.0)
                .containsEntry(prefix + "deliveryTime, Milliseconds", 40.0)
                .containsEntry(prefix + "recordAge, Milliseconds", 90_000.0)
                .containsEntry(prefix + "coldStart, Count", 1.0);
    }

    /** AWS's own library is given the same numbers. */
    @Test
    void documentSaysWhatThatOfAwsEmbeddedMetricsSays() throws Exception {
        Invocation invocation = invocation(REQUEST, true);
        new InvocationLog("trips", "rejected", "TaxiTrips", 0).ended(invocation);

        MetricsContext theirs = new MetricsContext();
        theirs.setNamespace("TaxiTrips");
        theirs.setTimestamp(invocation.ended());
        theirs.setDimensions(DimensionSet.of("FunctionName", "taxi-trips"));
        for (Measure measure : Measure.values()) {
            theirs.putMetric(
                    measure.toString(),
                    (double) measure.of(invocation),
                    Unit.fromValue(measure.unit().toString()));
        }
        theirs.putMetric("rejected_missing", 3, Unit.COUNT);
        theirs.putMetric("rejected_empty", 1, Unit.COUNT);
        JsonNode expected = JSON.readTree(theirs.serialize().get(0));

        JsonNode ours = JSON.valueToTree(members(lines.list.get(0)));
        assertThat(EmbeddedMetrics.read(ours)).isEqualTo(EmbeddedMetrics.read(expected));
        assertThat(ours.at("/_aws/Timestamp")).isEqualTo(expected.at("/_aws/Timestamp"));
        assertThat(ours.get("unquarantined").intValue()).isEqualTo(4);
    }

    @Test
    void withoutANamespaceOrALambdaThereAreNoMetrics() {
        new InvocationLog("trips", "", "", 0).ended(invocation(REQUEST, false));
        new InvocationLog("trips", "", "TaxiTrips", 0).ended(invocation(null, false));
        assertThat(lines.list).hasSize(2).allSatisfy(line -> assertThat(members(line))
                .containsEntry("received", 8L)
                .doesNotContainKeys("_aws", "FunctionName", "rejected_missing"));
        assertThat(lines.list.get(0).getFormattedMessage())
                .isEqualTo("received 8, delivered 3, undelivered 0, skipped 1, rejected 4");
    }

    @Test
    void shareOfInvocationsIsToldCallByCall() {
        new InvocationLog("trips", "", "", 1).ended(invocation(REQUEST, false));
        assertThat(lines.list)
                .extracting(ILoggingEvent::getLevel)
                .containsExactly(Level.INFO, Level.DEBUG, Level.DEBUG);
        assertThat(lines.list.get(1).getFormattedMessage())
                .contains("DELIVERED", "attempt=1, records=3", "ServiceUnavailableException=1", "attempt=2, records=1");
        assertThat(members(lines.list.get(1))).containsEntry("requestId", "7a2f");
    }

    private static Map<String, Object> members(ILoggingEvent line) {
        Map<String, Object> members = new LinkedHashMap<>();
        line.getKeyValuePairs().forEach(pair -> {
            Object value = pair.value instanceof WritableJson json ? JSON.readTree(json.toJsonString()) : pair.value;
            assertThat(members.put(pair.key, value)).isNull();
        });
        return members;
    }

    private static Invocation invocation(Invocation.@Nullable Request request, boolean hasQuarantine) {
        KinesisEvent event = new KinesisEventReader()
                .read(new KinesisEventWriter(ARRIVAL).event(List.of(new byte[] {1}, new byte[] {2})));
        Map<String, Integer> rejected = Map.of("missing:trip_id", 1, "missing:type", 2, "empty", 1);
        return new Invocation(
                event,
                request,
                new Intake.Batch(8, 0, List.of(), List.of(), rejected),
                new DeliveryOutcome(End.DELIVERED, List.of(), List.of(), TRAFFIC, null),
                DeliveryOutcome.NOTHING,
                hasQuarantine,
                new InvocationReport(8, 0, 1, 3, 0, rejected, 0, 3, 1, 1, 2, 1, 900, 15_360),
                ARRIVAL.plusSeconds(90),
                Duration.ofMillis(40),
                true);
    }
}
