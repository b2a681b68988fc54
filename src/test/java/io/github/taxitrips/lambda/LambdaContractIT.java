package io.github.taxitrips.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import io.github.taxitrips.delivery.DeliveryException;
import io.github.taxitrips.intake.InvalidEventException;
import io.github.taxitrips.intake.KinesisEventReader;
import io.github.taxitrips.intake.TableValidator;
import io.github.taxitrips.intake.Verdict;
import io.github.taxitrips.local.KinesisEventWriter;
import io.github.taxitrips.local.aws.AwsEndpoint;
import io.github.taxitrips.local.aws.Faults;
import io.github.taxitrips.local.firehose.FirehoseApi;
import io.github.taxitrips.local.lake.DeliveryStream;
import io.github.taxitrips.local.lake.Lake;
import io.github.taxitrips.local.lake.LakeFile;
import io.github.taxitrips.local.producer.TripGenerator;
import io.github.taxitrips.telemetry.EmbeddedMetrics;
import io.github.taxitrips.template.DeployedFunction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The built package in Lambda's own runtime, with the template's handler and environment and the embedded Firehose: what
 * is answered, what arrives, and what is logged. One process takes all invocations that need no special start.
 */
class LambdaContractIT {

    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final int MAX_PAYLOAD = 6 * 1024 * 1024;
    private static final String STREAM = "taxi-trips-of-the-test";
    private static final String READINGS = "readings-of-the-test";
    private static final String QUARANTINE = "rejected-trips-of-the-test";

    /** Without packing, or a throttled record would always be all of an event. */
    private static final DeployedFunction FUNCTION = DeployedFunction.load(Map.of(
            "DeliveryStreamName", STREAM,
            "NumberOfRetries", "1",
            "Packing", "false",
            "QuarantineDeliveryStreamName", ""));

    private static final DeployedFunction ALL_PARTS = DeployedFunction.load(Map.of(
            "DeliveryStreamName", STREAM,
            "NumberOfRetries", "0",
            "Packing", "true",
            "OnExhausted", "report-failures",
            "QuarantineDeliveryStreamName", QUARANTINE));
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    static Path folder;

    private static final List<String> DELIVERED = new ArrayList<>();
    private static final Set<Path> READ = new HashSet<>();

    private static Lake lake;
    private static FirehoseApi firehose;
    private static AwsEndpoint endpoint;
    private static LambdaRuntimeApi runtimeApi;
    private static LambdaProcess process;

    private final KinesisEventReader reader = new KinesisEventReader();

    private record Invocation(LambdaRuntimeApi.Answer answer, String log, List<String> delivered) {}

    @BeforeAll
    static void start() {
        LambdaProcess.unpack(FUNCTION.codeUri(), folder.resolve("task"));
        lake = new Lake(
                folder.resolve("lake"),
                Stream.of(STREAM, QUARANTINE, READINGS)
                        .map(name -> DeliveryStream.plain(name, name))
                        .toList(),
                Clock.systemUTC());
        firehose = new FirehoseApi(List.of(STREAM, QUARANTINE, READINGS), lake, Clock.systemUTC());
        endpoint = new AwsEndpoint(0, Faults.none(), firehose);
        runtimeApi = new LambdaRuntimeApi();
        // Without memory, for tests use the same events and each starts anew.
        process = process(runtimeApi, FUNCTION, Map.of("TAXITRIPS_RETRY_MEMORY", "0"));
        // Runtime clients unpack their native library to one place: no second one may start while this one does.
        runtimeApi.invoke("{\"Records\":[]}".getBytes(UTF_8), LIMIT);
    }

    @AfterAll
    static void stop() {
        process.close();
        runtimeApi.close();
        endpoint.close();
        lake.close();
    }

    @BeforeEach
    void noFaults() {
        endpoint.setFaults(Faults.none());
    }

    @Test
    void sampleEvent() throws IOException {
        byte[] event = sample("mixed.json");
        List<String> clean = cleanIds(event);

        Invocation invocation = invoke(event);

        assertThat(invocation.answer.error()).isFalse();
        JsonNode report = JSON.readTree(invocation.answer.body());
        assertThat(report.get("received").intValue()).isEqualTo(100);
        assertThat(report.get("delivered").intValue()).isEqualTo(clean.size()).isBetween(1, 99);
        assertThat(report.get("retried").intValue()).isZero();
        assertThat(invocation.delivered).containsExactlyElementsOf(clean);
        assertLoggedReportAndPlaces(invocation, 20);
    }

    @Test
    void largestEvent() {
        byte[] event = largeEvent();
        assertThat(event.length).isBetween(MAX_PAYLOAD * 8 / 10, MAX_PAYLOAD);

        Invocation invocation = invoke(event);

        assertThat(invocation.answer.body())
                .contains(
                        "\"received\":6000", "\"delivered\":6000", "\"rejected\":{}", "\"retried\":0", "\"calls\":12");
        assertThat(invocation.delivered).hasSize(6_000).containsExactlyInAnyOrderElementsOf(cleanIds(event));
        assertLoggedReportOnly(invocation);
        assertThat(invocation.log.getBytes(UTF_8)).hasSizeLessThan(2_000);
    }

    /** Else every large event costs thousands of page faults, which take longer than to decode it. */
    @Test
    void memoryForEventsIsKept() throws IOException {
        Path proc = Path.of("/proc", Long.toString(process.handle().pid()));
        Path maps = proc.resolve("maps");
        assumeThat(Files.exists(maps) && Files.readString(maps).contains("/libc.so.6"))
                .as("the C library whose variables the template sets")
                .isTrue();
        byte[] event = largeEvent();
        long fewest = Long.MAX_VALUE;
        // While the heap still grows, it takes new pages too.
        for (int i = 0; i < 20; i++) {
            long before = minorFaults(proc);
            assertThat(runtimeApi.invoke(event, LIMIT).error()).isFalse();
            fewest = Math.min(fewest, minorFaults(proc) - before);
        }
        assertThat(fewest).as("page faults of an invocation").isLessThan(event.length / 4_096);
    }

    @Test
    void throttlingSurvived() throws IOException {
        byte[] event = sample("clean.json");
        // With this seed the first attempt loses one of three records, the second none.
        endpoint.setFaults(new Faults(0.3, 0, Duration.ZERO, Faults.SERVICE_UNAVAILABLE, 3));

        Invocation invocation = invoke(event);

        assertThat(invocation.answer.body()).contains("\"delivered\":3", "\"retried\":1", "\"calls\":2");
        assertThat(invocation.delivered).containsExactlyInAnyOrderElementsOf(cleanIds(event));
        assertLoggedReportOnly(invocation);
    }

    @Test
    void throttlingExhausted() throws IOException {
        byte[] event = sample("mixed.json");
        List<String> clean = cleanIds(event);
        endpoint.setFaults(new Faults(0.5, 0, Duration.ZERO, Faults.SERVICE_UNAVAILABLE, 1));

        Invocation invocation = invoke(event);

        assertFailed(invocation, DeliveryException.RetriesExhausted.class);
        Set<String> undelivered = new HashSet<>(clean);
        undelivered.removeAll(invocation.delivered);
        assertThat(undelivered).isNotEmpty().hasSizeLessThan(clean.size());
        assertThat(invocation.delivered).doesNotHaveDuplicates();
        assertThat(JSON.readTree(invocation.answer.body()).get("errorMessage").stringValue())
                .startsWith(undelivered.size() + " records failed in each of 2 attempts")
                .contains("\"delivered\":" + invocation.delivered.size());
        assertThat(undeliveredIds(invocation.log)).containsExactlyInAnyOrderElementsOf(undelivered);
        assertThat(invocation.delivered).noneMatch(invocation.log::contains);
        assertNoCoordinates(event, invocation.log + invocation.answer.body());
    }

    @Test
    void allRecordsFailed() throws IOException {
        byte[] event = sample("clean.json");
        endpoint.setFaults(new Faults(1, 0, Duration.ZERO, Faults.SERVICE_UNAVAILABLE, 1));

        Invocation invocation = invoke(event);

        assertFailed(invocation, DeliveryException.AllRecordsFailed.class);
        assertThat(JSON.readTree(invocation.answer.body()).get("errorMessage").stringValue())
                .startsWith("All 3 records failed on the first attempt");
        assertThat(invocation.delivered).isEmpty();
        assertThat(undeliveredIds(invocation.log)).containsExactlyElementsOf(cleanIds(event));
        assertNoCoordinates(event, invocation.log + invocation.answer.body());
    }

    @Test
    void unknownDeliveryStream() throws IOException {
        endpoint.setFaults(new Faults(0, 1, Duration.ZERO, "ResourceNotFoundException", 1));

        Invocation invocation = invoke(sample("clean.json"));

        assertFailed(invocation, DeliveryException.Refused.class);
        assertThat(JSON.readTree(invocation.answer.body()).get("errorMessage").stringValue())
                .contains(STREAM)
                .contains("ResourceNotFoundException")
                .contains("delivery_stream_name");
    }

    /** The secret stands for a payload. Were it in an error or a log, it would be in hands that may not read trips. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"Records\":[{\"kinesis\":{\"data\":\"c2VjcmV0\",",
                "{\"Records\":[{\"kinesis\":{\"data\":\"!secret\"}}]}",
                "{\"Records\":[{\"kinesis\":{\"data\":secret}}]}",
                "{\"Records\":[{\"kinesis\":{\"data\":{\"secret\":40.751287}}}]}",
                "{\"Records\":[{\"kinesis\":{\"secret\":\"c2VjcmV0\"}}]}",
                "{\"Records\":\"secret\"}",
                "{\"records\":[{\"secret\":40.751287}]}",
                "{\"httpMethod\":\"secret\"}",
                "[{\"secret\":40.751287}]",
                "\"secret\"",
                "secret"
            })
    void malformedPayload(String event) {
        Invocation invocation = invoke(event.getBytes(UTF_8));

        assertFailed(invocation, InvalidEventException.class);
        assertThat(invocation.delivered).isEmpty();
        for (String text : List.of(invocation.answer.body(), invocation.log)) {
            assertThat(text).doesNotContain("secret", "c2VjcmV0", "40.751287");
        }
    }

    /** Runs the hooks as SnapStart does, with all there is to log. */
    @Test
    void warmsUpBeforeTheSnapshotWithoutACall() throws IOException {
        byte[] event = sample("clean.json");
        long calls = firehose.totals().calls();
        try (LambdaRuntimeApi api = new LambdaRuntimeApi();
                LambdaProcess snapStart = process(
                        api,
                        FUNCTION,
                        Map.of(
                                "AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start",
                                "LOGGING_LEVEL_ROOT", "info",
                                "LOGGING_LEVEL_IO_GITHUB_TAXITRIPS", "debug"))) {
            api.awaitSnapshot(LIMIT);
            List<String> primed = snapStart.output().lines().toList();
            assertThat(primed).filteredOn(line -> line.contains("Warmed up")).hasSize(1);
            assertThat(primed).noneMatch(line -> line.contains("ForwardTrips"));
            assertThat(firehose.totals().calls()).isEqualTo(calls);

            api.restore();
            Invocation invocation = invoke(api, snapStart, event);

            assertThat(invocation.answer.error()).isFalse();
            assertThat(invocation.delivered).isEqualTo(cleanIds(event));
            assertNoCoordinates(event, snapStart.output());
            assertThat(snapStart.output()).doesNotContain("WARN");
        }
    }

    /** Lambda's own deadline, which the adapter passes on, is nearer than the time budget. */
    @Test
    void noCallIsBegunThatCouldOutliveTheInvocation() throws IOException {
        long calls = firehose.totals().calls();

        LambdaRuntimeApi.Answer answer = runtimeApi.invoke(sample("clean.json"), LIMIT, Duration.ofMillis(700));

        assertThat(answer.error()).isTrue();
        JsonNode error = JSON.readTree(answer.body());
        assertThat(error.get("errorType").stringValue()).isEqualTo(DeliveryException.OutOfTime.class.getName());
        assertThat(error.get("errorMessage").stringValue()).contains("no call was begun", "the function's timeout");
        assertThat(firehose.totals().calls()).isEqualTo(calls);
    }

    @Test
    void lessThanACallsTimeIsStillTimeForACall() throws IOException {
        LambdaRuntimeApi.Answer answer = runtimeApi.invoke(sample("clean.json"), LIMIT, Duration.ofSeconds(8));

        assertThat(answer.error()).isFalse();
        assertThat(answer.body()).contains("\"delivered\":3");
    }

    /** The events of other shapes that the parser of events knows, through the adapter. */
    @Test
    void windowsStateIsGivenBack() throws IOException {
        String event = new String(sample("clean.json"), UTF_8).strip();
        String window = event.substring(0, event.length() - 1)
                + ",\"window\":{\"start\":\"s\",\"end\":\"e\"},\"state\":{\"1\":2},\"isFinalInvokeForWindow\":false}";

        LambdaRuntimeApi.Answer answer = runtimeApi.invoke(window.getBytes(UTF_8), LIMIT, LIMIT);

        assertThat(answer.error()).isFalse();
        assertThat(answer.body())
                .contains("\"delivered\":3")
                .endsWith(",\"batchItemFailures\":[],\"state\":{\"1\":2}}");
    }

    @Test
    void packsQuarantinesReportsAndRemembers() throws IOException {
        TripGenerator generator = new TripGenerator(8);
        List<byte[]> payloads = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            payloads.add(i % 100 == 50 ? generator.unclean(TripGenerator.UNCLEAN.get(4)) : generator.record());
        }
        byte[] event = new KinesisEventWriter(Instant.now()).event(payloads);
        List<String> clean = cleanIds(event);
        try (LambdaRuntimeApi api = new LambdaRuntimeApi();
                LambdaProcess lambda = process(api, ALL_PARTS, Map.of())) {
            // With this seed some of the packed records fail, but not the first.
            endpoint.setFaults(new Faults(0.4, 0, Duration.ZERO, Faults.SERVICE_UNAVAILABLE, 6));
            Invocation first = invoke(api, lambda, event);
            endpoint.setFaults(Faults.none());

            assertThat(first.answer.error()).isFalse();
            assertThat(first.answer.body()).contains(",\"batchItemFailures\":[{\"itemIdentifier\":\"4966543");
            assertThat(first.delivered).isNotEmpty().hasSizeLessThan(clean.size());

            Invocation second = invoke(api, lambda, event);
            assertThat(second.answer.body()).endsWith(",\"batchItemFailures\":[]}");
            List<String> delivered = new ArrayList<>(first.delivered);
            delivered.addAll(second.delivered);
            assertThat(delivered).containsExactlyInAnyOrderElementsOf(clean);
            assertThat(second.log).contains("\"skipped\":" + first.delivered.size() + ",");
            assertThat(quarantine()).hasSize(10).allMatch(line -> line.startsWith("{\"reason\":\"missing\""));
        }
    }

    private static List<String> quarantine() throws IOException {
        List<String> lines = new ArrayList<>();
        lake.flush();
        for (LakeFile file : lake.files()) {
            if (file.folder().equals(QUARANTINE)) {
                lines.addAll(Files.readAllLines(file.path()));
            }
        }
        return lines;
    }

    @Test
    void takesATableFromAFileAndFromAProfile() throws IOException {
        String file = Path.of("docs/readings.yml").toUri().toString();
        try (LambdaRuntimeApi api = new LambdaRuntimeApi();
                LambdaProcess lambda = process(
                        api,
                        FUNCTION,
                        Map.of("SPRING_CONFIG_ADDITIONALLOCATION", file, "delivery_stream_name", READINGS))) {
            assertThat(api.invoke(sample("readings.json"), LIMIT).body())
                    .contains("\"received\":60", "\"delivered\":30", "\"too_early:received_at\":1")
                    .endsWith(",\"batchItemFailures\":[]}");
            assertThat(lambda.output()).doesNotContain("ERROR");
        }
        String trip = new String(new TripGenerator(1).record(), UTF_8);
        byte[] event = new KinesisEventWriter(Instant.now())
                .event(List.of(
                        trip.replaceAll("(pickup_latitude\":)[^,]+", "$151.5").getBytes(UTF_8)));
        try (LambdaRuntimeApi api = new LambdaRuntimeApi();
                LambdaProcess lambda = process(api, FUNCTION, Map.of("SPRING_PROFILES_ACTIVE", "strict"))) {
            assertThat(api.invoke(event, LIMIT).body()).contains("{\"too_large:pickup_latitude\":1}");
            assertThat(lambda.output()).doesNotContain("ERROR");
        }
    }

    /** Its library is in the process, and nothing is said of it. */
    @Test
    void digestsAndCiphersAreNative() throws IOException {
        assumeTrue(OS.LINUX.isCurrentOs());
        invoke(sample("clean.json"));
        Path maps = Path.of("/proc", Long.toString(process.handle().pid()), "maps");
        assertThat(Files.readString(maps)).contains("amazonCorrettoCryptoProvider");
        assertThat(process.output()).doesNotContain("Corretto");
    }

    @Test
    void withoutALibraryTheJdkDoesItAndOneLineSaysSo() throws IOException {
        Path root = Files.createDirectories(folder.resolve("no-crypto"));
        Files.createSymbolicLink(root.resolve("lib"), folder.resolve("task/lib"));
        try (LambdaRuntimeApi api = new LambdaRuntimeApi();
                LambdaProcess lambda = process(
                        api, FUNCTION, Map.of("LAMBDA_TASK_ROOT", root.toString(), "delivery_stream_name", READINGS))) {
            assertThat(api.invoke(sample("clean.json"), LIMIT).body()).contains("\"delivered\":3");
            List<String> warnings = lambda.output()
                    .lines()
                    .filter(line ->
                            JSON.readTree(line).get("level").stringValue().equals("WARN"))
                    .toList();
            assertThat(warnings)
                    .singleElement()
                    .asString()
                    .contains("Amazon Corretto Crypto Provider is not used", "NoSuchFileException");
        }
    }

    @Test
    void wrongSettingIsExplainedAtTheStart() {
        try (LambdaRuntimeApi api = new LambdaRuntimeApi();
                LambdaProcess wrong = process(api, FUNCTION, Map.of("number_of_retries", "11"))) {
            assertThat(api.initError(LIMIT)).isNotEmpty();
            assertThat(wrong.output())
                    .contains("taxi-trips.retry.max-retries")
                    .contains("must be a whole number from 0 to 10");
        }
    }

    @Test
    void startLogsNothing() {
        invoke("{\"Records\":[]}".getBytes(UTF_8));

        assertThat(process.output()).startsWith("{");
        assertThat(process.output().lines())
                .allSatisfy(line -> assertThat(JSON.readTree(line).isObject()).isTrue());
    }

    private static LambdaProcess process(
            LambdaRuntimeApi api, DeployedFunction function, Map<String, String> environment) {
        Map<String, String> variables = new HashMap<>(environment);
        variables.put("AWS_ENDPOINT_URL_FIREHOSE", endpoint.uri().toString());
        return LambdaProcess.start(
                function,
                api,
                folder.resolve("task"),
                folder.resolve(api.address().replace(':', '-')),
                variables);
    }

    private Invocation invoke(byte[] event) {
        return invoke(runtimeApi, process, event);
    }

    private Invocation invoke(LambdaRuntimeApi api, LambdaProcess lambda, byte[] event) {
        int logged = lambda.output().length();
        int delivered = deliveredIds().size();
        LambdaRuntimeApi.Answer answer = api.invoke(event, LIMIT);
        if (answer.error()) {
            // The runtime logs an error after it has posted it.
            Awaitility.await().atMost(LIMIT).until(() -> lambda.output().contains(answer.requestId()));
        }
        String log = lambda.output().substring(logged);
        List<String> ids = deliveredIds();
        return new Invocation(answer, log, ids.subList(delivered, ids.size()));
    }

    private static byte[] largeEvent() {
        TripGenerator generator = new TripGenerator(7);
        return new KinesisEventWriter(Instant.now())
                .event(Stream.generate(generator::record).limit(6_000).toList());
    }

    /** The tenth field of proc_pid_stat(5); the second, in parentheses, may hold spaces. */
    private static long minorFaults(Path proc) throws IOException {
        String stat = Files.readString(proc.resolve("stat"));
        return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", 9)[7]);
    }

    private static void assertFailed(Invocation invocation, Class<?> type) {
        assertThat(invocation.answer.error()).isTrue();
        assertThat(JSON.readTree(invocation.answer.body()).get("errorType").stringValue())
                .isEqualTo(type.getName());
        assertThat(invocation.log).contains(type.getName());
    }

    /** The counts, which the answer has with Lambda's partial batch response, and nothing else. */
    private static void assertLoggedReportOnly(Invocation invocation) {
        assertThat(invocation.log.lines()).hasSize(1);
        assertReport(invocation, invocation.log);
    }

    private static void assertReport(Invocation invocation, String logLine) {
        JsonNode line = JSON.readTree(logLine);
        assertThat(line.get("level").stringValue()).isEqualTo("INFO");
        JsonNode answer = JSON.readTree(invocation.answer.body());
        for (String count : List.of("received", "delivered", "undelivered", "skipped", "retried", "billedBytes")) {
            assertThat(line.get(count)).as(count).isEqualTo(answer.get(count));
        }
        assertThat(line.get("reasons")).isEqualTo(answer.get("rejected"));
        assertThat(line.get("requestId").stringValue()).isNotEmpty();
        assertThat(EmbeddedMetrics.read(line).keySet()).contains("TaxiTrips, FunctionName=taxi-trips, received, Count");
    }

    /** Beside the counts the places of the rejected records, and nothing of what they hold. */
    private static void assertLoggedReportAndPlaces(Invocation invocation, int rejected) {
        List<String> lines = invocation.log.lines().toList();
        assertThat(lines).hasSize(2);
        assertReport(invocation, lines.get(0));
        JsonNode line = JSON.readTree(lines.get(1));
        assertThat(line.get("level").stringValue()).isEqualTo("WARN");
        assertThat(line.get("message").stringValue())
                .contains(rejected + " of " + rejected, "zero:pickup_latitude shardId-");
    }

    private void assertNoCoordinates(byte[] event, String text) {
        for (byte[] payload : cleanPayloads(event)) {
            JsonNode trip = JSON.readTree(payload);
            for (String column :
                    List.of("pickup_latitude", "pickup_longitude", "dropoff_latitude", "dropoff_longitude")) {
                assertThat(text).doesNotContain(trip.get(column).toString());
            }
        }
    }

    private static List<String> undeliveredIds(String log) {
        List<String> ids = new ArrayList<>();
        log.lines()
                .map(JSON::readTree)
                .filter(line -> line.path("message").asString("").startsWith("Undelivered to "))
                .map(line -> line.get("message").stringValue())
                .forEach(message -> ids.addAll(List.of(message.substring(message.indexOf('[') + 1, message.indexOf(']'))
                        .split(", "))));
        return ids;
    }

    private List<String> cleanIds(byte[] event) {
        return cleanPayloads(event).stream().map(LambdaContractIT::tripId).toList();
    }

    private List<byte[]> cleanPayloads(byte[] event) {
        TableValidator validator = new TableValidator(TripGenerator.TABLE, false);
        return reader.read(event).getRecords().stream()
                .map(KinesisEventRecord::getKinesis)
                .map(record -> record.getData().array())
                .filter(payload -> payload.length > 0 && validator.judge(payload) instanceof Verdict.Clean)
                .toList();
    }

    private static String tripId(byte[] trip) {
        return JSON.readTree(trip).get("trip_id").toString();
    }

    /** Ids of all trips in the lake, in order of their arrival. */
    private static List<String> deliveredIds() {
        lake.flush();
        lake.files().stream()
                .filter(file -> file.folder().equals(STREAM) && READ.add(file.path()))
                .flatMap(file -> {
                    try {
                        return Files.readAllLines(file.path()).stream();
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                })
                .map(line -> tripId(line.getBytes(UTF_8)))
                .forEach(DELIVERED::add);
        return List.copyOf(DELIVERED);
    }

    private static byte[] sample(String name) throws IOException {
        return Files.readAllBytes(Path.of("events", name));
    }
}
