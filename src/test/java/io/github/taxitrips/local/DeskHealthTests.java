package io.github.taxitrips.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.local.aws.AwsEndpoint;
import io.github.taxitrips.local.kinesis.KinesisStream;
import io.github.taxitrips.local.kinesis.KinesisStreams;
import io.github.taxitrips.local.lake.Lake;
import io.github.taxitrips.local.mapping.EventSourceMapping;
import io.github.taxitrips.local.producer.TripGenerator;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The health of the local run tells which part is not well, and what to do. */
class DeskHealthTests {

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    @Test
    void allPartsAreUp() throws Exception {
        try (Desk desk = new Desk(folder)) {
            JsonNode health = health(desk, 200);
            assertThat(health.get("components").propertyNames())
                    .containsExactlyInAnyOrder("disk", "firehose", "lake", "mapping", "stream");
            assertThat(health.get("components").findValuesAsString("status")).containsOnly("UP");
            assertThat(health.at("/components/disk/components").propertyNames())
                    .containsExactlyInAnyOrder("lake", "stream");
            assertThat(health.at("/components/lake/details/folder").asString())
                    .isEqualTo(folder.resolve("lake").toString());
            assertThat(health.at("/components/stream/details/shards").intValue())
                    .isEqualTo(2);
            assertThat(health.at("/components/mapping/details/waiting").intValue())
                    .isZero();
        }
    }

    @Test
    void otherEndpointsAndForeignPagesAreShutOut() throws Exception {
        try (Desk desk = new Desk(folder)) {
            assertThat(status(desk, "/actuator/env")).isEqualTo(404);
            assertThat(status(desk, "/actuator/heapdump")).isEqualTo(404);
            assertThat(status(desk, "/actuator/health", "Origin", "http://evil.example"))
                    .isEqualTo(403);
            assertThat(status(desk, "/actuator/prometheus", "Origin", "http://evil.example"))
                    .isEqualTo(403);
        }
    }

    @Test
    void mappingThatIsClosedIsOutOfService() throws Exception {
        try (Desk desk = new Desk(folder)) {
            desk.bean(EventSourceMapping.class).close();
            KinesisStream stream = desk.bean(KinesisStreams.class).stream("input-stream");
            stream.put("key", null, new TripGenerator(1).record());
            JsonNode mapping = health(desk, 503).at("/components/mapping");
            assertThat(mapping.get("status").asString()).isEqualTo("OUT_OF_SERVICE");
            assertThat(mapping.at("/details/waiting").intValue()).isEqualTo(1);
        }
    }

    @Test
    void firehoseThatDoesNotAnswerIsDown() throws Exception {
        try (Desk desk = new Desk(folder)) {
            desk.bean(AwsEndpoint.class).close();
            assertThat(health(desk, 503).at("/components/firehose/status").asString())
                    .isEqualTo("DOWN");
        }
    }

    @Test
    void lakeThatCannotWriteIsDownUntilItCan() throws Exception {
        try (Desk desk = new Desk(folder, "--taxi-trips.local.buffering.interval-in-seconds=900")) {
            Lake lake = desk.bean(Lake.class);
            lake.append("nyc-taxi-trips", List.of(new TripGenerator(1).record()));
            assertThat(health(desk, 200)
                            .at("/components/lake/details/unwrittenBuffers")
                            .intValue())
                    .isEqualTo(1);
            Path inTheWay = Files.createFile(lake.root().resolve("nyctaxitrips"));
            lake.flush();
            JsonNode down = health(desk, 503).at("/components/lake");
            assertThat(down.get("status").asString()).isEqualTo("DOWN");
            assertThat(down.at("/details/trouble").asString()).contains("nyctaxitrips");
            Files.delete(inTheWay);
            lake.flush();
            assertThat(health(desk, 200)
                            .at("/components/lake/details/unwrittenBuffers")
                            .intValue())
                    .isZero();
            assertThat(desk.ask("SELECT count(*) FROM nyctaxitrips")).containsExactly("1");
        }
    }

    @Test
    void bufferThatWasPutAsideIsTold() throws Exception {
        try (Desk desk = new Desk(folder)) {
            Path refused = Files.createDirectories(folder.resolve("lake/.refused"));
            Files.createFile(refused.resolve("buffer"));
            Files.createFile(refused.resolve("buffer.txt"));
            JsonNode lake = health(desk, 503).at("/components/lake");
            assertThat(lake.at("/details/refusedBuffers").intValue()).isEqualTo(1);
            assertThat(lake.at("/details/remedy").asString()).contains(".refused");
        }
    }

    @Test
    void folderThatWasDeletedIsDownUntilTheNextRecord() throws Exception {
        try (Desk desk = new Desk(folder)) {
            FileSystemUtils.deleteRecursively(folder.resolve("stream"));
            assertThat(health(desk, 503).at("/components/stream/status").asString())
                    .isEqualTo("DOWN");
            desk.bean(KinesisStreams.class).stream("input-stream").put("key", null, new TripGenerator(1).record());
            assertThat(health(desk, 200).at("/components/stream/status").asString())
                    .isEqualTo("UP");
        }
    }

    private JsonNode health(Desk desk, int status) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                http.send(HttpRequest.newBuilder(desk.web("/actuator/health")).build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return JsonMapper.shared().readTree(answer.body());
    }

    private int status(Desk desk, String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(desk.web(path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), BodyHandlers.discarding()).statusCode();
    }
}
