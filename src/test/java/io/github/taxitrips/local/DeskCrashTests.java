package io.github.taxitrips.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.TaxiTripsApplication;
import io.github.taxitrips.local.producer.Destination;
import io.github.taxitrips.local.producer.TripGenerator;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;

/**
 * The whole desk, killed with -9 at random moments while a producer sends: what the stream accepted is in SQL in the end.
 * {@code -Ddesk.kills=20} kills it more often.
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
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        try (KinesisClient client = new Destination(URI.create("http://127.0.0.1:" + port)).client()) {
            for (int kill = 0; kill < KILLS; kill++) {
                Process process = start(port);
                try {
                    int before = accepted.size();
                    Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> {
                        assertThat(process.isAlive())
                                .as(Files.readString(folder.resolve("output"))
                                        + Files.readString(folder.resolve("error")))
                                .isTrue();
                        send(client);
                        return accepted.size() > before;
                    });
                    long end = System.nanoTime()
                            + Duration.ofMillis(random.nextInt(3_000)).toNanos();
                    while (System.nanoTime() < end) {
                        send(client);
                    }
                } finally {
                    process.destroyForcibly().waitFor();
                }
            }
        }
        assertThat(accepted).hasSizeGreaterThan(KILLS * CALL);
        try (Desk desk = new Desk(folder, "--taxi-trips.local.sql.max-rows=1000000")) {
            List<String> found = desk.ask("SELECT DISTINCT trip_id FROM nyctaxitrips");
            Set<Long> missing = new TreeSet<>(accepted);
            found.forEach(id -> missing.remove(Long.valueOf(id)));
            assertThat(missing).isEmpty();
        }
    }

    private Process start(int port) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + folder,
                "-cp",
                System.getProperty("java.class.path"),
                TaxiTripsApplication.class.getName()));
        command.addAll(List.of(Desk.arguments(
                folder,
                "--taxi-trips.local.firehose-port=" + port,
                "--taxi-trips.local.faults.throttled-records=0.05",
                "--taxi-trips.local.faults.failed-calls=0.05",
                "--taxi-trips.local.buffering.interval-in-seconds=1")));
        return new ProcessBuilder(command)
                .redirectOutput(folder.resolve("output").toFile())
                .redirectError(folder.resolve("error").toFile())
                .start();
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
