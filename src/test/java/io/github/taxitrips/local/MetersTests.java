package io.github.taxitrips.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.local.producer.TripGenerator;
import io.github.taxitrips.telemetry.Measure;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Meters, answer and log line say the same. */
@ExtendWith(OutputCaptureExtension.class)
class MetersTests {

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    @Test
    void scrapeHasTheNumbersOfAnswerAndLog(CapturedOutput output) throws Exception {
        try (Desk desk = new Desk(folder)) {
            assertThat(scrape(desk)).containsEntry("taxi_trips_received_total", 0.0);
            JsonNode answer = JsonMapper.shared()
                    .readTree(http.send(
                                    HttpRequest.newBuilder(desk.web("/"))
                                            .POST(BodyPublishers.ofFile(Path.of("events/mixed.json")))
                                            .build(),
                                    BodyHandlers.ofString())
                            .body());
            Map<String, Double> scraped = scrape(desk);
            for (String count : new String[] {
                "received",
                "delivered",
                "undelivered",
                "skipped",
                "quarantined",
                "records",
                "retried",
                "throttled",
                "calls"
            }) {
                assertThat(scraped)
                        .containsEntry(
                                "taxi_trips_" + count + "_total",
                                answer.get(count).doubleValue());
            }
            assertThat(scraped)
                    .containsEntry(
                            "taxi_trips_payload_bytes_total",
                            answer.get("payloadBytes").doubleValue())
                    .containsEntry(
                            "taxi_trips_billed_bytes_total",
                            answer.get("billedBytes").doubleValue())
                    .containsEntry("taxi_trips_delivery_time_seconds_count", 1.0)
                    .containsEntry("taxi_trips_record_age_seconds_count", 1.0);
            double rejected = scraped.get("taxi_trips_rejected_total");
            assertThat(output)
                    .contains("received %d, delivered %d, undelivered 0, skipped 0, rejected %.0f"
                            .formatted(
                                    answer.get("received").intValue(),
                                    answer.get("delivered").intValue(),
                                    rejected));
            assertThat(scraped.entrySet().stream()
                            .filter(meter -> meter.getKey().startsWith("taxi_trips_rejected_by_reason_total{reason=\""))
                            .mapToDouble(Map.Entry::getValue)
                            .sum())
                    .isEqualTo(rejected)
                    .isPositive();
        }
    }

    @Test
    void mappingAndLakeTellOfThemselves() throws Exception {
        try (Desk desk = new Desk(folder)) {
            Path misfit = Files.writeString(
                    folder.resolve("misfit"),
                    new String(new TripGenerator(1).record(), StandardCharsets.UTF_8)
                            .replaceAll("\"passenger_count\":\\d+", "\"passenger_count\":3000000000"));
            desk.replay(misfit.toString());
            desk.settle();
            Map<String, Double> scraped = scrape(desk);
            assertThat(scraped)
                    .containsEntry("taxi_trips_mapping_invocations_total", 1.0)
                    .containsEntry("taxi_trips_mapping_failed_total", 0.0)
                    .containsEntry("taxi_trips_mapping_waiting{shard=\"shardId-000000000000\"}", 0.0)
                    .containsEntry("taxi_trips_mapping_age_seconds{shard=\"shardId-000000000001\"}", 0.0)
                    .containsEntry("taxi_trips_lake_failed_conversions_total{stream=\"nyc-taxi-trips\"}", 1.0)
                    .containsEntry("taxi_trips_lake_unwritten{stream=\"nyc-taxi-trips\"}", 0.0);
        }
    }

    @Test
    void everyMeasureHasAMeterOfItsName() throws Exception {
        try (Desk desk = new Desk(folder)) {
            for (Measure measure : Measure.values()) {
                assertThat(http.send(
                                        HttpRequest.newBuilder(desk.web("/actuator/metrics/" + Meters.name(measure)))
                                                .build(),
                                        BodyHandlers.discarding())
                                .statusCode())
                        .as(measure.toString())
                        .isEqualTo(200);
            }
        }
    }

    private Map<String, Double> scrape(Desk desk) throws Exception {
        return http.send(
                        HttpRequest.newBuilder(desk.web("/actuator/prometheus")).build(), BodyHandlers.ofString())
                .body()
                .lines()
                .filter(line -> line.startsWith("taxi_trips_"))
                .map(line -> line.split(" "))
                .collect(Collectors.toMap(parts -> parts[0], parts -> Double.valueOf(parts[1])));
    }
}
