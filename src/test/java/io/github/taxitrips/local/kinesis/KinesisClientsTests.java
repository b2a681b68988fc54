package io.github.taxitrips.local.kinesis;

import static io.github.taxitrips.local.kinesis.KinesisLab.FIRST_SHARD;
import static io.github.taxitrips.local.kinesis.KinesisLab.STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.intake.AwsAggregator;
import io.github.taxitrips.intake.KplAggregation;
import io.github.taxitrips.local.aws.ClientProcess;
import io.github.taxitrips.local.aws.ClientProcess.Run;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Clients of other makers, where they are to be had: the AWS CLI, and boto3 as a producer and a consumer. */
class KinesisClientsTests {

    /** Puts records of each kind, and reads every shard to its end. */
    private static final String PRODUCER_AND_CONSUMER = """
        import boto3
        kinesis = boto3.client('kinesis')
        kinesis.put_record(StreamName='input-stream', PartitionKey='one', Data=bytes(range(256)))
        kinesis.put_record(StreamName='input-stream', PartitionKey='two', ExplicitHashKey='0', Data=b'')
        put = kinesis.put_records(StreamName='input-stream',
            Records=[{'PartitionKey': 'k%d' % i, 'Data': b'trip %d' % i} for i in range(500)])
        assert put['FailedRecordCount'] == 0
        for page in kinesis.get_paginator('list_shards').paginate(StreamName='input-stream'):
            for shard in page['Shards']:
                iterator = kinesis.get_shard_iterator(StreamName='input-stream', ShardId=shard['ShardId'],
                    ShardIteratorType='TRIM_HORIZON')['ShardIterator']
                while True:
                    read = kinesis.get_records(ShardIterator=iterator, Limit=100)
                    for record in read['Records']:
                        print(record['PartitionKey'], record['Data'].hex(),
                            record['ApproximateArrivalTimestamp'].timestamp())
                    if not read['Records'] and read['MillisBehindLatest'] == 0:
                        break
                    iterator = read['NextShardIterator']
        """;

    private Path folder;
    private KinesisLab lab;
    private ClientProcess client;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        this.folder = folder;
        lab = new KinesisLab(folder.resolve("streams"), 2);
        client = new ClientProcess(folder, lab.endpoint.uri());
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    @Test
    void theAwsCliPutsAndReads() throws Exception {
        client.assumeThatItRuns("aws", "--version");
        Path records = folder.resolve("records.json");
        Files.writeString(
                records,
                "[{\"Data\":\"{\\\"a\\\":1}\\n\",\"PartitionKey\":\"a\"},{\"Data\":\"b\",\"PartitionKey\":\"a\"}]");

        JsonNode one = succeed("put-record", "--stream-name", STREAM, "--partition-key", "a", "--data", "first");
        assertThat(one.get("ShardId").stringValue()).isEqualTo(FIRST_SHARD);
        JsonNode batch = succeed("put-records", "--stream-name", STREAM, "--records", "file://" + records);
        assertThat(batch.get("FailedRecordCount").intValue()).isZero();

        JsonNode read = succeed("get-records", "--shard-iterator", iterator("TRIM_HORIZON"));
        List<String> data = new ArrayList<>();
        read.get("Records")
                .forEach(record -> data.add(new String(record.get("Data").binaryValue(), StandardCharsets.UTF_8)));
        assertThat(data).containsExactly("first", "{\"a\":1}\n", "b");
        assertThat(succeed("describe-stream", "--stream-name", STREAM)
                        .at("/StreamDescription/StreamStatus")
                        .stringValue())
                .isEqualTo("ACTIVE");
        assertThat(succeed("list-streams").at("/StreamNames/0").stringValue()).isEqualTo(STREAM);
    }

    @Test
    void theAwsCliShowsTheErrorsOfTheService() throws Exception {
        client.assumeThatItRuns("aws", "--version");
        String iterator = iterator("LATEST");
        lab.clock.advance(Duration.ofMinutes(6));
        Path large = folder.resolve("large");
        Files.write(large, new byte[(1 << 20) + 1]);

        assertThat(kinesis("put-record", "--stream-name", "other", "--partition-key", "a", "--data", "a")
                        .error())
                .contains("(ResourceNotFoundException) when calling the PutRecord operation: Stream other under account"
                        + " 123456789012 not found.");
        assertThat(kinesis("get-records", "--shard-iterator", iterator).error())
                .contains("(ExpiredIteratorException) when calling the GetRecords operation: Iterator expired. The"
                        + " iterator was created at time");
        assertThat(kinesis("put-record", "--stream-name", STREAM, "--partition-key", "a", "--data", "fileb://" + large)
                        .error())
                .contains(
                        "(ValidationException) when calling the PutRecord operation: 1 validation error detected: Value"
                                + " at 'data' failed to satisfy constraint: Member must have length less than or equal to"
                                + " 1048576");
        assertThat(kinesis("describe-limits").error()).contains("(UnknownOperationException)");
    }

    @Test
    void boto3PutsAndReads() throws Exception {
        client.assumeThatItRuns("python3", "-c", "import boto3");
        Run run = client.run("python3", "-c", PRODUCER_AND_CONSUMER);

        assertThat(run.status()).as(run.error()).isZero();
        String at = " " + lab.clock.instant().getEpochSecond() + ".456";
        StringBuilder everyByte = new StringBuilder();
        for (int i = 0; i < 256; i++) {
            everyByte.append("%02x".formatted(i));
        }
        List<String> expected = new ArrayList<>(List.of("one " + everyByte + at, "two " + at));
        for (int i = 0; i < 500; i++) {
            StringBuilder hex = new StringBuilder();
            ("trip " + i).chars().forEach(c -> hex.append("%02x".formatted(c)));
            expected.add("k" + i + " " + hex + at);
        }
        assertThat(run.output().lines()).containsExactlyInAnyOrderElementsOf(expected);
    }

    /** A record of the Kinesis Producer Library comes out as it was put, for what reads it to take apart. */
    @Test
    void anAggregatedRecordIsReadAsItWasPut() {
        AwsAggregator aggregator = new AwsAggregator();
        aggregator.add("a", null, "one".getBytes(StandardCharsets.UTF_8));
        aggregator.add("b", null, "two".getBytes(StandardCharsets.UTF_8));
        try (KinesisClient sdk = lab.client(true)) {
            sdk.putRecord(
                    r -> r.streamName(STREAM).partitionKey("a").data(SdkBytes.fromByteArray(aggregator.toBytes())));
        }
        List<StoredRecord> read = lab.stream().shards().get(0).read(null, 10, 1 << 20);
        assertThat(read).singleElement().satisfies(record -> assertThat(KplAggregation.unpack(record.data()))
                .extracting(data -> new String(data, StandardCharsets.UTF_8))
                .containsExactly("one", "two"));
    }

    private String iterator(String type) throws Exception {
        return succeed(
                        "get-shard-iterator",
                        "--stream-name",
                        STREAM,
                        "--shard-id",
                        FIRST_SHARD,
                        "--shard-iterator-type",
                        type)
                .get("ShardIterator")
                .stringValue();
    }

    private JsonNode succeed(String... arguments) throws Exception {
        Run run = kinesis(arguments);
        assertThat(run.status()).as(run.error()).isZero();
        return new JsonMapper().readTree(run.output());
    }

    private Run kinesis(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("aws", "kinesis"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--output", "json"));
        return client.run(all.toArray(String[]::new));
    }
}
