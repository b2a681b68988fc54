package io.github.taxitrips.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.intake.Rejection;
import io.github.taxitrips.local.aws.AwsEndpoint;
import io.github.taxitrips.local.aws.Faults;
import io.github.taxitrips.local.firehose.FirehoseApi;
import io.github.taxitrips.local.lake.Lake;
import io.github.taxitrips.local.lake.LakeFile;
import io.github.taxitrips.local.producer.TripGenerator;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The local run as a person with curl meets it: real HTTP on both sides of the function, the real SDK between. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {"taxi-trips.local.firehose-port=0", "taxi-trips.local.replay.trips=0"})
class EventControllerTests {

    @TempDir
    static Path folder;

    @DynamicPropertySource
    static void dataLake(DynamicPropertyRegistry registry) {
        registry.add("taxi-trips.local.data-lake", () -> folder.resolve("lake"));
        registry.add("taxi-trips.local.stream.folder", () -> folder.resolve("stream"));
    }

    @LocalServerPort
    private int port;

    @Autowired
    private FirehoseApi firehose;

    @Autowired
    private AwsEndpoint endpoint;

    @Autowired
    private Lake lake;

    private final HttpClient http = HttpClient.newHttpClient();
    private final JsonMapper json = new JsonMapper();

    @BeforeEach
    void noFaults() {
        endpoint.setFaults(Faults.none());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/forwardTrips"})
    void deliversAnEventAndAnswersWithTheCounts(String path) throws Exception {
        long before = stored();
        HttpResponse<String> response = post(path, Files.readAllBytes(Path.of("events/mixed.json")));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        JsonNode report = json.readTree(response.body());
        assertThat(report.get("received").intValue()).isEqualTo(100);
        assertThat(report.get("delivered").intValue()).isEqualTo(80);
        assertThat(report.get("rejected")
                        .valueStream()
                        .mapToInt(JsonNode::intValue)
                        .sum())
                .isEqualTo(20);
        assertThat(report.get("calls").intValue()).isEqualTo(1);
        assertThat(stored() - before).isEqualTo(80);
    }

    @Test
    void storesARowForEachTrip() throws Exception {
        lake.flush();
        long before = rows();
        post("/", event(trips(5)));
        lake.flush();
        assertThat(rows() - before).isEqualTo(5);
    }

    private long rows() {
        return lake.files().stream().mapToLong(LakeFile::rows).sum();
    }

    @Test
    void contentTypeAndHeadersOfTheRequestDoNotMatter() throws Exception {
        HttpResponse<String> response = http.send(
                HttpRequest.newBuilder(uri("/"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .header("X-Secret", "do not echo")
                        .header("Authorization", "Bearer do not echo")
                        .POST(BodyPublishers.ofFile(Path.of("events/clean.json")))
                        .build(),
                BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().map()).doesNotContainKeys("x-secret", "authorization");
        assertThat(response.headers().map().toString()).doesNotContain("echo");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hello|event|is not JSON",
                "{\"Records\":[{\"kinesis\":{\"data\":\"e30=\"}},{\"kinesis\":{\"data\":\"*\"}}]}|Records[1].kinesis.data|is not base64"
            })
    void badInputIsAnsweredWithWhatIsWrongAndWhere(String body, String where, String problem) throws Exception {
        long calls = firehose.totals().calls();
        HttpResponse<String> response = post("/", body.getBytes(UTF_8));
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        JsonNode answer = json.readTree(response.body());
        assertThat(answer.get("where").stringValue()).isEqualTo(where);
        assertThat(answer.get("detail").stringValue()).startsWith(where).contains(problem);
        assertThat(firehose.totals().calls()).isEqualTo(calls);
    }

    @Test
    void largestEventIsLambdasSixMegabytes() throws Exception {
        int limit = 6 * 1024 * 1024;
        byte[] event = new byte[limit + 1];
        byte[] start = "{\"Records\":[],\"padding\":\"".getBytes(UTF_8);
        Arrays.fill(event, (byte) ' ');
        System.arraycopy(start, 0, event, 0, start.length);
        event[limit - 2] = '"';
        event[limit - 1] = '}';
        assertThat(post("/", Arrays.copyOf(event, limit)).statusCode()).isEqualTo(200);
        HttpResponse<String> tooLarge = post("/", event);
        assertThat(tooLarge.statusCode()).isEqualTo(413);
        assertThat(json.readTree(tooLarge.body()).get("detail").stringValue())
                .contains("6291456 bytes")
                .contains("taxi-trips.local.max-event-size");
        HttpResponse<String> chunked = http.send(
                HttpRequest.newBuilder(uri("/"))
                        .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(event)))
                        .build(),
                BodyHandlers.ofString());
        assertThat(chunked.statusCode()).isEqualTo(413);
    }

    @Test
    void failedDeliveryIsAnsweredWithTheCounts() throws Exception {
        endpoint.setFaults(new Faults(0, 1, Duration.ZERO, Faults.SERVICE_UNAVAILABLE, 1));
        TripGenerator generator = new TripGenerator(3);
        HttpResponse<String> response = post(
                "/", event(List.of(generator.record(), generator.unclean(Rejection.of(Rejection.Reason.WRONG_TYPE)))));
        assertThat(response.statusCode()).isEqualTo(503);
        JsonNode answer = json.readTree(response.body());
        assertThat(answer.get("title").stringValue()).isEqualTo("AllRecordsFailed");
        JsonNode counts = answer.get("counts");
        assertThat(counts.get("received").intValue()).isEqualTo(2);
        assertThat(counts.get("delivered").intValue()).isZero();
        assertThat(counts.get("undelivered").intValue()).isEqualTo(1);
        assertThat(counts.get("rejected").get("wrong_type").intValue()).isEqualTo(1);
        assertThat(counts.get("calls").intValue()).isEqualTo(1);
    }

    @Test
    void aResetConnectionFailsTheCallAndIsNotRepeatedBehindOurBack() throws Exception {
        endpoint.setFaults(new Faults(0, 1, Duration.ZERO, Faults.CONNECTION_RESET, 1));
        long calls = firehose.totals().calls();
        assertThat(post("/", event(trips(3))).statusCode()).isEqualTo(503);
        assertThat(firehose.totals().calls() - calls).isEqualTo(1);
    }

    @Test
    void otherPathsAndMethodsDoNotReachTheFunction() throws Exception {
        byte[] event = event(trips(1));
        assertThat(post("/other", event).statusCode()).isEqualTo(404);
        HttpResponse<String> get =
                http.send(HttpRequest.newBuilder(uri("/forwardTrips")).GET().build(), BodyHandlers.ofString());
        assertThat(get.statusCode()).isEqualTo(405);
        assertThat(get.headers().firstValue("Allow")).contains("POST");
    }

    private long stored() {
        return firehose.totals().records();
    }

    private static List<byte[]> trips(int count) {
        TripGenerator generator = new TripGenerator(count);
        return Stream.generate(generator::record).limit(count).toList();
    }

    private static byte[] event(List<byte[]> payloads) {
        return new KinesisEventWriter(Instant.parse("2026-11-22T10:00:00Z")).event(payloads);
    }

    private HttpResponse<String> post(String path, byte[] body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri(path))
                .POST(BodyPublishers.ofByteArray(body))
                .build();
        return http.send(request, BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }
}
