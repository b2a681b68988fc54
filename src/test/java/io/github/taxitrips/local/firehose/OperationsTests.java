package io.github.taxitrips.local.firehose;

import static io.github.taxitrips.local.firehose.FirehoseLab.STREAM;
import static io.github.taxitrips.local.firehose.FirehoseLab.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.taxitrips.local.aws.AwsEndpoint;
import io.github.taxitrips.local.aws.Faults;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.FileSystemUtils;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.firehose.model.DeliveryStreamDescription;
import software.amazon.awssdk.services.firehose.model.DeliveryStreamStatus;
import software.amazon.awssdk.services.firehose.model.DeliveryStreamType;
import software.amazon.awssdk.services.firehose.model.FirehoseException;
import software.amazon.awssdk.services.firehose.model.InvalidArgumentException;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchResponse;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchResponseEntry;
import software.amazon.awssdk.services.firehose.model.PutRecordResponse;
import software.amazon.awssdk.services.firehose.model.Record;
import software.amazon.awssdk.services.firehose.model.ResourceNotFoundException;
import software.amazon.awssdk.services.firehose.model.ServiceUnavailableException;

/** Operations, errors and limits as the AWS SDK and plain HTTP see them. */
class OperationsTests {

    private static final int MIB = 1024 * 1024;

    private Path folder;

    private FirehoseLab lab;

    @BeforeEach
    void start(@TempDir Path folder) {
        this.folder = folder;
        lab = new FirehoseLab(folder.resolve("lake"));
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    @Test
    void batchIsStoredByteForByteInItsOrder() {
        byte[] everyByte = new byte[256];
        IntStream.range(0, 256).forEach(i -> everyByte[i] = (byte) i);
        List<Record> records = List.of(
                record("{\"a\":1}\n"),
                Record.builder().data(SdkBytes.fromByteArray(everyByte)).build(),
                record(""),
                record("no newline"));

        PutRecordBatchResponse response = lab.put(records);

        assertThat(response.failedPutCount()).isZero();
        assertThat(response.encrypted()).isFalse();
        assertThat(response.requestResponses())
                .hasSize(4)
                .extracting(PutRecordBatchResponseEntry::recordId)
                .doesNotContainNull()
                .doesNotHaveDuplicates();
        assertThat(response.requestResponses())
                .extracting(PutRecordBatchResponseEntry::errorCode)
                .containsOnlyNulls();
        StringBuilder expected = new StringBuilder("{\"a\":1}\n");
        IntStream.range(0, 256).forEach(i -> expected.append((char) i));
        assertThat(lab.stored()).isEqualTo(expected + "no newline");
    }

    @Test
    void singleRecordIsStored() {
        PutRecordResponse response =
                lab.client.putRecord(r -> r.deliveryStreamName(STREAM).record(record("one\n")));

        assertThat(response.recordId()).isNotEmpty();
        assertThat(response.encrypted()).isFalse();
        assertThat(lab.stored()).isEqualTo("one\n");
    }

    @Test
    void totalsRoundEachRecordUpToFiveKilobytes() {
        lab.put(List.of(record(1), record(5120), record(5121), record(0)));
        lab.client.putRecord(r -> r.deliveryStreamName(STREAM).record(record(307)));
        lab.client.listDeliveryStreams();

        assertThat(lab.firehose.totals())
                .isEqualTo(new Totals(2, 0, 5, 0, 1 + 5120 + 5121 + 307, 5120 + 5120 + 10240 + 5120));
    }

    @Test
    void describesTheStreamAsItIs() {
        DeliveryStreamDescription stream = lab.client
                .describeDeliveryStream(r -> r.deliveryStreamName(STREAM))
                .deliveryStreamDescription();

        assertThat(stream.deliveryStreamName()).isEqualTo(STREAM);
        assertThat(stream.deliveryStreamARN()).matches("arn:aws:firehose:[a-z0-9-]+:\\d{12}:deliverystream/" + STREAM);
        assertThat(stream.deliveryStreamStatus()).isEqualTo(DeliveryStreamStatus.ACTIVE);
        assertThat(stream.deliveryStreamType()).isEqualTo(DeliveryStreamType.DIRECT_PUT);
        assertThat(stream.versionId()).matches("\\d+");
        assertThat(stream.createTimestamp()).isEqualTo(FirehoseLab.ARRIVAL);
        assertThat(stream.hasMoreDestinations()).isFalse();
        assertThat(stream.destinations()).singleElement().satisfies(destination -> {
            assertThat(destination.destinationId()).isNotEmpty();
            var s3 = destination.extendedS3DestinationDescription();
            assertThat(s3.bucketARN()).isEqualTo("arn:aws:s3:::lake");
            assertThat(s3.prefix()).startsWith("nyctaxitrips/year=!{timestamp:yyyy}/");
            assertThat(s3.roleARN()).matches("arn:aws:iam::\\d{12}:role/[a-z-]+");
            assertThat(s3.compressionFormatAsString()).isEqualTo("UNCOMPRESSED");
            assertThat(s3.bufferingHints()).isNotNull();
            assertThat(s3.encryptionConfiguration().noEncryptionConfigAsString())
                    .isEqualTo("NoEncryption");
        });
    }

    @Test
    void listsStreamsPageByPage() {
        List<String> names = IntStream.range(0, 12)
                .mapToObj(i -> "stream-" + (char) ('a' + i))
                .toList();
        try (FirehoseLab many = new FirehoseLab(
                folder, names.stream().sorted((a, b) -> b.compareTo(a)).toList())) {
            var firstPage = many.client.listDeliveryStreams();
            assertThat(firstPage.deliveryStreamNames()).isEqualTo(names.subList(0, 10));
            assertThat(firstPage.hasMoreDeliveryStreams()).isTrue();

            var secondPage = many.client.listDeliveryStreams(r -> r.exclusiveStartDeliveryStreamName("stream-j"));
            assertThat(secondPage.deliveryStreamNames()).isEqualTo(names.subList(10, 12));
            assertThat(secondPage.hasMoreDeliveryStreams()).isFalse();

            assertThat(many.client.listDeliveryStreams(r -> r.limit(12)).hasMoreDeliveryStreams())
                    .isFalse();
            assertThat(many.client.listDeliveryStreams(r -> r.limit(11)).hasMoreDeliveryStreams())
                    .isTrue();
            assertThat(many.client
                            .listDeliveryStreams(r -> r.limit(3).deliveryStreamType(DeliveryStreamType.DIRECT_PUT))
                            .deliveryStreamNames())
                    .isEqualTo(names.subList(0, 3));
            var ofAnotherType =
                    many.client.listDeliveryStreams(r -> r.deliveryStreamType(DeliveryStreamType.MSK_AS_SOURCE));
            assertThat(ofAnotherType.deliveryStreamNames()).isEmpty();
            assertThat(ofAnotherType.hasMoreDeliveryStreams()).isFalse();
        }
    }

    @Test
    void unknownStreamIsNotFoundByAnyOperation() {
        assertThatExceptionOfType(ResourceNotFoundException.class)
                .isThrownBy(() -> lab.client.putRecordBatch(
                        r -> r.deliveryStreamName("other").records(record("a"))))
                .satisfies(e -> {
                    assertThat(e.statusCode()).isEqualTo(400);
                    assertThat(e.requestId()).isNotEmpty();
                    assertThat(e.awsErrorDetails().errorMessage())
                            .isEqualTo("Firehose other under account 123456789012 not found.");
                });
        assertThatExceptionOfType(ResourceNotFoundException.class)
                .isThrownBy(() ->
                        lab.client.putRecord(r -> r.deliveryStreamName("other").record(record("a"))));
        assertThatExceptionOfType(ResourceNotFoundException.class)
                .isThrownBy(() -> lab.client.describeDeliveryStream(r -> r.deliveryStreamName("other")));
        assertThat(lab.firehose.totals()).isEqualTo(new Totals(2, 2, 0, 0, 0, 0));
    }

    @Test
    void fiveHundredRecordsAreTakenAndOneMoreIsRefused() {
        List<Record> records = new ArrayList<>();
        IntStream.range(0, 500).forEach(i -> records.add(record(i + "\n")));
        PutRecordBatchResponse response = lab.put(records);
        assertThat(response.requestResponses()).hasSize(500);
        assertThat(lab.stored().lines()).hasSize(500).startsWith("0", "1").endsWith("499");

        records.add(record("500\n"));
        assertRefused(() -> lab.put(records), "ValidationException", "records");
        assertThat(lab.stored().lines()).hasSize(500);
    }

    @Test
    void fourMebibytesAreTakenAndOneMoreByteIsRefused() {
        List<Record> records = new ArrayList<>();
        IntStream.range(0, 4).forEach(i -> records.add(record(MIB - 30_000)));
        records.add(record(120_000));
        assertThat(lab.put(records).failedPutCount()).isZero();
        assertThat(lab.stored()).hasSize(4_194_304);

        records.set(4, record(120_001));
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> lab.put(records))
                .satisfies(e -> assertThat(e.statusCode()).isEqualTo(400))
                .withMessageContaining("4194304 bytes");
        assertThat(lab.stored()).hasSize(4_194_304);
    }

    @Test
    void recordOfThousandKibibytesIsTakenAndOneMoreByteIsRefused() {
        lab.put(List.of(record("a"), record(1_024_000)));
        lab.client.putRecord(r -> r.deliveryStreamName(STREAM).record(record(1_024_000)));
        assertThat(lab.stored()).hasSize(2_048_001);

        assertRefused(
                () -> lab.put(List.of(record("a"), record(1_024_001))), "ValidationException", "records.2.member.data");
        assertRefused(
                () -> lab.client.putRecord(r -> r.deliveryStreamName(STREAM).record(record(1_024_001))),
                "ValidationException",
                "record.data");
        assertThat(lab.stored()).hasSize(2_048_001);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        PutRecordBatch | {"DeliveryStreamName":"nyc-taxi-trips","Records":[{"Data":"YQ=="},{"Data":"Y*=="}]} | SerializationException | records.2.member.data
        PutRecordBatch | {"DeliveryStreamName":"nyc-taxi-trips","Records":[{"Data":"YQ=="},{}]}      | ValidationException | records.2.member.data
        PutRecordBatch | {"DeliveryStreamName":"nyc-taxi-trips","Records":[{"Data":"YQ=="},{"Data":null}]} | ValidationException | records.2.member.data
        PutRecordBatch | {"DeliveryStreamName":"nyc-taxi-trips","Records":[{"Data":1}]}             | SerializationException | records.1.member.data
        PutRecordBatch | {"DeliveryStreamName":"nyc-taxi-trips","Records":["YQ=="]}                 | SerializationException | records.1.member
        PutRecordBatch | {"DeliveryStreamName":"nyc-taxi-trips","Records":{}}                       | SerializationException | Records
        PutRecordBatch | {"DeliveryStreamName":"nyc-taxi-trips","Records":[]}                       | ValidationException | from 1 to 500
        PutRecordBatch | {"DeliveryStreamName":"nyc-taxi-trips"}                                    | ValidationException | records
        PutRecordBatch | {"Records":[{"Data":"YQ=="}]}                                              | ValidationException | deliveryStreamName
        PutRecordBatch | {"DeliveryStreamName":7,"Records":[{"Data":"YQ=="}]}                       | SerializationException | DeliveryStreamName
        PutRecordBatch | {"DeliveryStreamName":"a/b","Records":[{"Data":"YQ=="}]}                   | ValidationException | deliveryStreamName
        PutRecordBatch | {"DeliveryStreamName":"","Records":[{"Data":"YQ=="}]}                      | ValidationException | deliveryStreamName
        PutRecordBatch | {"DeliveryStreamName":"nyc-taxi-trips",                                    | SerializationException | line 1
        PutRecordBatch | {"DeliveryStreamName":"nyc-taxi-trips","Records":[{"Data":"YQ=="}]} x      | SerializationException | line 1
        PutRecordBatch | []                                                                         | SerializationException | object
        PutRecordBatch | ``                                                                         | SerializationException | object
        PutRecord      | {"DeliveryStreamName":"nyc-taxi-trips"}                                    | ValidationException | record
        PutRecord      | {"DeliveryStreamName":"nyc-taxi-trips","Record":{"Data":"Y"}}              | SerializationException | record.data
        DescribeDeliveryStream | {}                                                                 | ValidationException | deliveryStreamName
        ListDeliveryStreams | {"Limit":0}                                                           | ValidationException | greater than or equal to 1
        ListDeliveryStreams | {"Limit":10001}                                                       | ValidationException | less than or equal to 10000
        ListDeliveryStreams | {"Limit":99999999999}                                                 | ValidationException | less than or equal to 10000
        ListDeliveryStreams | {"Limit":"1"}                                                         | SerializationException | limit
        ListDeliveryStreams | {"DeliveryStreamType":"Direct"}                                       | ValidationException | DirectPut
        CreateDeliveryStream | {}                                                                   | UnknownOperationException | CreateDeliveryStream
        """)
    void wrongRequestIsRefusedWithItsReason(String operation, String body, String code, String reason) {
        HttpResponse<String> response = lab.call(operation, body);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.headers().firstValue("x-amzn-ErrorType")).hasValue(code);
        assertThat(response.headers().firstValue("x-amzn-RequestId")).isPresent();
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/x-amz-json-1.1");
        assertThat(response.body())
                .startsWith("{\"__type\":\"" + code + "\",\"message\":\"")
                .contains(reason);
        assertThat(lab.stored()).isEmpty();
        assertThat(lab.firehose.totals().records()).isZero();
    }

    @Test
    void membersThatAreNotKnownAreIgnored() {
        String body = "{\"DeliveryStreamName\":\"nyc-taxi-trips\",\"Record\":{\"Data\":\"YQ==\",\"B\":1},\"C\":[]}";

        assertThat(lab.call("PutRecord", body).statusCode()).isEqualTo(200);
        assertThat(lab.stored()).isEqualTo("a");
    }

    static Stream<Arguments> unknownTargets() {
        return Stream.concat(
                Stream.of(
                        Arguments.of(null, "The header X-Amz-Target is missing: send it with "),
                        Arguments.of("x".repeat(10_000), "... (10,000 characters)")),
                Stream.of(
                                "PutRecordBatch",
                                "DynamoDB_20120810.ListTables",
                                "Firehose_20150804.",
                                "Firehose_20150804.putRecord",
                                "Firehose_20150804.DeleteDeliveryStream")
                        .map(target -> Arguments.of(target, "not \\\"" + target + "\\\".")));
    }

    @ParameterizedTest
    @MethodSource("unknownTargets")
    void unknownTargetIsNamedWithWhatThereIs(@Nullable String target, String reason) {
        HttpRequest.Builder request = HttpRequest.newBuilder(lab.uri("/"));
        if (target != null) {
            request.header("X-Amz-Target", target);
        }
        HttpResponse<String> response = lab.send(request.POST(BodyPublishers.ofString("{}")));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.headers().firstValue("x-amzn-ErrorType")).hasValue("UnknownOperationException");
        assertThat(response.body())
                .contains(reason)
                .contains(
                        "Firehose_20150804. and PutRecordBatch, PutRecord, DescribeDeliveryStream or ListDeliveryStreams")
                .hasSizeLessThan(500);
        assertThat(lab.firehose.totals().calls()).isZero();
    }

    static Stream<String> beyondTheParser() {
        String start = "{\"DeliveryStreamName\":\"nyc-taxi-trips\",";
        return Stream.of(
                start + "\"Records\":" + "[".repeat(501) + "]".repeat(501) + "}",
                start + "\"Records\":" + "1".repeat(1_001) + "}",
                start + "\"Records\":0." + "1".repeat(1_001) + "}",
                start + "\"" + "x".repeat(50_001) + "\":1}");
    }

    @ParameterizedTest
    @MethodSource("beyondTheParser")
    void jsonBeyondTheParsersLimitsIsRefusedWithItsReason(String body) {
        HttpResponse<String> response = lab.call("PutRecordBatch", body);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.headers().firstValue("x-amzn-ErrorType")).hasValue("SerializationException");
        assertThat(response.body())
                .startsWith(
                        "{\"__type\":\"SerializationException\",\"message\":\"The body is no JSON that can be read: ")
                .contains("exceeds the maximum allowed");
        assertThat(lab.firehose.totals()).isEqualTo(new Totals(1, 1, 0, 0, 0, 0));
    }

    @Test
    void bodyOfEightMebibytesIsReadAndOneMoreByteIsTooLarge() {
        String largest = " ".repeat(8 * MIB - 2) + "{}";

        assertThat(lab.call("ListDeliveryStreams", largest).statusCode()).isEqualTo(200);
        assertThat(lab.call("ListDeliveryStreams", " " + largest)).satisfies(response -> {
            assertThat(response.statusCode()).isEqualTo(413);
            assertThat(response.headers().firstValue("x-amzn-ErrorType")).hasValue("RequestEntityTooLarge");
            assertThat(response.body()).contains("8388608 bytes");
        });
    }

    @Test
    void clientThatSendsFarTooMuchStillSeesTheReason() {
        List<Record> records =
                IntStream.range(0, 30).mapToObj(i -> record(1_024_000)).toList();

        assertThatExceptionOfType(FirehoseException.class)
                .isThrownBy(() -> lab.put(records))
                .satisfies(e -> assertThat(e.statusCode()).isEqualTo(413))
                .withMessageContaining("8388608 bytes");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /, 405, POST",
        "PUT, /, 405, POST",
        "HEAD, /, 405, POST",
        "POST, /faults, 405, 'GET, PUT'",
        "GET, /nope, 404, ",
        "POST, /faultsy, 404, "
    })
    void otherMethodsAndPathsAreExplained(String method, String path, int status, String allow) {
        HttpResponse<String> response =
                lab.send(HttpRequest.newBuilder(lab.uri(path)).method(method, BodyPublishers.noBody()));

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("Allow").orElse(null)).isEqualTo(allow);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("text/plain; charset=utf-8");
        assertThat(response.body().isEmpty()).isEqualTo(method.equals("HEAD"));
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void lakeThatCannotBeWrittenIsNotAvailable(CapturedOutput output) throws Exception {
        FileSystemUtils.deleteRecursively(lab.lake.root());
        Files.writeString(lab.lake.root(), "a file where the folder should be");

        assertThatExceptionOfType(ServiceUnavailableException.class)
                .isThrownBy(() -> lab.put(List.of(record("a"))))
                .satisfies(e -> assertThat(e.statusCode()).isEqualTo(503))
                .withMessageContaining(lab.lake.root().toString());
        assertThat(output)
                .contains("Nothing was stored")
                .contains(lab.lake.root().toString())
                .contains("taxi-trips.local.data-lake");
        assertThat(lab.firehose.totals()).isEqualTo(new Totals(1, 1, 0, 0, 0, 0));
        assertThat(lab.lake.files()).isEmpty();
    }

    @Test
    void portInUseIsNamedWithItsRemedy() {
        int port = lab.endpoint.uri().getPort();

        assertThatIllegalStateException()
                .isThrownBy(() -> new AwsEndpoint(port, Faults.none(), lab.firehose))
                .withMessageContaining("127.0.0.1:" + port)
                .withMessageContaining("taxi-trips.local.firehose-port");
    }

    @Test
    void closingFreesThePortAndMayBeRepeated() {
        int port = lab.endpoint.uri().getPort();
        lab.endpoint.close();
        lab.endpoint.close();

        AwsEndpoint next = new AwsEndpoint(port, Faults.none(), lab.firehose);
        try {
            assertThat(next.uri()).isEqualTo(lab.endpoint.uri());
        } finally {
            next.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "../a", "ä"})
    void wrongStreamNameIsRefusedAtTheStart(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FirehoseApi(List.of(name), lab.lake, Clock.systemUTC()))
                .withMessageContaining('"' + name + '"');
    }

    private static void assertRefused(Runnable call, String code, String reason) {
        assertThatExceptionOfType(FirehoseException.class)
                .isThrownBy(call::run)
                .satisfies(e -> {
                    assertThat(e.statusCode()).isEqualTo(400);
                    assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code);
                })
                .withMessageContaining(reason);
    }
}
