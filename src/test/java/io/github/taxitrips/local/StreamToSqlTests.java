package io.github.taxitrips.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.github.taxitrips.intake.AwsAggregator;
import io.github.taxitrips.intake.Rejection;
import io.github.taxitrips.intake.Rejection.Reason;
import io.github.taxitrips.local.aws.AwsEndpoint;
import io.github.taxitrips.local.aws.ClientProcess;
import io.github.taxitrips.local.aws.ClientProcess.Run;
import io.github.taxitrips.local.aws.Faults;
import io.github.taxitrips.local.mapping.EventSourceMapping;
import io.github.taxitrips.local.producer.Destination;
import io.github.taxitrips.local.producer.Redrive;
import io.github.taxitrips.local.producer.Replay;
import io.github.taxitrips.local.producer.TripGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** What a producer puts into the stream is found with SQL, whoever the producer is, and what was set aside comes after. */
class StreamToSqlTests {

    private static final String COUNT = "SELECT count(*), count(DISTINCT trip_id) FROM nyctaxitrips";
    private static final String BOTO3 = """
            import boto3, sys
            lines = open(sys.argv[1], 'rb').read().splitlines(keepends=True)
            boto3.client('kinesis').put_records(StreamName='input-stream',
                Records=[{'PartitionKey': str(i), 'Data': line} for i, line in enumerate(lines)])
            """;

    private final TripGenerator generator = new TripGenerator(11);

    @TempDir
    private static Path shared;

    /** For tests that need no settings of their own. */
    private static Desk desk;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        desk = new Desk(shared);
    }

    @AfterAll
    static void stop() {
        desk.close();
    }

    @BeforeEach
    void clear() throws IOException {
        desk.clear();
    }

    @Test
    void recordsOfTheAwsCliAreFoundWithSql() throws Exception {
        ClientProcess client = new ClientProcess(folder, desk.endpoint());
        client.assumeThatItRuns("aws", "--version");
        for (byte[] record :
                List.of(generator.record(), generator.unclean(Rejection.of(Reason.NOT_JSON)), generator.record())) {
            Run run = client.run(
                    "aws",
                    "kinesis",
                    "put-record",
                    "--stream-name=input-stream",
                    "--partition-key=1",
                    "--data=" + new String(record, StandardCharsets.UTF_8));
            assertThat(run.status()).as(run.error()).isZero();
        }
        assertThat(desk.ask("SELECT trip_id FROM nyctaxitrips ORDER BY trip_id"))
                .containsExactly("1000000", "1000002");
    }

    @Test
    void recordsOfBoto3AreFoundWithSql() throws Exception {
        ClientProcess client = new ClientProcess(folder, desk.endpoint());
        client.assumeThatItRuns("python3", "-c", "import boto3");
        Path lines = folder.resolve("lines");
        for (int i = 0; i < 200; i++) {
            Files.write(lines, generator.record(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
        Run run = client.run("python3", "-c", BOTO3, lines.toString());
        assertThat(run.status()).as(run.error()).isZero();
        assertThat(desk.ask(COUNT)).containsExactly("200 200");
    }

    @Test
    void recordsThatTheProducerLibraryAggregatedAreFoundWithSql() {
        AwsAggregator aggregator = new AwsAggregator();
        for (int i = 0; i < 50; i++) {
            aggregator.add("key-" + i, null, generator.record());
        }
        try (KinesisClient client = new Destination(desk.endpoint()).client()) {
            client.putRecord(request -> request.streamName("input-stream")
                    .partitionKey("a")
                    .data(SdkBytes.fromByteArray(aggregator.toBytes())));
            assertThat(desk.ask(COUNT)).containsExactly("50 50");
        }
    }

    @Test
    void replaySendsWhatItIsAskedForAndGoesOnWhereItEnded() {
        desk.bean(AwsEndpoint.class)
                .setFaults(new Faults(0.01, 0, Duration.ZERO, Faults.SERVICE_UNAVAILABLE, 1)
                        .withKinesis(Faults.Calls.failing(0.05, 0.5)));
        String first = replay(desk, "--records", "3000", "--aggregate");
        assertThat(first).contains("3,000 records to input-stream at").contains("--skip 3000\n");
        assertThat(desk.ask(COUNT)).containsExactly("3000 3000");
        String[] goOn =
                first.strip().replaceAll("(?s).*To go on after these: ", "").split(" ");
        List<String> again = new ArrayList<>(List.of("--records", "5000", "--rate", "20000"));
        again.addAll(List.of(goOn));
        String more = replay(desk, again.toArray(String[]::new));
        assertThat(more).startsWith("2,000 records to input-stream").endsWith("--skip 5000\n");
        assertThat(more).doesNotContain("sent again               0").contains("failed calls");
        assertThat(desk.ask(COUNT)).containsExactly("5000 5000");
        replay(desk, "--records", "1000", "--unclean", "0.5", "--duplicates", "0.1");
        assertThat(desk.ask("SELECT count(*) > 5300, count(*) < 5700 FROM nyctaxitrips"))
                .containsExactly("true true");
    }

    /** Another service, which answers that all is well and tells nothing of the records. */
    @Test
    void endpointThatIsNoKinesisIsNotTakenForOne() throws IOException {
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("Content-Type", "application/x-amz-cbor-1.1");
            exchange.sendResponseHeaders(200, 1);
            // A map without members.
            exchange.getResponseBody().write(0xA0);
            exchange.close();
        });
        other.start();
        try {
            String[] arguments = {
                "--records",
                "1000",
                "--to",
                "http://127.0.0.1:" + other.getAddress().getPort()
            };
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            assertThat(Replay.run(arguments, new PrintStream(out, true, StandardCharsets.UTF_8)))
                    .isEqualTo(1);
            assertThat(out.toString(StandardCharsets.UTF_8))
                    .startsWith("0 records to")
                    .contains("--skip 0");
        } finally {
            other.stop(0);
        }
    }

    @Test
    void replayOfFilesSendsTheirTrips() throws IOException {
        Path rows = folder.resolve("trips.csv");
        Files.writeString(rows, """
                VendorID,tpep_pickup_datetime,tpep_dropoff_datetime,passenger_count,trip_distance,pickup_longitude,pickup_latitude,dropoff_longitude,dropoff_latitude,total_amount
                2,2016-01-02 20:18:04,2016-01-02 20:32:14,4,0.94,-73.96,40.75,-73.97,40.76,10.8
                1,2016-01-03 20:18:04,2016-01-03 20:32:14,1,1.94,0,0,-73.97,40.76,11.8
                """);
        assertThat(replay(desk, rows.toString(), "--speed-up", "1000000")).startsWith("2 records to");
        assertThat(desk.ask("SELECT pickup_datetime, total_amount FROM nyctaxitrips"))
                .containsExactly("2016-01-03T01:18:04 10.8");
    }

    @Test
    void batchesThatLambdaGaveUpAreSentAgainOnce() throws IOException {
        try (Desk desk = new Desk(
                folder,
                "--taxi-trips.local.mapping.maximum-retry-attempts=0",
                "--taxi-trips.retry.max-retries=0",
                "--taxi-trips.local.faults.failed-calls=1")) {
            replay(desk, "--records", "100");
            assertThat(desk.ask(COUNT)).containsExactly("0 0");
            desk.bean(AwsEndpoint.class).setFaults(Faults.none());
            assertThat(redrive(desk, "failed", "lake/aws", "--dry-run"))
                    .contains("100 records would go to input-stream");
            assertThat(redrive(desk, "failed", "lake/aws")).contains("100 records sent to input-stream");
            assertThat(desk.ask(COUNT)).containsExactly("100 100");
            assertThat(redrive(desk, "failed", "lake/aws"))
                    .contains("0 records sent to input-stream", "100 were sent before");
            assertThat(desk.ask(COUNT)).containsExactly("100 100");
        }
    }

    @Test
    void quarantineIsSentAgainByReasonOnceTheRuleHasChanged() throws IOException {
        String quarantine = "--taxi-trips.quarantine.delivery-stream-name=rejected-trips";
        List<byte[]> records = new ArrayList<>();
        for (Rejection kind : List.of(
                new Rejection(Reason.ZERO, "pickup_latitude"),
                Rejection.of(Reason.NOT_JSON),
                new Rejection(Reason.ZERO, "dropoff_longitude"))) {
            records.add(generator.unclean(kind));
        }
        Path lines = folder.resolve("lines");
        for (byte[] record : records) {
            Files.write(lines, record, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            Files.writeString(lines, "\n", StandardOpenOption.APPEND);
        }
        Path first = folder.resolve("first");
        try (Desk desk = new Desk(first, quarantine)) {
            replay(desk, lines.toString());
            assertThat(desk.ask(COUNT)).containsExactly("0 0");
        }
        Path rule = folder.resolve("rule.yml");
        String table = Files.readString(Path.of("application.yml"));
        Files.writeString(rule, table.replace(", non-zero: true", ""));
        try (Desk desk = new Desk(folder, quarantine, "--spring.config.location=" + rule)) {
            assertThat(redrive(desk, "quarantine", "first/lake/quarantine", "--reason", "zero"))
                    .contains("2 records sent to input-stream");
            assertThat(desk.ask(COUNT)).containsExactly("2 2");
            assertThat(redrive(desk, "quarantine", "first/lake/quarantine"))
                    .contains("1 records sent to input-stream", "2 were sent before");
            assertThat(redrive(desk, "quarantine", "first/lake/quarantine", "--until", "2026-01-01T00:00:00Z"))
                    .contains("0 records sent to input-stream");
            assertThat(desk.ask(COUNT)).containsExactly("2 2");
        }
    }

    @Test
    void whatFirehoseCouldNotConvertIsSentAgainOnceTheTableIsMended() throws IOException {
        String misfit = new String(generator.record(), StandardCharsets.UTF_8)
                .replaceAll("\"passenger_count\":\\d+", "\"passenger_count\":3000000000");
        Path lines = Files.writeString(folder.resolve("lines"), misfit);
        Path first = folder.resolve("first");
        try (Desk desk = new Desk(first)) {
            replay(desk, lines.toString());
            assertThat(desk.ask(COUNT)).containsExactly("0 0");
        }
        Path mended = folder.resolve("mended.yml");
        String table = Files.readString(Path.of("application.yml"));
        Files.writeString(mended, table.replace("passenger_count, type: int", "passenger_count, type: bigint"));
        try (Desk desk = new Desk(folder, "--spring.config.location=" + mended)) {
            assertThat(redrive(desk, "errors", "first/lake/nyctaxitripserror"))
                    .contains("1 records sent to input-stream");
            assertThat(desk.ask("SELECT passenger_count FROM nyctaxitrips")).containsExactly("3000000000");
        }
    }

    @Test
    void objectOfAnotherKindIsNamedAndKeepsNoOtherFromBeingSent() throws IOException {
        Path objects = Files.createDirectories(folder.resolve("objects"));
        Files.writeString(objects.resolve("a"), "{\"rawData\":\"e30=\"}{\"rawData\":\"W10=\"}\n");
        Files.writeString(objects.resolve("b"), "{\"reason\":\"zero\"}");
        Files.writeString(objects.resolve("c"), "{\"rawData\":\"e30=\"}\nno JSON");
        int before = rejected();
        String told = redrive(desk, "errors", "objects");
        assertThat(told)
                .contains("1 of 3", "a: 2 records")
                .contains("b: not done: its line 1 has no rawData")
                .contains("c: not done: its line 2 is no JSON")
                .contains("3 records sent to input-stream", "2 objects were not done");
        desk.settle();
        assertThat(rejected()).isEqualTo(before + 3);
    }

    @Test
    void recordThatNoStreamTakesIsToldEachTime() throws IOException {
        Path object = Files.createDirectories(folder.resolve("large")).resolve("object");
        Files.writeString(
                object,
                "{\"reason\":\"zero\",\"payload\":\"" + "x".repeat(2_000_000) + "\"}\n"
                        + "{\"reason\":\"zero\",\"payload\":\"{}\"}\n");
        for (String sent : List.of("1 records sent to input-stream", "0 records sent to input-stream")) {
            String told = run(
                    desk,
                    1,
                    (all, out) -> Redrive.run(all, out),
                    "quarantine",
                    object.toString(),
                    "--done",
                    folder.resolve("done").toString());
            assertThat(told).contains(sent, "1 could not be sent: larger than the 1 MiB");
        }
    }

    private static int rejected() {
        return desk.bean(InvocationTotals.class).sums().rejected().values().stream()
                .mapToInt(Integer::intValue)
                .sum();
    }

    @Test
    void lostEnvironmentsCostNoTrip() {
        try (Desk desk = new Desk(folder, "--taxi-trips.local.mapping.batch-size=50")) {
            desk.bean(AwsEndpoint.class)
                    .setFaults(new Faults(0.05, 0, Duration.ZERO, Faults.SERVICE_UNAVAILABLE, 1)
                            .withLostEnvironments(0.5));
            replay(desk, "--records", "2000");
            assertThat(desk.ask("SELECT count(DISTINCT trip_id) FROM nyctaxitrips"))
                    .containsExactly("2000");
        }
    }

    @Test
    void recordsThatWaitAreDoneWithAfterARestart() {
        try (Desk desk = new Desk(folder, "--taxi-trips.local.faults.failed-calls=1")) {
            replay(desk, "--records", "500");
            Awaitility.await()
                    .until(() -> desk.bean(EventSourceMapping.class).status().failed() > 0);
        }
        try (Desk desk = new Desk(folder)) {
            assertThat(desk.ask(COUNT)).containsExactly("500 500");
        }
    }

    private static String replay(Desk desk, String... arguments) {
        return run(desk, 0, (all, out) -> Replay.run(all, out), arguments);
    }

    private String redrive(Desk desk, String kind, String place, String... more) {
        String[] arguments = Stream.concat(
                        Stream.of(
                                kind,
                                folder.resolve(place).toString(),
                                "--done",
                                folder.resolve("done").toString()),
                        Stream.of(more))
                .toArray(String[]::new);
        return run(desk, -1, (all, out) -> Redrive.run(all, out), arguments);
    }

    private interface Tool {
        int run(String[] arguments, PrintStream out);
    }

    private static String run(Desk desk, int status, Tool tool, String... arguments) {
        String[] all = Stream.concat(
                        Stream.of(arguments), Stream.of("--to", desk.endpoint().toString()))
                .toArray(String[]::new);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int ended = tool.run(all, new PrintStream(out, true, StandardCharsets.UTF_8));
        String told = out.toString(StandardCharsets.UTF_8).replace("\r", "");
        if (status >= 0) {
            assertThat(ended).as(told).isEqualTo(status);
        }
        return told;
    }
}
