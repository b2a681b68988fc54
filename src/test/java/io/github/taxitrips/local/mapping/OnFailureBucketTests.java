package io.github.taxitrips.local.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.taxitrips.intake.KinesisEventReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class OnFailureBucketTests {

    private static final UUID MAPPING = UUID.fromString("f89f8514-cdd9-4602-9e1f-01a5b77d449b");

    @TempDir
    Path root;

    private final MappingLab lab = new MappingLab();

    @Test
    void objectHasTheNameThatLambdaGivesIt() throws IOException {
        bucket().accept(batch(DiscardedBatch.Condition.RETRY_ATTEMPTS_EXHAUSTED, 3, true));
        assertThat(root.relativize(object()).toString())
                .matches("aws/lambda/f89f8514-cdd9-4602-9e1f-01a5b77d449b/shardId-000000000000/2026/11/22/"
                        + "2026-11-22T10\\.20\\.37-[0-9a-f-]{36}");
    }

    /** The names and values are those of the example in the guide. */
    @Test
    void objectHasWhatLambdaWritesIntoIt() throws IOException {
        DiscardedBatch batch = batch(DiscardedBatch.Condition.RETRY_ATTEMPTS_EXHAUSTED, 3, true);
        bucket().accept(batch);
        byte[] bytes = Files.readAllBytes(object());
        JsonNode json = new JsonMapper().readTree(bytes);
        assertThat(json.propertyNames())
                .containsExactly(
                        "requestContext", "responseContext", "version", "timestamp", "KinesisBatchInfo", "payload");
        assertThat(json.get("requestContext").propertyNames())
                .containsExactly("requestId", "functionArn", "condition", "approximateInvokeCount");
        assertThat(json.at("/requestContext/requestId").stringValue()).hasSize(36);
        assertThat(json.at("/requestContext/functionArn").stringValue()).startsWith("arn:aws:lambda:");
        assertThat(json.at("/requestContext/condition").stringValue()).isEqualTo("RetryAttemptsExhausted");
        assertThat(json.at("/requestContext/approximateInvokeCount").intValue()).isEqualTo(3);
        assertThat(json.get("responseContext").toString())
                .isEqualTo("{\"statusCode\":200,\"executedVersion\":\"$LATEST\",\"functionError\":\"Unhandled\"}");
        assertThat(json.get("version").stringValue()).isEqualTo("1.0");
        assertThat(json.get("timestamp").stringValue()).isEqualTo("2026-11-22T10:20:37.000Z");
        assertThat(json.get("KinesisBatchInfo").toString())
                .isEqualTo("{\"shardId\":\"shardId-000000000000\",\"startSequenceNumber\":\"%s\","
                                .formatted(batch.records().get(0).getKinesis().getSequenceNumber())
                        + "\"endSequenceNumber\":\"%s\",".formatted(lab.shard.last())
                        + "\"approximateArrivalOfFirstRecord\":\"2026-11-22T10:20:30.000Z\","
                        + "\"approximateArrivalOfLastRecord\":\"2026-11-22T10:20:37.000Z\","
                        + "\"batchSize\":2,\"streamArn\":\"arn:aws:kinesis:us-east-1:123456789012:stream/s\"}");
        assertThat(json.get("payload").isString()).isTrue();
        assertThat(new KinesisEventReader().read(bytes).getRecords())
                .as("what the function reads of it")
                .isEqualTo(batch.records());
    }

    @Test
    void whatWasNeverInvokedHasNoResponseAndWhatReportedFailuresNoError() throws IOException {
        bucket().accept(batch(DiscardedBatch.Condition.RECORD_AGE_EXCEEDED, 0, false));
        JsonNode never = new JsonMapper().readTree(Files.readAllBytes(object()));
        assertThat(never.at("/requestContext/condition").stringValue()).isEqualTo("RecordAgeExceeded");
        assertThat(never.has("responseContext")).isFalse();
        Files.delete(object());
        bucket().accept(batch(DiscardedBatch.Condition.RETRY_ATTEMPTS_EXHAUSTED, 1, false));
        JsonNode reported = new JsonMapper().readTree(Files.readAllBytes(object()));
        assertThat(reported.get("responseContext").propertyNames()).containsExactly("statusCode", "executedVersion");
    }

    @Test
    void folderThatCannotBeWrittenIsToldOf() throws IOException {
        Files.writeString(root.resolve("aws"), "in the way");
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> bucket().accept(batch(DiscardedBatch.Condition.RETRY_ATTEMPTS_EXHAUSTED, 1, true)))
                .withMessageContaining(root.toString());
    }

    private OnFailureBucket bucket() {
        return new OnFailureBucket(root, MAPPING, lab.time);
    }

    private DiscardedBatch batch(DiscardedBatch.Condition condition, int invocations, boolean functionError) {
        if (lab.shard.last() == null) {
            lab.put("a");
            lab.time.pass(Duration.ofSeconds(7));
            lab.put("b");
        }
        return new DiscardedBatch(lab.shard.id(), condition, lab.shard.read(null, 2), invocations, functionError, null);
    }

    /** The one file that there is. */
    private Path object() throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            List<Path> files = paths.filter(Files::isRegularFile).toList();
            assertThat(files).hasSize(1);
            return files.get(0);
        }
    }
}
