package io.github.taxitrips.local.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.taxitrips.intake.Rejection;
import io.github.taxitrips.local.aws.AwsEndpoint;
import io.github.taxitrips.local.aws.Faults;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The console's API, as the page and a terminal use it. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "taxi-trips.local.firehose-port=0",
            "taxi-trips.local.replay.trips=0",
            "taxi-trips.local.faults.throttled-records=0",
            "taxi-trips.local.mapping.maximum-batching-window=0s",
            "taxi-trips.local.buffering.interval-in-seconds=1"
        })
class ConsoleApiTests {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    static Path folder;

    @DynamicPropertySource
    static void folders(DynamicPropertyRegistry registry) {
        registry.add("taxi-trips.local.data-lake", () -> folder.resolve("lake"));
        registry.add("taxi-trips.local.stream.folder", () -> folder.resolve("stream"));
    }

    @LocalServerPort
    private int port;

    private final HttpClient http = HttpClient.newHttpClient();
    private final JsonMapper json = new JsonMapper();

    private HttpResponse<String> call(String method, String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private JsonNode get(String path) throws Exception {
        HttpResponse<String> answer = call("GET", "/console/api/" + path, "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json.readTree(answer.body());
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        return call(
                method,
                "/console/api/" + path,
                body,
                "X-Console-Token",
                get("about").get("token").asString());
    }

    private JsonNode sent(String method, String path, String body) throws Exception {
        HttpResponse<String> answer = send(method, path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json.readTree(answer.body());
    }

    /** Reads the events of the stream until one of a name has come that is wanted. */
    private JsonNode event(String name) throws Exception {
        HttpResponse<InputStream> answer = http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/console/api/events"))
                        .build(),
                BodyHandlers.ofInputStream());
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            String line = lines.readLine();
            while (!line.equals("event:" + name)) {
                line = lines.readLine();
            }
            return json.readTree(lines.readLine().substring("data:".length()));
        }
    }

    private JsonNode measures() throws Exception {
        return event("state").get("now").get("measures");
    }

    private void replayIsOver(String phase) {
        await().atMost(PATIENCE).until(() -> get("replay").get("phase").asString(), phase::equals);
    }

    @Test
    void pageIsServedAndMayLoadNothingFromElsewhere() throws Exception {
        HttpResponse<String> page = call("GET", "/", "");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/html"));
        assertThat(page.headers().firstValue("Content-Security-Policy")).hasValueSatisfying(policy -> assertThat(policy)
                .startsWith("default-src 'none'; script-src 'self'; style-src 'self';")
                .doesNotContain("unsafe"));
        assertThat(page.body()).doesNotContain("http://", "https://", "<style", " style=", "onclick");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "main.js",
                "style.css",
                "boroughs.json",
                "lib/uplot/dist/uPlot.iife.min.js",
                "lib/codemirror/lib/codemirror.js"
            })
    void filesAreServed(String file) throws Exception {
        HttpResponse<String> answer = call("GET", "/console/" + file, "");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    }

    /** Classes and questions lie beside the page's files. */
    @ParameterizedTest
    @ValueSource(strings = {"nothing.js", "..%2Fsql%2Fbusiest-pick-ups.sql", "../sql/busiest-pick-ups.sql"})
    void otherFilesAreNot(String file) throws Exception {
        assertThat(call("GET", "/console/" + file, "").statusCode()).isBetween(400, 404);
    }

    @ParameterizedTest
    @CsvSource({
        "PUT,faults",
        "PUT,settings",
        "POST,replay",
        "POST,replay/cancel",
        "POST,rejected/replay",
        "POST,quarantine/replay",
        "POST,verdicts"
    })
    void nothingChangesWithoutTheToken(String method, String path) throws Exception {
        for (String token : new String[] {"", "0123456789abcdef"}) {
            HttpResponse<String> answer = call(method, "/console/api/" + path, "{}", "X-Console-Token", token);
            assertThat(answer.statusCode()).isEqualTo(403);
            assertThat(answer.body()).contains("X-Console-Token").contains("/console/api/about");
        }
    }

    @Test
    void anotherPageMayNotEvenWithTheToken() throws Exception {
        String token = get("about").get("token").asString();
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + "/console/api/replay/cancel"))
                .header("X-Console-Token", token)
                .header("Origin", "http://evil.example")
                .POST(BodyPublishers.noBody())
                .build();
        assertThat(http.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(403);
    }

    @Test
    void faultsChangeInPartAndActAtOnce() throws Exception {
        JsonNode changed = sent("PUT", "faults", "{\"latency\":\"5ms\"}");
        assertThat(changed.get("latency").asString()).isEqualTo("5ms");
        assertThat(get("faults").get("throttled-records").asDouble()).isZero();
        HttpResponse<String> wrong = send("PUT", "faults", "{\"failed-calls\":7}");
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(json.readTree(wrong.body()).get("detail").asString())
                .contains("failed-calls")
                .contains("7");
        sent("PUT", "faults", "{\"latency\":\"0ms\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "5", "null", "\"latency\""})
    void faultsAreAnObject(String body) throws Exception {
        assertRefused("PUT", "faults", body, "must be a JSON object");
    }

    private void assertRefused(String method, String path, String body, String words) throws Exception {
        HttpResponse<String> answer = send(method, path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains(words);
    }

    /** Two sliders at once. */
    @Test
    void changeOfAFaultLosesNoOther(@Autowired ConsoleController console, @Autowired AwsEndpoint endpoint)
            throws Exception {
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            Future<Boolean> latencies = other.submit(
                    () -> changes(console, "latency", i -> json.valueToTree(i + "ms"), () -> endpoint.faults()
                            .firehose()
                            .latency()
                            .toMillis()));
            assertThat(changes(console, "seed", json::valueToTree, () -> endpoint.faults()
                            .seed()))
                    .isTrue();
            assertThat(latencies.get()).isTrue();
        } finally {
            other.shutdown();
            endpoint.setFaults(Faults.none());
        }
    }

    /** Whether a fault that is changed time and again is what it was changed to. */
    private boolean changes(ConsoleController console, String name, IntFunction<JsonNode> value, LongSupplier inForce) {
        boolean isKept = true;
        for (int i = 1; i <= 2_000; i++) {
            console.change(json.createObjectNode().set(name, value.apply(i)));
            isKept &= inForce.getAsLong() == i;
        }
        return isKept;
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"ids\":null}", "{\"ids\":[]}", "{\"ids\":[null]}"})
    void rejectedRecordsAreNamed(String wish) throws Exception {
        assertRefused("POST", "rejected/replay", wish, "ids must have the number of a rejected record");
    }

    @Test
    void mendedTextThatNoStreamTakesIsRefused() throws Exception {
        String large = "{\"ids\":[],\"mended\":\"" + "x".repeat(1_048_576) + "\"}";
        assertRefused("POST", "rejected/replay", large, "mended must have at most 1048576 bytes");
    }

    @Test
    void settingsChangeAtOnceForPostedEventsVerdictsAndThePage() throws Exception {
        String event = Files.readString(Path.of("events/clean.json"));
        String misfit = "{\"type\":\"trip\",\"trip_id\":7,\"pickup_latitude\":40.7,\"pickup_longitude\":-74,"
                + "\"dropoff_latitude\":40.8,\"dropoff_longitude\":-73.9,\"total_amount\":\"much\"}";
        JsonNode before = get("settings");
        assertThat(before.get("function").get("taxi-trips.packing.enabled").asBoolean())
                .isFalse();
        assertThat(before.get("mapping")
                        .get("taxi-trips.local.mapping.batch-size")
                        .asInt())
                .isEqualTo(1000);
        assertThat(json.readTree(call("POST", "/", event).body()).get("records").asInt())
                .isGreaterThan(1);
        assertThat(sent("POST", "verdicts", misfit).get("clean").asInt()).isEqualTo(1);

        JsonNode changed = sent(
                "PUT",
                "settings",
                "{\"taxi-trips.packing.enabled\":true,\"taxi-trips.packing.max-record-size\":\"32KB\","
                        + "\"taxi-trips.local.mapping.batch-size\":500}");
        assertThat(changed.get("function")
                        .get("taxi-trips.packing.max-record-size")
                        .asString())
                .isEqualTo("32KB");
        assertThat(changed.get("started").get("taxi-trips.packing.enabled").asBoolean())
                .isFalse();
        assertThat(changed.get("changed").asString()).isNotEmpty();
        assertThat(get("settings")).isEqualTo(changed);
        assertThat(json.readTree(call("POST", "/", event).body()).get("records").asInt())
                .isEqualTo(1);
        assertThat(sent("POST", "verdicts", misfit).get("clean").asInt()).isZero();
        JsonNode about = get("about");
        assertThat(about.get("packing").asBoolean()).isTrue();
        assertThat(about.get("maxRecordBytes").asInt()).isEqualTo(32 * 1024);
        assertThat(about.get("mapping").get("batchSize").asInt()).isEqualTo(500);

        sent("PUT", "settings", json.writeValueAsString(before.get("started")));
        assertThat(get("settings").get("function")).isEqualTo(before.get("function"));
        assertThat(get("settings").get("mapping")).isEqualTo(before.get("mapping"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"taxi-trips.packing.enabled\":true,\"taxi-trips.retry.memory\":-1}|The setting taxi-trips.retry.memory has the value \"-1\" (from the change at run time), but must be a whole number from 0 to 1000000.",
                "{\"taxi-trips.packing.enabled\":true,\"taxi-trips.retry.memory\":1e9}|The setting taxi-trips.retry.memory has the value \"1.0E9\" (from the change at run time), but must be a whole number from 0 to 1000000.",
                "{\"taxi-trips.packing.enabled\":null}|The setting taxi-trips.packing.enabled must be given as a text, a number, true or false.",
                "{\"taxi-trips.packing\":{\"enabled\":true}}|The setting taxi-trips.packing must be given as a text, a number, true or false.",
                "{\"taxi-trips.table.name\":\"x\"}|\"taxi-trips.table.name\" is not among the settings that can change at run time: taxi-trips.on-exhausted, taxi-trips.packing.enabled, taxi-trips.packing.max-record-size, taxi-trips.retry.memory, taxi-trips.retry.max-retries, taxi-trips.local.mapping.batch-size, taxi-trips.local.mapping.maximum-batching-window, taxi-trips.local.mapping.bisect-batch-on-function-error, taxi-trips.local.mapping.report-batch-item-failures, taxi-trips.local.mapping.maximum-retry-attempts.",
                "[1]|The body must be an object of settings' full names and their values, such as {\"taxi-trips.packing.enabled\":true}."
            })
    void wrongSettingIsExplainedAndNothingChanges(String body, String words) throws Exception {
        JsonNode before = get("settings");
        HttpResponse<String> answer = send("PUT", "settings", body);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(json.readTree(answer.body()).get("detail").asString()).isEqualTo(words);
        assertThat(get("settings")).isEqualTo(before);
    }

    @Test
    void generatedRecordsGoThroughAndAddUp() throws Exception {
        JsonNode before = measures();
        JsonNode begun = sent(
                "POST",
                "replay",
                "{\"records\":500,\"rate\":0,\"unclean\":0.1,\"duplicates\":0.1,\"aggregated\":false,\"seed\":5}");
        assertThat(begun.get("phase").asString()).isEqualTo("running");
        await().atMost(PATIENCE)
                .until(
                        () -> measures().get("received").asLong()
                                - before.get("received").asLong(),
                        received -> received >= 500);
        JsonNode now = measures();
        assertThat(now.get("received").asLong())
                .isEqualTo(now.get("delivered").asLong()
                        + now.get("undelivered").asLong()
                        + now.get("skipped").asLong()
                        + now.get("rejected").asLong());
        replayIsOver("done");

        long id = event("invocations").get(0).get("id").asLong();
        JsonNode details = get("invocations/" + id).get("details");
        assertThat(details.get("calls").size()).isPositive();
        assertThat(details.get("log").asString()).contains("received=").contains("billedBytes=");
        assertThat(details.get("records").get(0).get("text").asString()).isNotEmpty();
        assertThat(event("points").get("points").get(0).size()).isEqualTo(5);

        JsonNode aside = get("rejected");
        assertThat(aside.size()).isPositive();
        JsonNode whole = null;
        for (JsonNode one : aside) {
            whole = one.get("whole").asBoolean() ? one : whole;
        }
        HttpResponse<String> payload =
                call("GET", "/console/api/rejected/" + whole.get("id").asLong(), "");
        assertThat(payload.statusCode()).isEqualTo(200);
        assertThat(payload.headers().firstValue("Content-Type")).contains("application/octet-stream");
        sent("POST", "rejected/replay", "{\"ids\":[" + whole.get("id").asLong() + "]}");
        replayIsOver("done");

        await().atMost(PATIENCE).until(() -> get("lake").size(), files -> files > 0);
        String path = get("lake").get(0).get("path").asString();
        HttpResponse<byte[]> file = http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/console/api/lake/file?path=" + path))
                        .build(),
                BodyHandlers.ofByteArray());
        assertThat(new String(file.body(), 0, 4, StandardCharsets.US_ASCII)).isEqualTo("PAR1");
        assertThat(file.headers().firstValue("Content-Disposition"))
                .hasValueSatisfying(value -> assertThat(value).startsWith("attachment"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../stream/.lock", "/etc/passwd", ".buffers/x"})
    void onlyFilesOfTheLakeAreGiven(String path) throws Exception {
        assertThat(call("GET", "/console/api/lake/file?path=" + path, "").statusCode())
                .isEqualTo(404);
    }

    @Test
    void replayIsPausedAndCancelled() throws Exception {
        sent(
                "POST",
                "replay",
                "{\"records\":100000,\"rate\":50,\"unclean\":0,\"duplicates\":0,\"aggregated\":true,\"seed\":6}");
        HttpResponse<String> second = send(
                "POST",
                "replay",
                "{\"records\":1,\"rate\":0,\"unclean\":0,\"duplicates\":0,\"aggregated\":false,\"seed\":6}");
        assertThat(second.statusCode()).isEqualTo(409);
        assertThat(second.body()).contains("under way");
        assertThat(sent("POST", "replay/pause", "").get("phase").asString()).isEqualTo("paused");
        assertThat(sent("POST", "replay/resume", "").get("phase").asString()).isEqualTo("running");
        sent("POST", "replay/cancel", "");
        replayIsOver("cancelled");
        assertThat(send("POST", "replay/explode", "").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"records\":0,\"rate\":0,\"unclean\":0,\"duplicates\":0,\"aggregated\":false,\"seed\":1}|records must be from 1",
                "{\"records\":9,\"rate\":-1,\"unclean\":0,\"duplicates\":0,\"aggregated\":false,\"seed\":1}|rate must be from 0",
                "{\"records\":9,\"rate\":0,\"unclean\":2,\"duplicates\":0,\"aggregated\":false,\"seed\":1}|shares of unclean"
            })
    void aWishThatIsWrongIsExplained(String wish, String words) throws Exception {
        assertRefused("POST", "replay", wish, words);
    }

    @Test
    void anEventsFileIsSentRecordByRecord() throws Exception {
        long before = measures().get("received").asLong();
        sent("POST", "replay/file?name=clean.json", Files.readString(Path.of("events/clean.json")));
        replayIsOver("done");
        await().atMost(PATIENCE).until(() -> measures().get("received").asLong(), received -> received >= before + 3);
        assertRefused(
                "POST",
                "replay/file?name=bad.json",
                "{\"Records\":[{\"kinesis\":{\"data\":\"%%\"}}]}",
                "bad.json: Records[0].kinesis.data");
    }

    @Test
    void lookingAtTheStreamConsumesNothing() throws Exception {
        JsonNode first = get("tail/stream");
        JsonNode next = first.get("next");
        long before = measures().get("received").asLong();
        sent(
                "POST",
                "replay",
                "{\"records\":20,\"rate\":0,\"unclean\":0,\"duplicates\":0,\"aggregated\":false,\"seed\":8}");
        replayIsOver("done");
        StringBuilder query = new StringBuilder();
        next.properties().forEach(shard -> query.append(query.isEmpty() ? "?" : "&")
                .append(shard.getKey())
                .append('=')
                .append(shard.getValue().asString()));
        assertThat(get("tail/stream" + query).get("records").size()).isEqualTo(20);
        await().atMost(PATIENCE).until(() -> measures().get("received").asLong(), received -> received == before + 20);
        assertThat(call("GET", "/console/api/tail/stream?shardId-000000000000=7", "")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void whatIsNotThereAnyMoreIsSaidInWords() throws Exception {
        assertThat(call("GET", "/console/api/invocations/999999", "").body()).contains("not among the latest 100");
        assertThat(call("GET", "/console/api/rejected/999999", "").statusCode()).isEqualTo(404);
        HttpResponse<String> none = call("GET", "/console/api/quarantine", "");
        assertThat(none.statusCode()).isEqualTo(404);
        assertThat(none.body()).contains("taxi-trips.quarantine.delivery-stream-name");
    }

    /** The page says of each reason what it means. */
    @ParameterizedTest
    @EnumSource(Rejection.Reason.class)
    void pageKnowsEveryReason(Rejection.Reason reason) throws IOException {
        try (InputStream in = ConsoleController.class.getResourceAsStream("reasons.js")) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).contains("  " + reason + ": [");
        }
    }
}
