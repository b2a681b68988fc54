package io.github.taxitrips.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.TaxiTripsApplication;
import io.github.taxitrips.local.base.ChildProcess;
import io.github.taxitrips.local.producer.Destination;
import io.github.taxitrips.local.producer.TripGenerator;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;
import tools.jackson.databind.json.JsonMapper;

/**
 * The whole desk, killed with -9 at random moments while a producer sends, or told to stop: what the stream accepted is in SQL in
 * the end. {@code -Ddesk.kills=20} kills it more often.
 */
class DeskCrashTests {

    private static final int KILLS = Integer.getInteger("desk.kills", 2);
    private static final int CALL = 100;

    private final TripGenerator generator = new TripGenerator(5);
    private final Set<Long> accepted = new TreeSet<>();
    private long next = 1_000_000;

    @TempDir
    private Path folder;

    @Test
    void whatTheStreamAcceptedIsFoundWithSql() throws Exception {
        Random random = new Random(19);
        int port = freePort();
        try (KinesisClient client = new Destination(URI.create("http://127.0.0.1:" + port)).client()) {
            for (int kill = 0; kill < KILLS; kill++) {
                try (ChildProcess process = start(
                        port,
                        "--taxi-trips.local.faults.throttled-records=0.05",
                        "--taxi-trips.local.faults.failed-calls=0.05")) {
                    int before = accepted.size();
                    Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> {
                        process.assertThatItRuns();
                        send(client);
                        return accepted.size() > before;
                    });
                    long end = System.nanoTime()
                            + Duration.ofMillis(random.nextInt(3_000)).toNanos();
                    while (System.nanoTime() < end) {
                        send(client);
                    }
                }
            }
        }
        assertThat(accepted).hasSizeGreaterThan(KILLS * CALL);
        assertThatAllAreFound();
    }

    /** Calls of producers, an invocation and a posted event are under way when it is told to stop. */
    @Test
    void whatIsUnderWayIsEndedInPeaceWhenItIsToldToStop() throws Exception {
        int port = freePort();
        int web = freePort();
        URI page = URI.create("http://127.0.0.1:" + web + "/");
        String printed;
        try (ChildProcess process = start(port, "--server.port=" + web, "--taxi-trips.local.faults.latency=2s");
                KinesisClient client = new Destination(URI.create("http://127.0.0.1:" + port)).client()) {
            HttpClient http = HttpClient.newHttpClient();
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .ignoreExceptions()
                    .until(() -> http.send(
                                            HttpRequest.newBuilder(page.resolve("actuator/health"))
                                                    .build(),
                                            BodyHandlers.discarding())
                                    .statusCode()
                            == 200);
            Thread producer = new Thread(() -> {
                while (process.isAlive()) {
                    send(client);
                }
            });
            producer.start();
            Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> calls(http, page) > 1);
            CompletableFuture<HttpResponse<String>> posted = http.sendAsync(
                    HttpRequest.newBuilder(page)
                            .POST(BodyPublishers.ofFile(Path.of("events/clean.json")))
                            .build(),
                    BodyHandlers.ofString());
            // In the midst of its call of Firehose.
            Thread.sleep(1_000);
            process.terminate();
            assertThat(posted.join().statusCode()).isEqualTo(200);
            assertThat(process.hasEnded()).isTrue();
            producer.join();
            printed = process.printed();
        }
        assertThat(printed).doesNotContain("ERROR", "WARN", "Exception");
        assertThat(folder.resolve("lake/.buffers/nyc-taxi-trips")).isEmptyDirectory();
        assertThat(accepted).hasSizeGreaterThan(CALL);
        assertThatAllAreFound();
    }

    private static double calls(HttpClient http, URI page) throws Exception {
        return JsonMapper.shared()
                .readTree(http.send(
                                HttpRequest.newBuilder(page.resolve("actuator/metrics/taxi.trips.calls"))
                                        .build(),
                                BodyHandlers.ofString())
                        .body())
                .at("/measurements/0/value")
                .doubleValue();
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    private void assertThatAllAreFound() {
        try (Desk desk = new Desk(folder, "--taxi-trips.local.sql.max-rows=1000000")) {
            List<String> found = desk.ask("SELECT DISTINCT trip_id FROM nyctaxitrips");
            Set<Long> missing = new TreeSet<>(accepted);
            found.forEach(id -> missing.remove(Long.valueOf(id)));
            assertThat(missing).isEmpty();
        }
    }

    private ChildProcess start(int port, String... settings) throws Exception {
        return new ChildProcess(
                folder,
                TaxiTripsApplication.class,
                Desk.arguments(
                        folder,
                        Stream.concat(
                                        Stream.of(
                                                "--taxi-trips.local.firehose-port=" + port,
                                                "--taxi-trips.local.buffering.interval-in-seconds=1"),
                                        Stream.of(settings))
                                .toArray(String[]::new)));
    }

    private void send(KinesisClient client) {
        long first = next;
        List<PutRecordsRequestEntry> records = Stream.generate(generator::record)
                .limit(CALL)
                .map(trip -> PutRecordsRequestEntry.builder()
                        .partitionKey("key-" + next++)
                        .data(SdkBytes.fromByteArrayUnsafe(trip))
                        .build())
                .toList();
        try {
            List<PutRecordsResultEntry> results = client.putRecords(
                            request -> request.streamName("input-stream").records(records))
                    .records();
            for (int i = 0; i < results.size(); i++) {
                if (results.get(i).errorCode() == null) {
                    accepted.add(first + i);
                }
            }
        } catch (SdkException e) {
            // It is down, and accepted nothing that it told.
        }
    }
}
