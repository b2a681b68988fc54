package io.github.taxitrips.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.serialization.events.LambdaEventSerializers;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class KinesisEventReaderTests {

    private static final String RECORD =
            "{\"kinesis\":{\"data\":\"e30=\",\"sequenceNumber\":\"1\",\"approximateArrivalTimestamp\":1545084650.987}}";

    private final KinesisEventReader reader = new KinesisEventReader();

    @ParameterizedTest
    @ValueSource(strings = {"clean.json", "dirty.json", "mixed.json", "large.json"})
    void readsSamplesAsAwsDoes(String sample) throws IOException {
        byte[] json = Files.readAllBytes(Path.of("events", sample));
        assertThat(reader.read(json)).isEqualTo(readByAws(json));
        assertThat(UsualEventReader.read(json)).as("without the parser").isEqualTo(readByAws(json));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"Records\":[]}",
                "{\"Records\":[" + RECORD + "],\"extra\":{\"deep\":[1,{\"Records\":2}]}}",
                "{\"Records\":[{\"eventID\":\"a\",\"eventName\":null,\"unknown\":[[]],\"kinesis\":{\"data\":\"\",\"partitionKey\":\"é\","
                        + "\"encryptionType\":\"KMS\",\"kinesisSchemaVersion\":\"1.0\",\"approximateArrivalTimestamp\":0}}]}",
                "{\"Records\":[{\"awsRegion\":\"r\",\"eventSource\":\"s\",\"eventVersion\":\"1\",\"invokeIdentityArn\":\"i\",\"eventName\":\"n\","
                        + "\"eventSourceARN\":\"e\",\"kinesis\":{\"data\":\"AAEC/+8=\",\"approximateArrivalTimestamp\":1.5E9,\"encryptionType\":\"KMS\"}}]}"
            })
    void readsRarerEventsAsAwsDoes(String json) {
        KinesisEvent event = readByAws(json.getBytes(UTF_8));
        assertThat(reader.read(json.getBytes(UTF_8))).isEqualTo(event);
        assertThat(reader.parse(json.getBytes(UTF_8))).isEqualTo(event);
    }

    /** Each byte left out, doubled and changed: what goes without the parser is what the parser reads. */
    @Test
    void takesNothingThatTheParserRefuses() {
        byte[] json = event(RECORD + "," + RECORD.replace("{\"kinesis", "{\"eventID\":\"a\",\"kinesis"));
        for (int i = 0; i < json.length; i++) {
            byte[] changed = json.clone();
            changed[i] ^= 1;
            byte[] without = Arrays.copyOf(json, json.length - 1);
            System.arraycopy(json, i + 1, without, i, without.length - i);
            byte[] twice = Arrays.copyOf(json, json.length + 1);
            System.arraycopy(json, i, twice, i + 1, json.length - i);
            for (byte[] other : List.of(changed, without, twice)) {
                KinesisEvent usual = UsualEventReader.read(other);
                if (usual != null) {
                    assertThat(reader.parse(other)).as(new String(other, UTF_8)).isEqualTo(usual);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "0.001",
                "-1.5",
                "1.5E9",
                "1767225600",
                "1545084650.987",
                "123456789012345",
                "1234567890123.456"
            })
    void readsTimesAsTheParserDoes(String time) {
        byte[] json = event(RECORD.replace("1545084650.987", time));
        assertThat(UsualEventReader.read(json)).isNotNull().isEqualTo(reader.parse(json));
    }

    @ParameterizedTest
    @CsvSource({"1545084650987, 1545084650.987", "100000000000, 100000000"})
    void arrivalInMillisecondsIsReadAsSuch(String milliseconds, String seconds) {
        assertThat(reader.read(event(RECORD.replace("1545084650.987", milliseconds))))
                .isEqualTo(reader.read(event(RECORD.replace("1545084650.987", seconds))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|event|is empty",
                "hello|event|is not JSON",
                "{\"Records\":[|event|at line 1, column 13",
                "{\"Records\":[]} x|event|is not JSON",
                "{\"Records\":[]} {}|event|goes on after its end at line 1",
                "[]|event|is no object but an array",
                "[1]|Records[0]|is a number; expected an object",
                "[{}]|Records[0].data|is missing; expected the payload in base64",
                "[{\"data\":\"!\"}]|Records[0].data|is not base64",
                "{\"payload\":\"{}\"}|Records|is missing; expected an array",
                "{\"payload\":\"x\"}|payload|is not JSON",
                "{\"payload\":\"{\\\"payload\\\":\\\"\\\"}\"}|Records|is missing",
                "{\"invocationId\":\"x\",\"deliveryStreamArn\":\"d\",\"records\":[]}|Records|Firehose data transformation",
                "{\"awslogs\":{\"data\":\"\"}}|Records|CloudWatch Logs; this function takes Kinesis events",
                "{\"detail-type\":\"x\",\"source\":\"y\"}|Records|EventBridge",
                "{\"KinesisBatchInfo\":{},\"requestContext\":{}}|Records|without its payload",
                "{\"requestContext\":{},\"body\":\"\"}|Records|request over HTTP",
                "{\"Records\":[{\"eventSource\":\"aws:sqs\",\"body\":\"\"}]}|Records[0]|SQS queue; this function takes Kinesis",
                "{\"Records\":[{\"EventSource\":\"aws:sns\",\"Sns\":{}}]}|Records[0]|SNS topic",
                "{\"Records\":[{\"eventSource\":\"aws:dynamodb\",\"dynamodb\":{}}]}|Records[0]|DynamoDB stream",
                "{\"eventSource\":\"aws:kafka\",\"bootstrapServers\":\"b\",\"records\":{}}|Records|Kafka topic",
                "{}|Records|is missing; expected an array",
                "{\"records\":[]}|Records|with a capital R",
                "{\"Records\":{}}|Records|is an object; expected an array",
                "{\"Records\":null}|Records|is null; expected an array",
                "{\"Records\":[1]}|Records[0]|is a number; expected an object",
                "{\"Records\":[{}]}|Records[0].kinesis|is missing",
                "{\"Records\":[{\"kinesis\":[]}]}|Records[0].kinesis|is an array; expected an object",
                "{\"Records\":[{\"kinesis\":{}}]}|Records[0].kinesis.data|is missing; expected the payload in base64",
                "{\"Records\":[{\"kinesis\":{\"data\":null}}]}|Records[0].kinesis.data|is null",
                "{\"Records\":[{\"kinesis\":{\"data\":7}}]}|Records[0].kinesis.data|is a number",
                "{\"Records\":[{\"kinesis\":{\"data\":\"e30\"}}]}|Records[0].kinesis.data|is not base64",
                "{\"Records\":[{\"kinesis\":{\"data\":\"\"}},{\"kinesis\":{\"data\":\"{}{}\"}}]}|Records[1].kinesis.data|is not base64"
            })
    void saysWhatIsWrongAndWhere(String json, String where, String problem) {
        assertThatExceptionOfType(InvalidEventException.class)
                .isThrownBy(() -> reader.read(json.getBytes(UTF_8)))
                .withMessageStartingWith(where + ": ")
                .withMessageContaining(problem)
                .satisfies(e -> assertThat(e.where()).isEqualTo(where));
    }

    @Test
    void readsTheArrayOfEventBridgePipes() {
        String json = """
                [{"kinesisSchemaVersion":"1.0","partitionKey":"p","sequenceNumber":"7","data":"e30=",
                "approximateArrivalTimestamp":1545084650.987,"eventSource":"aws:kinesis","eventID":"shardId-0:7"}]""";
        assertThat(reader.read(json.getBytes(UTF_8))).isEqualTo(reader.read("""
                        {"Records":[{"eventSource":"aws:kinesis","eventID":"shardId-0:7","kinesis":{"kinesisSchemaVersion":"1.0",
                        "partitionKey":"p","sequenceNumber":"7","data":"e30=","approximateArrivalTimestamp":1545084650.987}}]}""".getBytes(UTF_8)));
    }

    @Test
    void readsThePayloadOfADiscardedBatch() {
        String json = "{\"requestContext\":{},\"KinesisBatchInfo\":{},\"payload\":"
                + new JsonMapper().writeValueAsString("{\"Records\":[" + RECORD + "]}") + "}";
        assertThat(reader.read(json.getBytes(UTF_8))).isEqualTo(reader.read(event(RECORD)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"1\": 2}|{\"1\": 2}",
                "{}|{}",
                "null|{}",
                "{\"a\":{\"é\":[1.50,\"}\"]}}|{\"a\":{\"é\":[1.50,\"}\"]}}",
                "\"x\"|\"x\"",
                "17|17"
            })
    void keepsTheStateOfAWindowAsItIsWritten(String state, String kept) {
        String json = "{\"Records\":[" + RECORD + "],\"window\":{\"start\":\"s\",\"end\":\"e\"},\"state\": " + state
                + " ,\"isFinalInvokeForWindow\":false}";
        KinesisEvent event = reader.read(json.getBytes(UTF_8));
        assertThat(event.getRecords()).hasSize(1);
        assertThat(((WindowEvent) event).state()).isEqualTo(kept);
    }

    @Test
    void lastInvocationOfAWindowMayHaveNoRecords() {
        KinesisEvent event = reader.read("{\"window\":{},\"isFinalInvokeForWindow\":true}".getBytes(UTF_8));
        assertThat(event.getRecords()).isEmpty();
        assertThat(((WindowEvent) event).state()).isEqualTo("{}");
    }

    /** The parser does not tell where a limit of its own is exceeded. */
    @Test
    void problemWithoutAPlaceIsToldWithoutOne() {
        assertThatExceptionOfType(InvalidEventException.class)
                .isThrownBy(() -> reader.read(("{\"other\":" + "[".repeat(501)).getBytes(UTF_8)))
                .withMessageContaining("nesting depth (501)")
                .withMessageNotContaining("at line");
    }

    private static byte[] event(String records) {
        return ("{\"Records\":[" + records + "]}").getBytes(UTF_8);
    }

    private static KinesisEvent readByAws(byte[] json) {
        return LambdaEventSerializers.serializerFor(KinesisEvent.class, KinesisEvent.class.getClassLoader())
                .fromJson(new ByteArrayInputStream(json));
    }
}
