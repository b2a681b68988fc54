package io.github.taxitrips.local.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.taxitrips.intake.Rejection;
import io.github.taxitrips.intake.Rejection.Reason;
import io.github.taxitrips.local.Desk;
import io.github.taxitrips.local.aws.AwsEndpoint;
import io.github.taxitrips.local.aws.Faults;
import io.github.taxitrips.local.producer.QuarantineFilter;
import io.github.taxitrips.local.producer.Quarantined;
import io.github.taxitrips.local.producer.Redrive;
import io.github.taxitrips.local.producer.SetAsideObjects;
import io.github.taxitrips.local.producer.TripGenerator;
import io.github.taxitrips.settings.TaxiTripsProperties;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** The quarantine's part of the console's API, and what it and a terminal know of each other. */
class QuarantineApiTests {

    @TempDir
    static Path folder;

    private static Desk desk;
    private static ConsoleClient client;

    @BeforeAll
    static void start() {
        desk = new Desk(folder, "--taxi-trips.quarantine.delivery-stream-name=rejected-trips");
        client = new ConsoleClient(desk.web("/"));
    }

    @AfterAll
    static void stop() {
        desk.close();
    }

    /** Sends unclean records, and waits until they are in a file. */
    private static void setAside(Rejection... kinds) throws Exception {
        TripGenerator generator = new TripGenerator(3);
        Path lines = Files.createTempFile(folder, "records", "");
        for (Rejection kind : kinds) {
            Files.write(lines, generator.unclean(kind), StandardOpenOption.APPEND);
            Files.writeString(lines, "\n", StandardOpenOption.APPEND);
        }
        desk.replay(lines.toString());
        desk.settle();
    }

    private static Rejection of(Reason reason, String field) {
        return new Rejection(reason, field);
    }

    private static List<Long> count(String reason) throws Exception {
        JsonNode reasons = client.get("quarantine?reason=" + reason).get("reasons");
        assertThat(reasons).hasSize(1);
        return Stream.of("lines", "sent", "cut")
                .map(name -> reasons.get(0).get(name).asLong())
                .toList();
    }

    private static void sent(String wish) throws Exception {
        client.post("quarantine/replay", wish);
        await().atMost(Duration.ofMinutes(1))
                .until(() -> client.get("replay").get("phase").asString(), "done"::equals);
        desk.settle();
    }

    private static String redrive(String... more) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Redrive.run(
                Stream.concat(
                                Stream.of(
                                        "quarantine",
                                        folder.resolve("lake/quarantine").toString(),
                                        "--done",
                                        folder.resolve("lake/.redriven").toString(),
                                        "--to",
                                        desk.endpoint().toString()),
                                Stream.of(more))
                        .toArray(String[]::new),
                new PrintStream(out, true, UTF_8));
        return out.toString(UTF_8);
    }

    @Test
    void whatIsInFilesIsCountedListedOpenedAndSentOnce() throws Exception {
        Rejection latitude = of(Reason.ZERO, "pickup_latitude");
        setAside(latitude, latitude, latitude);
        assertThat(count("zero:pickup_latitude")).containsExactly(3L, 0L, 0L);
        JsonNode page = client.get("quarantine/lines?reason=zero:pickup_latitude&most=2");
        assertThat(page.get("lines")).hasSize(2);
        JsonNode line = page.get("lines").get(0);
        assertThat(line.get("why").asString()).isEqualTo("zero:pickup_latitude");
        assertThat(line.get("place").asString()).startsWith("shardId-");
        assertThat(line.get("whole").asBoolean()).isTrue();
        assertThat(line.get("sent").asBoolean()).isFalse();
        String next = page.get("next").asString();
        JsonNode rest = client.get("quarantine/lines?reason=zero:pickup_latitude&most=2&before=" + next);
        assertThat(rest.get("lines")).hasSize(1);
        assertThat(rest.get("next").isNull()).isTrue();
        String id = line.get("id").asString();
        assertThat(client.asked("quarantine/line?id=" + id).body())
                .contains("\"type\":\"trip\"")
                .hasSize(line.get("bytes").asInt());

        sent("{\"ids\":[\"" + id + "\"]}");
        // It is as it was, so that it is back.
        assertThat(count("zero:pickup_latitude")).containsExactly(4L, 1L, 0L);
        HttpResponse<String> again = client.posted("quarantine/replay", "{\"ids\":[\"" + id + "\"]}");
        assertThat(again.statusCode()).isEqualTo(409);
        assertThat(again.body()).contains("Nothing is left to send");
        assertThat(client.asked("quarantine/line?id=" + id).statusCode()).isEqualTo(200);

        String mended =
                client.asked("quarantine/line?id=" + next).body().replaceAll("(pickup_latitude\":)[^,]+", "$140.5");
        long trips =
                Long.parseLong(desk.ask("SELECT count(*) FROM nyctaxitrips").get(0));
        sent("{\"ids\":[\"" + next + "\"],\"mended\":\"" + mended.strip().replace("\"", "\\\"") + "\"}");
        assertThat(desk.ask("SELECT count(*) FROM nyctaxitrips")).containsExactly(String.valueOf(trips + 1));
        assertThat(count("zero:pickup_latitude")).containsExactly(4L, 2L, 0L);
    }

    @Test
    void pageAndTerminalKnowOfEachOther() throws Exception {
        Rejection longitude = of(Reason.ZERO, "dropoff_longitude");
        setAside(longitude, longitude);
        String reason = "zero:dropoff_longitude";
        sent("{\"all\":true,\"reason\":\"" + reason + "\",\"until\":\"2100-01-01T00:00:00Z\"}");
        assertThat(count(reason)).containsExactly(4L, 2L, 0L);
        assertThat(redrive("--reason", reason, "--dry-run")).contains("2 records would go to input-stream");
        assertThat(redrive("--reason", reason)).contains("2 records sent to input-stream");
        desk.settle();
        assertThat(count(reason)).containsExactly(6L, 4L, 0L);
        assertThat(client.get("quarantine/lines?reason=" + reason).get("lines"))
                .extracting(line -> line.get("sent").asBoolean())
                .containsExactlyInAnyOrder(false, false, true, true, true, true);
    }

    @Test
    void oneSendsAtATime() throws Exception {
        setAside(Rejection.of(Reason.NOT_AN_OBJECT));
        String all = "{\"all\":true,\"reason\":\"not_an_object\"}";
        client.post(
                "replay",
                "{\"records\":100000,\"rate\":10,\"unclean\":0,\"duplicates\":0,\"aggregated\":false,\"seed\":6}");
        HttpResponse<String> second = client.posted("quarantine/replay", all);
        assertThat(second.statusCode()).isEqualTo(409);
        assertThat(second.body()).contains("under way");
        client.post("replay/cancel", "");
        await().until(() -> client.get("replay").get("phase").asString(), "cancelled"::equals);
        // It was given back.
        assertThat(redrive("--reason", "not_an_object", "--dry-run")).contains("1 records would go to input-stream");
        sent(all);
        assertThat(count("not_an_object")).containsExactly(2L, 1L, 0L);
    }

    @Test
    void whatComesIntoQuarantineIsSentFromThere() throws Exception {
        setAside(Rejection.of(Reason.EMPTY));
        long id = client.get("rejected").get(0).get("id").asLong();
        HttpResponse<String> answer = client.posted("rejected/replay", "{\"ids\":[" + id + "]}");
        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(answer.body()).contains("/console/api/quarantine/replay");
        HttpResponse<String> mended = client.posted("rejected/replay", "{\"ids\":[],\"mended\":\"{}\"}");
        assertThat(mended.statusCode()).isEqualTo(409);
    }

    @Test
    void mendedTextThatNoStreamTakesIsRefused() throws Exception {
        Rejection longitude = of(Reason.ZERO, "pickup_longitude");
        setAside(longitude);
        String id = client.get("quarantine/lines?reason=zero:pickup_longitude&most=1")
                .get("lines")
                .get(0)
                .get("id")
                .asString();
        // With its key of eight characters it is one byte too large.
        String mended = "x".repeat(1_048_569);
        HttpResponse<String> answer =
                client.posted("quarantine/replay", "{\"ids\":[\"" + id + "\"],\"mended\":\"" + mended + "\"}");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("mended must have at most 1048576 bytes", "not 1048577");
        assertThat(count("zero:pickup_longitude")).containsExactly(1L, 0L, 0L);
    }

    /** What lies in a lake that is not the desk's, so many lines and a file that is none. */
    private static Quarantined elsewhere(int lines) throws IOException {
        Path lake = Files.createTempDirectory(folder, "elsewhere");
        Path files = Files.createDirectories(lake.resolve("quarantine"));
        Files.writeString(files.resolve("a"), "{\"reason\":\"zero\",\"payload\":\"no JSON\"}\n".repeat(lines));
        Files.writeString(files.resolve("b"), "no JSON\n");
        return new Quarantined(lake, "quarantine");
    }

    private static long noted(Quarantined quarantined) throws IOException {
        return quarantined
                .summary(QuarantineFilter.ALL, Duration.ofMinutes(1))
                .reasons()
                .get(0)
                .sent();
    }

    private static SetAsideObjects all(Quarantined quarantined) throws IOException {
        return quarantined.resend(QuarantineFilter.ALL, Duration.ofMinutes(1));
    }

    private static Replays replays() {
        return new Replays(desk.bean(TaxiTripsProperties.class), desk::endpoint);
    }

    @Test
    void fileThatCannotBeReadIsATroubleOfTheRun() throws Exception {
        try (Replays replays = replays()) {
            replays.send("records", all(elsewhere(3)));
            await().until(() -> replays.status().phase(), "done"::equals);
            assertThat(replays.status().records()).isEqualTo(3);
            assertThat(replays.status().trouble()).contains("b was not done: its line 1 is no JSON");
        }
    }

    @Test
    void whatWasTakenIsNotedInAPauseAndAtTheEnd() throws Exception {
        Quarantined quarantined = elsewhere(20_000);
        AwsEndpoint endpoint = desk.bean(AwsEndpoint.class);
        endpoint.setFaults(new Faults(
                Faults.none().firehose(),
                new Faults.Calls(0, 0, 0, Duration.ofMillis(100)),
                Faults.SERVICE_UNAVAILABLE,
                1,
                List.of(),
                0));
        try {
            Replays replays = replays();
            try (replays) {
                replays.send("records", all(quarantined));
                await().atMost(Duration.ofMinutes(1))
                        .until(() -> replays.status().records() > 0);
                await().atMost(Duration.ofMinutes(1)).until(() -> {
                    Replays.Status paused = replays.act(Replays.Act.PAUSE);
                    return paused.phase().equals("paused") && noted(quarantined) == paused.records();
                });
                long before = replays.status().records();
                replays.act(Replays.Act.RESUME);
                await().atMost(Duration.ofMinutes(1))
                        .until(() -> replays.status().records() > before);
            }
            Replays.Status end = replays.status();
            assertThat(end.phase()).isEqualTo("cancelled");
            assertThat(noted(quarantined)).isEqualTo(end.records()).isLessThan(20_000);
            all(quarantined).close();
        } finally {
            endpoint.setFaults(Faults.none());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "quarantine?from=yesterday|400|from must be a time such as 2026-11-29T10:00:00Z, not yesterday",
                "quarantine/lines?most=0|400|most must be from 1 to 200, not 0",
                "quarantine/lines?until=7|400|until must be a time",
                "quarantine/line?id=x:4294967295|404|There is no line x:4294967295",
                "quarantine/lines?before=x:1|404|There is no line x:1 in the quarantine",
                "quarantine/line?id=../../stream/.lock:0|404|There is no line"
            })
    void aQuestionThatIsWrongIsExplained(String question, int status, String words) throws Exception {
        HttpResponse<String> answer = client.asked(question);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).contains(words);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|400|There must be ids",
                "{\"ids\":[]}|400|There must be ids",
                "{\"ids\":[null]}|400|ids must be of lines",
                "{\"ids\":[\"x:1\"],\"all\":true}|400|There must be ids",
                "{\"ids\":[\"x:1\",\"x:2\"],\"mended\":\"{}\"}|400|there must be one of ids",
                "{\"all\":true,\"from\":\"now\"}|400|from must be a time",
                "{\"ids\":[\"x:1\"]}|404|There is no line x:1",
                "{\"all\":true,\"reason\":\"none\"}|409|Nothing is left to send"
            })
    void aWishThatIsWrongIsExplained(String wish, int status, String words) throws Exception {
        setAside(Rejection.of(Reason.NOT_JSON));
        assertThat(client.get("quarantine").get("unread").asInt()).isZero();
        HttpResponse<String> answer = client.posted("quarantine/replay", wish);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains(words);
        assertThat(client.call("POST", "quarantine/replay", wish, "0123").statusCode())
                .isEqualTo(403);
    }
}
