package io.github.taxitrips.local.firehose;

import static io.github.taxitrips.local.firehose.FirehoseLab.STREAM;
import static io.github.taxitrips.local.firehose.FirehoseLab.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.github.taxitrips.local.aws.Faults;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.firehose.model.FirehoseException;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchResponse;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchResponseEntry;
import software.amazon.awssdk.services.firehose.model.Record;
import software.amazon.awssdk.services.firehose.model.ServiceUnavailableException;

/** What goes wrong on purpose, and several callers at once. */
class FaultsTests {

    private final ExecutorService callers = Executors.newCachedThreadPool();
    private FirehoseLab lab;

    @BeforeEach
    void start(@TempDir Path folder) {
        lab = new FirehoseLab(folder.resolve("lake"));
    }

    @AfterEach
    void stop() {
        callers.shutdownNow();
        lab.close();
    }

    @Test
    void throttledRecordsFailAtTheirPositionsAndTheOthersAreStored() {
        lab.endpoint.setFaults(faults(0.3, 0, Faults.SERVICE_UNAVAILABLE, 7));
        List<Record> records =
                IntStream.range(0, 500).mapToObj(i -> record(i + "\n")).toList();

        PutRecordBatchResponse response = lab.put(records);

        List<PutRecordBatchResponseEntry> entries = response.requestResponses();
        assertThat(entries)
                .hasSize(500)
                .extracting(
                        entry -> entry.recordId() == null,
                        PutRecordBatchResponseEntry::errorCode,
                        PutRecordBatchResponseEntry::errorMessage)
                .containsOnly(tuple(false, null, null), tuple(true, "ServiceUnavailableException", "Slow down."));
        String accepted = IntStream.range(0, 500)
                .filter(i -> entries.get(i).errorCode() == null)
                .mapToObj(i -> i + "\n")
                .collect(Collectors.joining());
        int failed = 500 - (int) accepted.lines().count();
        assertThat(failed).isBetween(100, 200);
        assertThat(response.failedPutCount()).isEqualTo(failed);
        assertThat(lab.stored()).isEqualTo(accepted);
        assertThat(lab.firehose.totals())
                .extracting(Totals::calls, Totals::failedCalls, Totals::records, Totals::failedRecords)
                .containsExactly(1L, 0L, 500L - failed, (long) failed);
    }

    /** A reset is no code for a record. */
    @ParameterizedTest
    @CsvSource({"InternalFailure, InternalFailure", Faults.CONNECTION_RESET + ", ServiceUnavailableException"})
    void sharesOfZeroAndOneMeanNoneAndAll(String code, String codeOfARecord) {
        lab.endpoint.setFaults(faults(1, 0, code, 1));
        assertThat(lab.put(List.of(record("a"), record("b"))).requestResponses())
                .extracting(PutRecordBatchResponseEntry::errorCode)
                .containsExactly(codeOfARecord, codeOfARecord);
        lab.endpoint.setFaults(faults(0, 0, code, 1));
        assertThat(lab.put(List.of(record("a"), record("b"))).failedPutCount()).isZero();
        assertThat(lab.stored()).isEqualTo("ab");
    }

    @Test
    void throttledSingleRecordFailsItsCall() {
        lab.endpoint.setFaults(faults(1, 0, Faults.SERVICE_UNAVAILABLE, 1));

        assertThatExceptionOfType(ServiceUnavailableException.class)
                .isThrownBy(() ->
                        lab.client.putRecord(r -> r.deliveryStreamName(STREAM).record(record("a"))))
                .withMessageContaining("Slow down.");
        assertThat(lab.stored()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "ServiceUnavailableException, 503",
        "InternalFailure, 500",
        "InvalidKMSResourceException, 400",
        "RequestEntityTooLarge, 413",
        "Throttling.Sometimes, 400"
    })
    void failedCallCarriesItsCodeAndStatusAndStoresNothing(String code, int status) {
        lab.endpoint.setFaults(faults(0, 1, code, 1));

        assertThatExceptionOfType(FirehoseException.class)
                .isThrownBy(() -> lab.put(List.of(record("a"))))
                .satisfies(e -> {
                    assertThat(e.statusCode()).isEqualTo(status);
                    assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code);
                });
        assertThat(lab.stored()).isEmpty();
        assertThat(lab.firehose.totals()).isEqualTo(new Totals(1, 1, 0, 0, 0, 0));
    }

    @Test
    void faultsSpareOtherOperationsAndRequestsThatAreWrongAnyway() {
        lab.endpoint.setFaults(faults(0, 1, Faults.SERVICE_UNAVAILABLE, 1));

        assertThat(lab.client.listDeliveryStreams().deliveryStreamNames()).containsExactly(STREAM);
        assertThat(lab.call("PutRecord", "{}").headers().firstValue("x-amzn-ErrorType"))
                .hasValue("ValidationException");
    }

    @Test
    void sameSeedGivesTheSameFaultsAgain() {
        Faults faults = faults(0.2, 0.3, Faults.SERVICE_UNAVAILABLE, 42);
        List<String> first = outcomes(faults);

        assertThat(first).contains("call failed").anyMatch(outcome -> outcome.contains("x"));
        assertThat(outcomes(faults)).isEqualTo(first);
        assertThat(outcomes(faults(0.2, 0.3, Faults.SERVICE_UNAVAILABLE, 43))).isNotEqualTo(first);
    }

    private List<String> outcomes(Faults faults) {
        lab.endpoint.setFaults(faults);
        List<Record> records = IntStream.range(0, 10).mapToObj(i -> record("r")).toList();
        List<String> outcomes = new ArrayList<>();
        for (int call = 0; call < 20; call++) {
            try {
                outcomes.add(lab.put(records).requestResponses().stream()
                        .map(entry -> entry.errorCode() == null ? "." : "x")
                        .toList()
                        .toString());
            } catch (ServiceUnavailableException e) {
                outcomes.add("call failed");
            }
        }
        return outcomes;
    }

    /** HttpURLConnection sends a POST that it may buffer a second time when the connection is closed on it. */
    @Test
    void resetConnectionIsAFailedCallOfExactlyOneRequest() {
        lab.endpoint.setFaults(faults(0, 1, Faults.CONNECTION_RESET, 1));
        assertThatExceptionOfType(SdkClientException.class).isThrownBy(() -> lab.put(List.of(record("fresh"))));
        assertThat(lab.firehose.totals()).isEqualTo(new Totals(1, 1, 0, 0, 0, 0));

        lab.endpoint.setFaults(Faults.none());
        lab.put(List.of(record("opens a connection that is kept alive")));
        lab.endpoint.setFaults(faults(0, 1, Faults.CONNECTION_RESET, 1));
        assertThatExceptionOfType(SdkClientException.class).isThrownBy(() -> lab.put(List.of(record("re-used"))));
        assertThat(lab.firehose.totals().calls()).isEqualTo(3);
        assertThat(lab.firehose.totals().failedCalls()).isEqualTo(2);

        lab.endpoint.setFaults(Faults.none());
        lab.put(List.of(record(", and again")));
        assertThat(lab.stored()).isEqualTo("opens a connection that is kept alive, and again");
    }

    /** A share of its own, beside calls that fail with a code. */
    @Test
    void callsAreResetBesideThoseThatFail() {
        Faults.Calls half = new Faults.Calls(0, 0.3, 0.3, Duration.ZERO);
        lab.endpoint.setFaults(new Faults(half, Faults.Calls.SPARED, Faults.SERVICE_UNAVAILABLE, 5, List.of(), 0));
        int reset = 0;
        int failed = 0;
        StringBuilder taken = new StringBuilder();
        for (int call = 0; call < 40; call++) {
            try {
                lab.put(List.of(record(call + "\n")));
                taken.append(call).append('\n');
            } catch (ServiceUnavailableException e) {
                failed++;
            } catch (SdkClientException e) {
                reset++;
            }
        }
        assertThat(reset).isPositive();
        assertThat(failed).isPositive();
        assertThat(taken).isNotEmpty();
        assertThat(lab.stored()).isEqualTo(taken.toString());
    }

    @Test
    void onlyNamedOperationsSuffer() {
        lab.endpoint.setFaults(new Faults(0, 1, Duration.ofMinutes(5), Faults.CONNECTION_RESET, 1)
                .withOperations("firehose:PutRecord"));
        assertThat(lab.put(List.of(record("a"))).failedPutCount()).isZero();

        lab.endpoint.setFaults(faults(0, 1, Faults.INTERNAL_FAILURE, 1).withOperations("firehose:PutRecordBatch"));
        lab.client.putRecord(r -> r.deliveryStreamName(STREAM).record(record("b")));
        assertThatExceptionOfType(FirehoseException.class).isThrownBy(() -> lab.put(List.of(record("c"))));

        lab.endpoint.setFaults(faults(0, 1, Faults.INTERNAL_FAILURE, 1).withOperations("kinesis:PutRecord"));
        lab.client.putRecord(r -> r.deliveryStreamName(STREAM).record(record("d")));
        assertThat(lab.stored()).isEqualTo("abd");
    }

    @Test
    void latencyIsThatOfTheService() {
        Faults.Calls slow = new Faults.Calls(0, 0, 0, Duration.ofMinutes(5));
        lab.endpoint.setFaults(Faults.none().withKinesis(slow));
        assertThat(lab.put(List.of(record("a"))).failedPutCount()).isZero();
    }

    @Test
    void clientThatGivesUpBeforeTheLatencyHasItsRecordsStoredAllTheSame() {
        lab.endpoint.setFaults(new Faults(0, 0, Duration.ofMinutes(5), Faults.SERVICE_UNAVAILABLE, 1));

        try (FirehoseClient impatient = lab.client(Duration.ofMillis(200))) {
            assertThatExceptionOfType(SdkClientException.class)
                    .isThrownBy(() -> impatient.putRecord(
                            r -> r.deliveryStreamName(STREAM).record(record("late\n"))));
        }
        assertThat(lab.stored()).isEqualTo("late\n");
        assertThat(lab.firehose.totals().calls()).isEqualTo(1);
    }

    @Test
    void heldBackCallsDoNotKeepOthersOutAndEndWithTheEndpoint() {
        lab.endpoint.setFaults(new Faults(0, 0, Duration.ofMinutes(5), Faults.SERVICE_UNAVAILABLE, 1));
        List<CompletableFuture<?>> calls = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            calls.add(CompletableFuture.supplyAsync(() -> lab.put(List.of(record("x"))), callers));
        }
        await().until(() -> lab.firehose.totals().records() == 8);
        assertThat(lab.client.listDeliveryStreams().deliveryStreamNames()).containsExactly(STREAM);
        assertThat(calls).noneMatch(CompletableFuture::isDone);

        lab.endpoint.close();
        await().until(() -> calls.stream().allMatch(CompletableFuture::isDone));
        assertThat(lab.stored()).isEqualTo("xxxxxxxx");
    }

    @Test
    void concurrentCallsStoreEveryRecordOnceAndKeepEachCallTogether() {
        List<CompletableFuture<Void>> all = IntStream.range(0, 8)
                .mapToObj(caller -> CompletableFuture.runAsync(
                        () -> {
                            for (int call = 0; call < 25; call++) {
                                String id = caller + "-" + call;
                                lab.put(List.of(record(id + "a\n"), record(id + "b\n"), record(id + "c\n")));
                            }
                        },
                        callers))
                .toList();
        all.forEach(CompletableFuture::join);

        List<String> lines = lab.stored().lines().toList();
        assertThat(lines).hasSize(600).doesNotHaveDuplicates();
        for (int i = 0; i < lines.size(); i += 3) {
            String id = lines.get(i).substring(0, lines.get(i).length() - 1);
            assertThat(lines.subList(i, i + 3)).containsExactly(id + "a", id + "b", id + "c");
        }
        assertThat(lab.firehose.totals().calls()).isEqualTo(200);
        assertThat(lab.lake.files()).singleElement().satisfies(file -> assertThat(file.rows())
                .isEqualTo(lines.size()));
    }

    @Test
    void faultsAreReadAndChangedInPartOverHttp() {
        HttpResponse<String> shown = lab.send(HttpRequest.newBuilder(lab.uri("/faults")));
        assertThat(shown.statusCode()).isEqualTo(200);
        assertThat(shown.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(shown.body()).isEqualTo(written("0.0", "0ms", "[]"));

        HttpResponse<String> changed = lab.putFaults(
                "{\"throttled-records\":1,\"latency\":\"1ms\",\"operations\":[\"firehose:PutRecordBatch\"]}");
        assertThat(changed.statusCode()).isEqualTo(200);
        assertThat(changed.body()).isEqualTo(written("1.0", "1ms", "[\"firehose:PutRecordBatch\"]"));
        assertThat(lab.put(List.of(record("a"))).failedPutCount()).isEqualTo(1);

        assertThat(lab.putFaults("{\"error-code\":\"InternalFailure\",\"seed\":-5,\"failed-calls\":0.25,"
                                + "\"latency\":\"PT0.0005S\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(lab.endpoint.faults())
                .isEqualTo(new Faults(1, 0.25, Duration.ofNanos(500_000), "InternalFailure", -5)
                        .withOperations("firehose:PutRecordBatch"));
        assertThat(lab.send(HttpRequest.newBuilder(lab.uri("/faults"))).body()).contains("\"latency\":\"PT0.0005S\"");
    }

    private static String written(String throttledRecords, String latency, String operations) {
        return "{\"throttled-records\":" + throttledRecords + ",\"failed-calls\":0.0,\"reset-calls\":0.0,\"latency\":\""
                + latency + "\",\"error-code\":\"ServiceUnavailableException\",\"seed\":1,"
                + "\"kinesis-throttled-records\":0.0,\"kinesis-failed-calls\":0.0,\"kinesis-reset-calls\":0.0,"
                + "\"kinesis-latency\":\"0ms\",\"operations\":" + operations + ",\"lost-environments\":0.0}";
    }

    @Test
    void changeOverHttpStartsTheGeneratorAfresh() {
        List<Record> records =
                IntStream.range(0, 100).mapToObj(i -> record("r")).toList();
        lab.putFaults("{\"throttled-records\":0.5}");
        List<Boolean> first = failures(lab.put(records));
        assertThat(failures(lab.put(records))).isNotEqualTo(first);

        lab.putFaults("{}");
        assertThat(failures(lab.put(records))).isEqualTo(first);
    }

    private static List<Boolean> failures(PutRecordBatchResponse response) {
        return response.requestResponses().stream()
                .map(entry -> entry.errorCode() != null)
                .toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {"throttled-records":1.5}                     | throttled-records must be a number from 0 to 1, not 1.5
        {"throttled-records":-0.1}                    | throttled-records must be a number from 0 to 1, not -0.1
        {"failed-calls":"0.5"}                        | failed-calls must be a number from 0 to 1, not \\"0.5\\"
        {"failed-calls":null}                         | failed-calls must be a number from 0 to 1, not null
        {"failed-calls":1e999}                        | failed-calls must be a number from 0 to 1, not Infinity
        {"failed-calls":1e999999999}                  | failed-calls must be a number from 0 to 1, not Infinity
        {"failed-calls":-1e999999999}                 | failed-calls must be a number from 0 to 1, not -Infinity
        {"lost-environments":-1}                      | lost-environments must be a number from 0 to 1, not -1.0
        {"reset-calls":-0.5}                          | reset-calls must be a number from 0 to 1, not -0.5
        {"kinesis-reset-calls":2}                     | kinesis-reset-calls must be a number from 0 to 1, not 2.0
        {"kinesis-latency":"301s"}                    | kinesis-latency must be a duration from 0ms to 5m, such as 100ms or PT0.1S, not PT5M1S
        {"operations":["PutRecord"]}                  | operations must be a list, empty for all, of firehose:PutRecordBatch, firehose:PutRecord, kinesis:PutRecords, kinesis:PutRecord, kinesis:GetRecords, not [PutRecord]
        {"operations":"kinesis:GetRecords"}           | operations must be a list, empty for all, of firehose:PutRecordBatch, firehose:PutRecord, kinesis:PutRecords, kinesis:PutRecord, kinesis:GetRecords, not \\"kinesis:GetRecords\\"
        {"operations":[1]}                            | operations must be a list, empty for all, of firehose:PutRecordBatch, firehose:PutRecord, kinesis:PutRecords, kinesis:PutRecord, kinesis:GetRecords, not [1]
        {"kinesis-failed-calls":2}                    | kinesis-failed-calls must be a number from 0 to 1, not 2.0
        {"kinesis-throttled-records":"1"}             | kinesis-throttled-records must be a number from 0 to 1, not \\"1\\"
        {"seed":1e400}                                | seed must be a whole number from -9223372036854775808 to 9223372036854775807, not Infinity
        {"latency":"9223372036854775807d"}            | latency must be a duration from 0ms to 5m, such as 100ms or PT0.1S, not \\"9223372036854775807d\\"
        {"latency":"soon"}                            | latency must be a duration from 0ms to 5m, such as 100ms or PT0.1S, not \\"soon\\"
        {"latency":100}                               | latency must be a duration from 0ms to 5m, such as 100ms or PT0.1S, not 100
        {"latency":"-1ms"}                            | latency must be a duration from 0ms to 5m, such as 100ms or PT0.1S, not PT-0.001S
        {"latency":"301s"}                            | latency must be a duration from 0ms to 5m, such as 100ms or PT0.1S, not PT5M1S
        {"error-code":""}                             | error-code must be 1 to 64 letters, digits and dots, not \\"\\"
        {"error-code":"a\\r\\nb"}                     | error-code must be 1 to 64 letters, digits and dots, not \\"a\\r\\nb\\"
        {"error-code":5}                              | error-code must be 1 to 64 letters, digits and dots, not 5
        {"seed":1.5}                                  | seed must be a whole number from -9223372036854775808 to 9223372036854775807, not 1.5
        {"seed":9223372036854775808}                  | seed must be a whole number from -9223372036854775808 to 9223372036854775807, not 9223372036854775808
        {"seed":5,"speed":1}                          | There is no member \\"speed\\" with value 1, only throttled-records, failed-calls, reset-calls, latency, error-code, seed, kinesis-throttled-records, kinesis-failed-calls, kinesis-reset-calls, kinesis-latency, operations, lost-environments
        {"seed":5,"failed-calls":2}                   | failed-calls must be a number from 0 to 1, not 2.0
        [1]                                           | The body must be a JSON object.
        ``                                            | The body must be a JSON object.
        """)
    void wrongFaultsAreExplainedAndChangeNothing(String body, String message) {
        assertThat(refusal(body)).isEqualTo("{\"message\":\"" + message + "\"}");
    }

    @Test
    void placeOfAMistakeIsTold() {
        assertThat(refusal("{\"seed\":5,\n\"latency\":}"))
                .startsWith("{\"message\":\"The body is no JSON that can be read: Unexpected character")
                .contains("at line 2, column ");
    }

    static Stream<String> longValues() {
        String x = "x".repeat(1_000_000);
        return Stream.of(
                "{\"latency\":\"" + x + "\"}",
                "{\"latency\":\"" + "1".repeat(1_000_000) + "\"}",
                "{\"error-code\":\"" + x + "\"}",
                "{\"failed-calls\":\"" + x + "\"}",
                "{\"seed\":[\"" + x + "\"]}",
                "{\"operations\":[\"" + x + "\"]}",
                "{\"speed\":\"" + x + "\"}",
                "{\"" + "y".repeat(50_000) + "\":1}",
                "{\"throttled-records\":" + "1".repeat(1_000) + "}",
                "{\"seed\":" + "1".repeat(1_000) + "}");
    }

    @ParameterizedTest
    @MethodSource("longValues")
    void messageOfALongValueIsShort(String body) {
        assertThat(refusal(body)).containsAnyOf("must be", "There is no member").hasSizeLessThan(500);
    }

    private String refusal(String body) {
        HttpResponse<String> response = lab.putFaults(body);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(lab.endpoint.faults()).isEqualTo(Faults.none());
        return response.body();
    }

    @Test
    void limitsOfFaultsAreIncluded() {
        assertThat(new Faults(1, 1, Duration.ofMinutes(5), "x".repeat(64), Long.MIN_VALUE))
                .isNotNull();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Faults(0, 0, Duration.ofMinutes(5).plusNanos(1), "x", 1))
                .withMessageContaining("latency");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Faults(0, 0, Duration.ZERO, "x".repeat(65), 1))
                .withMessageContaining("error-code");
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, -Double.MIN_VALUE, 1.0000001, Double.NEGATIVE_INFINITY})
    void sharesOutsideTheirRangeAreRefused(double share) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> faults(share, 0, "x", 1))
                .withMessage("throttled-records must be a number from 0 to 1, not " + share);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> faults(0, share, "x", 1))
                .withMessage("failed-calls must be a number from 0 to 1, not " + share);
    }

    private static Faults faults(double throttledRecords, double failedCalls, String errorCode, long seed) {
        return new Faults(throttledRecords, failedCalls, Duration.ZERO, errorCode, seed);
    }
}
