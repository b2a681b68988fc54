package io.github.taxitrips.local.kinesis;

import static io.github.taxitrips.local.kinesis.KinesisLab.FIRST_SHARD;
import static io.github.taxitrips.local.kinesis.KinesisLab.STREAM;
import static io.github.taxitrips.local.kinesis.KinesisLab.entries;
import static io.github.taxitrips.local.kinesis.KinesisLab.entry;
import static io.github.taxitrips.local.kinesis.KinesisLab.iterator;
import static io.github.taxitrips.local.kinesis.KinesisLab.read;
import static io.github.taxitrips.local.kinesis.KinesisLab.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.taxitrips.local.aws.Faults;
import java.math.BigInteger;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ExpiredIteratorException;
import software.amazon.awssdk.services.kinesis.model.ExpiredNextTokenException;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.LimitExceededException;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.kinesis.model.PutRecordResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardFilterType;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StreamMode;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;
import software.amazon.awssdk.services.kinesis.model.ValidationException;

/** Operations, limits and errors as the AWS SDK sees them in both of its protocols, and plain HTTP. */
class KinesisOperationsTests {

    private static final int MIB = 1 << 20;

    private KinesisLab lab;
    private Path folder;

    @BeforeEach
    void start(@TempDir Path folder) {
        this.folder = folder;
        lab = new KinesisLab(folder.resolve("streams"), 2);
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsPutIsReadByteForByteAndInItsOrder(boolean cbor) {
        byte[] everyByte = new byte[256];
        IntStream.range(0, 256).forEach(i -> everyByte[i] = (byte) i);
        try (KinesisClient client = lab.client(cbor)) {
            PutRecordResponse first = client.putRecord(r -> r.streamName(STREAM)
                    .partitionKey("ключ")
                    .explicitHashKey("0")
                    .data(SdkBytes.fromByteArray(everyByte)));
            lab.clock.advance(Duration.ofMillis(1));
            client.putRecord(r -> r.streamARN(lab.stream().arn())
                    .partitionKey("b")
                    .explicitHashKey("0")
                    .sequenceNumberForOrdering(first.sequenceNumber())
                    .data(SdkBytes.fromUtf8String("")));

            GetRecordsResponse read = read(client, iterator(client, ShardIteratorType.TRIM_HORIZON));

            assertThat(first.shardId()).isEqualTo(FIRST_SHARD);
            assertThat(first.sequenceNumber()).matches("49[0-9]{54}");
            assertThat(read.millisBehindLatest()).isZero();
            assertThat(read.records()).hasSize(2).first().satisfies(record -> {
                assertThat(record.data().asByteArray()).isEqualTo(everyByte);
                assertThat(record.partitionKey()).isEqualTo("ключ");
                assertThat(record.sequenceNumber()).isEqualTo(first.sequenceNumber());
                assertThat(record.approximateArrivalTimestamp()).isEqualTo(Instant.parse("2026-11-29T10:20:30.456Z"));
            });
            assertThat(read.records().get(1).sequenceNumber()).isGreaterThan(first.sequenceNumber());
            assertThat(read(client, read.nextShardIterator()).records()).isEmpty();
        }
    }

    @Test
    void keysGoToTheShardOfTheirMd5UnlessTheHashIsGiven() {
        try (KinesisClient client = lab.client(true)) {
            List<PutRecordsRequestEntry> entries = new ArrayList<>();
            // By md5sum, "a" begins with 0c, "b" with 92, and "" would not be allowed.
            entries.add(entry("a", "1"));
            entries.add(entry("b", "2"));
            entries.add(entry("b", "3").toBuilder().explicitHashKey("0").build());
            entries.add(entry("a", "4").toBuilder()
                    .explicitHashKey(BigInteger.TWO.pow(127).toString())
                    .build());
            entries.add(entry("a", "5").toBuilder()
                    .explicitHashKey(
                            BigInteger.TWO.pow(127).subtract(BigInteger.ONE).toString())
                    .build());
            entries.add(entry("a", "6").toBuilder()
                    .explicitHashKey(
                            BigInteger.TWO.pow(128).subtract(BigInteger.ONE).toString())
                    .build());

            PutRecordsResponse response =
                    client.putRecords(r -> r.streamName(STREAM).records(entries));

            assertThat(response.failedRecordCount()).isZero();
            assertThat(response.records())
                    .extracting(PutRecordsResultEntry::shardId)
                    .extracting(id -> id.charAt(id.length() - 1))
                    .containsExactly('0', '1', '0', '1', '0', '1');
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void eachTypeOfIteratorBeginsInItsPlace(boolean cbor) {
        try (KinesisClient client = lab.client(cbor)) {
            List<String> numbers = new ArrayList<>();
            Instant second = null;
            for (int i = 0; i < 4; i++) {
                lab.clock.advance(Duration.ofMillis(100));
                second = i == 1 ? lab.clock.instant() : second;
                int number = i;
                numbers.add(client.putRecord(r -> r.streamName(STREAM)
                                .partitionKey("a")
                                .explicitHashKey("0")
                                .data(SdkBytes.fromUtf8String("r" + number)))
                        .sequenceNumber());
            }
            String latest = iterator(client, ShardIteratorType.LATEST);
            String horizon = iterator(client, ShardIteratorType.TRIM_HORIZON);
            client.putRecord(r ->
                    r.streamName(STREAM).partitionKey("a").explicitHashKey("0").data(SdkBytes.fromUtf8String("later")));

            assertThat(texts(read(client, horizon).records())).containsExactly("r0", "r1", "r2", "r3", "later");
            // Fixed when it was made, and good more than once.
            assertThat(texts(read(client, latest).records())).containsExactly("later");
            assertThat(texts(read(client, latest).records())).containsExactly("later");
            assertThat(texts(from(client, ShardIteratorType.AT_SEQUENCE_NUMBER, numbers.get(2))))
                    .containsExactly("r2", "r3", "later");
            assertThat(texts(from(client, ShardIteratorType.AFTER_SEQUENCE_NUMBER, numbers.get(2))))
                    .containsExactly("r3", "later");
            assertThat(texts(since(client, second))).containsExactly("r1", "r2", "r3", "later");
            assertThat(texts(since(client, second.plusMillis(1)))).containsExactly("r2", "r3", "later");
            assertThat(texts(since(client, Instant.EPOCH))).hasSize(5);
            assertThat(texts(since(client, lab.clock.instant()))).containsExactly("r3", "later");
        }
    }

    private static List<software.amazon.awssdk.services.kinesis.model.Record> from(
            KinesisClient client, ShardIteratorType type, String number) {
        String iterator = client.getShardIterator(r -> r.streamName(STREAM)
                        .shardId(FIRST_SHARD)
                        .shardIteratorType(type)
                        .startingSequenceNumber(number))
                .shardIterator();
        return read(client, iterator).records();
    }

    private static List<software.amazon.awssdk.services.kinesis.model.Record> since(
            KinesisClient client, Instant time) {
        String iterator = client.getShardIterator(r -> r.streamName(STREAM)
                        .shardId(FIRST_SHARD)
                        .shardIteratorType(ShardIteratorType.AT_TIMESTAMP)
                        .timestamp(time))
                .shardIterator();
        return read(client, iterator).records();
    }

    @Test
    void aReaderComesThroughPageByPageAndIsToldHowFarItIsBehind() {
        try (KinesisClient client = lab.client(true)) {
            client.putRecords(r -> r.streamName(STREAM)
                    .records(entries(10).stream()
                            .map(entry -> entry.toBuilder().explicitHashKey("0").build())
                            .toList()));
            lab.clock.advance(Duration.ofSeconds(7));
            String iterator = iterator(client, ShardIteratorType.TRIM_HORIZON);
            List<String> texts = new ArrayList<>();
            List<Long> behind = new ArrayList<>();
            for (int page = 0; page < 4; page++) {
                String at = iterator;
                GetRecordsResponse read =
                        client.getRecords(r -> r.shardIterator(at).limit(4));
                texts.addAll(texts(read.records()));
                behind.add(read.millisBehindLatest());
                iterator = read.nextShardIterator();
            }
            assertThat(texts).hasSize(10).startsWith("r0", "r1").endsWith("r9").doesNotHaveDuplicates();
            assertThat(behind).containsExactly(7_000L, 7_000L, 0L, 0L);
        }
    }

    @Test
    void aCallReadsTenMebibytesAtMost() {
        try (KinesisClient client = lab.client(true)) {
            for (int i = 0; i < 12; i++) {
                client.putRecord(r -> r.streamName(STREAM)
                        .partitionKey("a")
                        .explicitHashKey("0")
                        .data(SdkBytes.fromByteArray(new byte[MIB - 1])));
            }
            GetRecordsResponse read = read(client, iterator(client, ShardIteratorType.TRIM_HORIZON));
            assertThat(read.records()).hasSize(10);
            assertThat(read(client, read.nextShardIterator()).records()).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anIteratorExpiresAfterFiveMinutes(boolean cbor) {
        try (KinesisClient client = lab.client(cbor)) {
            String iterator = iterator(client, ShardIteratorType.LATEST);
            lab.clock.advance(Duration.ofMinutes(5));
            String next = read(client, iterator).nextShardIterator();
            lab.clock.advance(Duration.ofMillis(1));

            assertThatExceptionOfType(ExpiredIteratorException.class)
                    .isThrownBy(() -> read(client, iterator))
                    .satisfies(e -> assertThat(e.awsErrorDetails().errorMessage())
                            .isEqualTo("Iterator expired. The iterator was created at time Sun Nov 29 10:20:30 UTC 2026"
                                    + " while right now it is Sun Nov 29 10:25:30 UTC 2026 which is further in the"
                                    + " future than the tolerated delay of 300000 milliseconds."));
            assertThat(read(client, next).records()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void errorsAreTyped(boolean cbor) {
        try (KinesisClient client = lab.client(cbor)) {
            assertThatExceptionOfType(ResourceNotFoundException.class)
                    .isThrownBy(
                            () -> client.putRecords(r -> r.streamName("other").records(entries(1))))
                    .satisfies(e -> {
                        assertThat(e.statusCode()).isEqualTo(400);
                        assertThat(e.requestId()).isNotEmpty();
                        assertThat(e.awsErrorDetails().errorMessage())
                                .isEqualTo("Stream other under account 123456789012 not found.");
                    });
            assertThatExceptionOfType(InvalidArgumentException.class)
                    .isThrownBy(() -> read(client, "AAAA"))
                    .withMessageContaining("Invalid ShardIterator.");
            assertThatExceptionOfType(ValidationException.class)
                    .isThrownBy(() -> client.putRecord(
                            r -> r.streamName(STREAM).partitionKey("").data(SdkBytes.fromUtf8String("a"))))
                    .withMessageContaining("'partitionKey'");
            lab.endpoint.setFaults(Faults.none().withKinesis(Faults.Calls.failing(0, 1)));
            assertThatExceptionOfType(ProvisionedThroughputExceededException.class)
                    .isThrownBy(
                            () -> client.putRecords(r -> r.streamName(STREAM).records(entries(1))))
                    .withMessageContaining("Rate exceeded for stream input-stream under account 123456789012.");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void throttledRecordsFailWithinACallAndTheOthersAreKept(boolean cbor) {
        lab.endpoint.setFaults(new Faults(1, 1, Duration.ZERO, Faults.SERVICE_UNAVAILABLE, 7)
                .withKinesis(Faults.Calls.failing(0.3, 0)));
        try (KinesisClient client = lab.client(cbor)) {
            List<PutRecordsRequestEntry> entries = entries(100).stream()
                    .map(entry -> entry.toBuilder().explicitHashKey("0").build())
                    .toList();
            PutRecordsResponse response =
                    client.putRecords(r -> r.streamName(STREAM).records(entries));

            List<String> kept = new ArrayList<>();
            for (int i = 0; i < entries.size(); i++) {
                PutRecordsResultEntry result = response.records().get(i);
                if (result.errorCode() == null) {
                    assertThat(result.shardId()).isEqualTo(FIRST_SHARD);
                    kept.add(entries.get(i).data().asUtf8String());
                } else {
                    assertThat(result.errorCode()).isEqualTo("ProvisionedThroughputExceededException");
                    assertThat(result.errorMessage())
                            .isEqualTo(
                                    "Rate exceeded for shard shardId-000000000000 in stream input-stream under account"
                                            + " 123456789012.");
                    assertThat(result.sequenceNumber()).isNull();
                }
            }
            assertThat(kept).hasSizeBetween(50, 90);
            assertThat(response.failedRecordCount()).isEqualTo(100 - kept.size());
            assertThat(texts(read(client, iterator(client, ShardIteratorType.TRIM_HORIZON))
                            .records()))
                    .isEqualTo(kept);
        }
    }

    @Test
    void oneOperationSuffersAndTheOthersAreSpared() {
        Faults.Calls reset = new Faults.Calls(0, 0, 1, Duration.ZERO);
        lab.endpoint.setFaults(Faults.none().withKinesis(reset).withOperations("kinesis:GetRecords"));
        try (KinesisClient client = lab.client(true)) {
            assertThat(client.putRecords(r -> r.streamName(STREAM).records(entries(3)))
                            .failedRecordCount())
                    .isZero();
            String iterator = iterator(client, ShardIteratorType.LATEST);
            assertThatExceptionOfType(SdkClientException.class).isThrownBy(() -> read(client, iterator));
            lab.endpoint.setFaults(Faults.none().withKinesis(reset).withOperations("firehose:PutRecord"));
            assertThat(read(client, iterator).records()).isEmpty();
        }
    }

    @Test
    void faultsOfKinesisAreDrawnByThemselves() {
        List<Boolean> alone = failures(List.of());
        assertThat(alone).contains(true, false);
        assertThat(failures(List.of("PutRecords"))).isEqualTo(alone);
    }

    /** Failures of ten calls that get records, after a change of faults and calls that are none of Kinesis'. */
    private List<Boolean> failures(List<String> before) {
        lab.endpoint.setFaults(new Faults(0, 0, Duration.ZERO, Faults.SERVICE_UNAVAILABLE, 3)
                .withKinesis(Faults.Calls.failing(0, 0.5)));
        before.forEach(operation -> lab.call(operation, "{}")); // refused before a fault is drawn
        try (KinesisClient client = lab.client(true)) {
            String iterator = iterator(client, ShardIteratorType.LATEST);
            List<Boolean> failures = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                try {
                    read(client, iterator);
                    failures.add(false);
                } catch (ProvisionedThroughputExceededException e) {
                    failures.add(true);
                }
            }
            return failures;
        }
    }

    @Test
    void shardsTakeTheirThroughputAndNoMoreWhereItIsLimited() {
        try (KinesisLab limited = new KinesisLab(folder.resolve("limited"), 1, true);
                KinesisClient client = limited.client(true)) {
            for (int call = 0; call < 2; call++) {
                assertThat(client.putRecords(r -> r.streamName(STREAM).records(entries(500)))
                                .failedRecordCount())
                        .isZero();
            }
            limited.clock.advance(Duration.ofMillis(100));
            PutRecordsResponse response =
                    client.putRecords(r -> r.streamName(STREAM).records(entries(500)));
            assertThat(response.failedRecordCount()).isEqualTo(400);
            assertThat(response.records().get(499).errorCode()).isEqualTo("ProvisionedThroughputExceededException");

            limited.clock.advance(Duration.ofSeconds(1));
            byte[] half = new byte[MIB / 2 - 1];
            for (int i = 0; i < 2; i++) {
                client.putRecord(r -> r.streamName(STREAM).partitionKey("a").data(SdkBytes.fromByteArray(half)));
            }
            assertThatExceptionOfType(ProvisionedThroughputExceededException.class)
                    .isThrownBy(() -> client.putRecord(
                            r -> r.streamName(STREAM).partitionKey("a").data(SdkBytes.fromByteArray(half))));
        }
    }

    @Test
    void limitsHoldToTheByte() {
        try (KinesisClient client = lab.client(true)) {
            put(client, "k".repeat(256), 1);
            assertThatThrownBy(() -> put(client, "k".repeat(257), 1))
                    .isInstanceOf(ValidationException.class)
                    .hasMessageContaining("Value at 'partitionKey'")
                    .hasMessageContaining("less than or equal to 256");
            put(client, "k", MIB - 1);
            assertThatThrownBy(() -> put(client, "k", MIB))
                    .isInstanceOf(InvalidArgumentException.class)
                    .hasMessageContaining("1048577 bytes");
            assertThatThrownBy(() -> put(client, "k", MIB + 1))
                    .isInstanceOf(ValidationException.class)
                    .hasMessageContaining("Value at 'data' failed to satisfy constraint: Member must have length less"
                            + " than or equal to 1048576");

            client.createStream(r -> r.streamName("large").shardCount(1).maxRecordSizeInKiB(10_240));
            List<PutRecordsRequestEntry> largest = List.of(large(10 * MIB - 1));
            assertThat(client.putRecords(r -> r.streamName("large").records(largest))
                            .failedRecordCount())
                    .isZero();
            assertThatThrownBy(
                            () -> client.putRecords(r -> r.streamName("large").records(large(10 * MIB + 1))))
                    .isInstanceOf(ValidationException.class)
                    .hasMessageContaining("'records.1.member.data'")
                    .hasMessageContaining("10485760");
            client.putRecords(r -> r.streamName("large").records(large(5 * MIB - 1), large(5 * MIB - 1)));
            assertThatThrownBy(() ->
                            client.putRecords(r -> r.streamName("large").records(large(5 * MIB - 1), large(5 * MIB))))
                    .isInstanceOf(InvalidArgumentException.class)
                    .hasMessageContaining("Records size exceeds 10 MB limit");

            assertThat(client.putRecords(r -> r.streamName(STREAM).records(entries(500)))
                            .records())
                    .hasSize(500);
            assertThatThrownBy(() -> client.putRecords(r -> r.streamName(STREAM).records(entries(501))))
                    .isInstanceOf(ValidationException.class)
                    .hasMessageContaining("'records'")
                    .hasMessageContaining("less than or equal to 500");
        }
    }

    private static void put(KinesisClient client, String key, int bytes) {
        client.putRecord(r -> r.streamName(STREAM).partitionKey(key).data(SdkBytes.fromByteArray(new byte[bytes])));
    }

    private static PutRecordsRequestEntry large(int bytes) {
        return PutRecordsRequestEntry.builder()
                .partitionKey("k")
                .data(SdkBytes.fromByteArray(new byte[bytes]))
                .build();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        PutRecord        | {}                                                                                 | ValidationException      | partitionKey
        PutRecord        | {"PartitionKey":"a","Data":"YQ=="}                                                 | InvalidArgumentException | StreamName or StreamARN
        PutRecord        | {"PartitionKey":"a","StreamName":"input-stream"}                                   | ValidationException      | 'data'
        PutRecord        | {"PartitionKey":"a","StreamName":"input-stream","Data":"Y*=="}                     | SerializationException   | base64
        PutRecord        | {"PartitionKey":7,"StreamName":"input-stream","Data":"YQ=="}                       | SerializationException   | partitionKey
        PutRecord        | {"PartitionKey":"a","StreamName":"a/b","Data":"YQ=="}                              | ValidationException      | regular expression pattern: [a-zA-Z0-9_.-]+
        PutRecord        | {"PartitionKey":"a","StreamARN":"arn:x","Data":"YQ=="}                             | ValidationException      | streamARN
        PutRecord        | {"PartitionKey":"a","StreamARN":"arn:aws:kinesis:us-east-1:999999999999:stream/input-stream","Data":"YQ=="} | ResourceNotFoundException | account 999999999999
        PutRecord        | {"PartitionKey":"a","StreamName":"b","StreamARN":"arn:aws:kinesis:us-east-1:123456789012:stream/input-stream","Data":"YQ=="} | InvalidArgumentException | two streams
        PutRecord        | {"PartitionKey":"a","StreamName":"input-stream","Data":"YQ==","ExplicitHashKey":"-1"} | ValidationException   | 'explicitHashKey'
        PutRecord        | {"PartitionKey":"a","StreamName":"input-stream","Data":"YQ==","ExplicitHashKey":"340282366920938463463374607431768211456"} | InvalidArgumentException | [0, 2^128-1]
        PutRecord        | {"PartitionKey":"a","StreamName":"input-stream","Data":"YQ==","SequenceNumberForOrdering":"5"} | InvalidArgumentException | ExclusiveMinimumSequenceNumber 5
        PutRecords       | {"StreamName":"input-stream"}                                                      | ValidationException      | 'records'
        PutRecords       | {"StreamName":"input-stream","Records":{}}                                         | SerializationException   | Records
        PutRecords       | {"StreamName":"input-stream","Records":[]}                                         | ValidationException      | greater than or equal to 1
        PutRecords       | {"StreamName":"input-stream","Records":[7]}                                        | SerializationException   | records.1.member
        PutRecords       | {"StreamName":"input-stream","Records":[{"Data":"YQ==","PartitionKey":"a"},{"Data":"YQ=="}]} | ValidationException | records.2.member.partitionKey
        GetShardIterator | {"StreamName":"input-stream","ShardId":"shardId-000000000000"}                     | ValidationException      | shardIteratorType
        GetShardIterator | {"StreamName":"input-stream","ShardId":"shardId-000000000000","ShardIteratorType":"OLDEST"} | ValidationException | AT_SEQUENCE_NUMBER, TRIM_HORIZON]
        GetShardIterator | {"StreamName":"input-stream","ShardId":"5","ShardIteratorType":"LATEST"}           | ResourceNotFoundException | Shard shardId-000000000005 in stream input-stream under account 123456789012 does not exist
        GetShardIterator | {"StreamName":"other","ShardId":"shardId-000000000000","ShardIteratorType":"LATEST"} | ResourceNotFoundException | Shard shardId-000000000000 in stream other under account 123456789012 does not exist
        GetShardIterator | {"StreamName":"input-stream","ShardId":"first","ShardIteratorType":"LATEST"}       | ResourceNotFoundException | Could not find shard first
        GetShardIterator | {"StreamName":"input-stream","ShardId":"shardId-9999999999999","ShardIteratorType":"LATEST"} | ResourceNotFoundException | Could not find shard
        GetShardIterator | {"StreamName":"input-stream","ShardId":"0","ShardIteratorType":"AT_SEQUENCE_NUMBER"} | InvalidArgumentException | and no StartingSequenceNumber
        GetShardIterator | {"StreamName":"input-stream","ShardId":"0","ShardIteratorType":"LATEST","StartingSequenceNumber":"5"} | InvalidArgumentException | also a StartingSequenceNumber
        GetShardIterator | {"StreamName":"input-stream","ShardId":"0","ShardIteratorType":"AT_SEQUENCE_NUMBER","StartingSequenceNumber":"x"} | ValidationException | startingSequenceNumber
        GetShardIterator | {"StreamName":"input-stream","ShardId":"0","ShardIteratorType":"AT_SEQUENCE_NUMBER","StartingSequenceNumber":"5"} | InvalidArgumentException | is invalid.
        GetShardIterator | {"StreamName":"input-stream","ShardId":"0","ShardIteratorType":"AT_TIMESTAMP"}     | InvalidArgumentException | timestampInMillis
        GetShardIterator | {"StreamName":"input-stream","ShardId":"0","ShardIteratorType":"AT_TIMESTAMP","Timestamp":"now"} | SerializationException | Timestamp
        GetShardIterator | {"StreamName":"input-stream","ShardId":"0","ShardIteratorType":"AT_TIMESTAMP","Timestamp":1e99} | InvalidArgumentException | cannot be greater
        GetShardIterator | {"StreamName":"input-stream","ShardId":"0","ShardIteratorType":"AT_TIMESTAMP","Timestamp":1e999} | SerializationException | Timestamp
        GetRecords       | {}                                                                                 | ValidationException      | shardIterator
        GetRecords       | {"ShardIterator":"AAAAAAAAAAE="}                                                   | InvalidArgumentException | Invalid ShardIterator.
        GetRecords       | {"ShardIterator":"*"}                                                              | InvalidArgumentException | Invalid ShardIterator.
        GetRecords       | {"ShardIterator":"AAAA","Limit":0}                                                 | ValidationException      | greater than or equal to 1
        GetRecords       | {"ShardIterator":"AAAA","Limit":10001}                                             | ValidationException      | less than or equal to 10000
        ListShards       | {"NextToken":"AAAA","StreamName":"input-stream"}                                   | InvalidArgumentException | NextToken and StreamName
        ListShards       | {"NextToken":"AAAA"}                                                               | InvalidArgumentException | NextToken
        ListShards       | {"StreamName":"input-stream","ShardFilter":{"Type":"ALL"}}                         | ValidationException      | enum value set
        ListShards       | {"StreamName":"input-stream","ShardFilter":{"Type":"AT_TIMESTAMP"}}                | InvalidArgumentException | Timestamp
        ListStreams      | {"Limit":0}                                                                        | ValidationException      | 'limit'
        DescribeStream   | {"StreamName":"other"}                                                             | ResourceNotFoundException | Stream other
        CreateStream     | {"ShardCount":1}                                                                   | ValidationException      | streamName
        CreateStream     | {"StreamName":"new"}                                                               | InvalidArgumentException | ShardCount
        CreateStream     | {"StreamName":"new","ShardCount":0}                                                | ValidationException      | shardCount
        CreateStream     | {"StreamName":"new","ShardCount":1,"MaxRecordSizeInKiB":1023}                      | ValidationException      | maxRecordSizeInKiB
        CreateStream     | {"StreamName":"new","StreamModeDetails":{"StreamMode":"BOTH"}}                     | ValidationException      | streamMode
        DeleteStream     | {"StreamName":"other"}                                                             | ResourceNotFoundException | Stream other
        SplitShard       | {"StreamName":"input-stream"}                                                      | UnknownOperationException | Kinesis_20131202.SplitShard
        """)
    void wrongRequestIsRefusedWithItsReason(String operation, String body, String code, String reason) {
        HttpResponse<String> response = lab.call(operation, body);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.headers().firstValue("x-amzn-ErrorType")).hasValue(code);
        assertThat(response.body())
                .startsWith("{\"__type\":\"" + code + "\",\"message\":\"")
                .contains(reason);
    }

    @Test
    void sequenceNumbersOfOthersAreRefused() {
        try (KinesisClient client = lab.client(true)) {
            String second = client.putRecord(
                            r -> r.streamName(STREAM).partitionKey("b").data(SdkBytes.fromUtf8String("a")))
                    .sequenceNumber();
            assertThatExceptionOfType(InvalidArgumentException.class)
                    .isThrownBy(() -> from(client, ShardIteratorType.AT_SEQUENCE_NUMBER, second))
                    .withMessageContaining(
                            "It encodes shardId-000000000001, while it was used in a call to a shard with"
                                    + " shardId-000000000000");
            lab.clock.advance(Duration.ofSeconds(1));
            client.createStream(r -> r.streamName("later").shardCount(1));
            String foreign = client.putRecord(
                            r -> r.streamName("later").partitionKey("b").data(SdkBytes.fromUtf8String("a")))
                    .sequenceNumber();
            assertThatExceptionOfType(InvalidArgumentException.class)
                    .isThrownBy(() -> from(client, ShardIteratorType.AT_SEQUENCE_NUMBER, foreign))
                    .withMessageContaining("did not come from this stream");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void streamsAreMadeDescribedAndDeleted(boolean cbor) {
        try (KinesisClient client = lab.client(cbor)) {
            client.createStream(r -> r.streamName("..").shardCount(3));
            client.createStream(r -> r.streamName("demand").streamModeDetails(d -> d.streamMode(StreamMode.ON_DEMAND)));

            var summary = client.describeStreamSummary(r -> r.streamName("..")).streamDescriptionSummary();
            assertThat(summary.streamARN()).isEqualTo("arn:aws:kinesis:us-east-1:123456789012:stream/..");
            assertThat(summary.streamStatus()).isEqualTo(StreamStatus.ACTIVE);
            assertThat(summary.openShardCount()).isEqualTo(3);
            assertThat(summary.retentionPeriodHours()).isEqualTo(24);
            assertThat(summary.maxRecordSizeInKiB()).isEqualTo(1_024);
            assertThat(summary.streamCreationTimestamp()).isEqualTo(lab.clock.instant());
            assertThat(client.describeStreamSummary(r -> r.streamName("demand"))
                            .streamDescriptionSummary()
                            .streamModeDetails()
                            .streamMode())
                    .isEqualTo(StreamMode.ON_DEMAND);
            assertThatExceptionOfType(ResourceInUseException.class)
                    .isThrownBy(() ->
                            client.createStream(r -> r.streamName("demand").shardCount(1)))
                    .withMessageContaining("Stream demand under account 123456789012 already exists.");
            assertThatExceptionOfType(LimitExceededException.class)
                    .isThrownBy(
                            () -> client.createStream(r -> r.streamName("many").shardCount(192)))
                    .withMessageContaining("Current shard count for the account: 9. Limit: 200.");

            String iterator = iterator(client, ShardIteratorType.LATEST);
            client.deleteStream(r -> r.streamName(STREAM));
            assertThat(client.listStreams().streamNames()).containsExactly("..", "demand");
            assertThatExceptionOfType(ResourceNotFoundException.class).isThrownBy(() -> read(client, iterator));

            lab.clock.advance(Duration.ofMillis(1));
            client.createStream(r -> r.streamName(STREAM).shardCount(1));
            assertThatExceptionOfType(ResourceNotFoundException.class).isThrownBy(() -> read(client, iterator));
        }
    }

    @Test
    void shardsAreListedPageByPage() {
        try (KinesisClient client = lab.client(true)) {
            client.createStream(r -> r.streamName("wide").shardCount(150));

            var first = client.describeStream(r -> r.streamName("wide")).streamDescription();
            assertThat(first.shards()).hasSize(100);
            assertThat(first.hasMoreShards()).isTrue();
            var rest = client.describeStream(r -> r.streamName("wide")
                            .exclusiveStartShardId(first.shards().get(99).shardId()))
                    .streamDescription();
            assertThat(rest.shards()).hasSize(50);
            assertThat(rest.hasMoreShards()).isFalse();
            List<Shard> described = new ArrayList<>(first.shards());
            described.addAll(rest.shards());

            List<Shard> listed = new ArrayList<>();
            ListShardsResponse page =
                    client.listShards(r -> r.streamName("wide").maxResults(40));
            listed.addAll(page.shards());
            while (page.nextToken() != null) {
                String token = page.nextToken();
                page = client.listShards(r -> r.nextToken(token).maxResults(40));
                listed.addAll(page.shards());
            }
            assertThat(listed).isEqualTo(described);
            assertThat(client.listShards(r -> r.streamName("wide")).shards()).isEqualTo(described);
            assertThat(listed.get(0).hashKeyRange().startingHashKey()).isEqualTo("0");
            assertThat(listed.get(149).hashKeyRange().endingHashKey())
                    .isEqualTo("340282366920938463463374607431768211455");
            for (int i = 1; i < listed.size(); i++) {
                assertThat(new BigInteger(listed.get(i).hashKeyRange().startingHashKey()))
                        .isEqualTo(
                                new BigInteger(listed.get(i - 1).hashKeyRange().endingHashKey()).add(BigInteger.ONE));
            }
        }
    }

    @Test
    void shardsAreFiltered() {
        try (KinesisClient client = lab.client(true)) {
            assertThat(client.listShards(r -> r.streamName(STREAM).exclusiveStartShardId(FIRST_SHARD))
                            .shards())
                    .extracting(Shard::shardId)
                    .containsExactly("shardId-000000000001");
            assertThat(client.listShards(
                                    r -> r.streamName(STREAM).shardFilter(f -> f.type(ShardFilterType.AFTER_SHARD_ID)
                                            .shardId(FIRST_SHARD)))
                            .shards())
                    .hasSize(1);
            assertThat(client.listShards(r -> r.streamName(STREAM).shardFilter(f -> f.type(ShardFilterType.AT_LATEST)))
                            .shards())
                    .hasSize(2);
            Instant made = lab.stream().created();
            assertThat(client.listShards(r -> r.streamName(STREAM).shardFilter(f -> f.type(ShardFilterType.AT_TIMESTAMP)
                                    .timestamp(made)))
                            .shards())
                    .hasSize(2);
            assertThat(client.listShards(r -> r.streamName(STREAM).shardFilter(f -> f.type(ShardFilterType.AT_TIMESTAMP)
                                    .timestamp(made.minusMillis(1))))
                            .shards())
                    .isEmpty();
        }
    }

    @Test
    void tokensExpireAfterFiveMinutes() {
        try (KinesisClient client = lab.client(true)) {
            String token =
                    client.listShards(r -> r.streamName(STREAM).maxResults(1)).nextToken();
            lab.clock.advance(Duration.ofMinutes(5));
            assertThat(client.listShards(r -> r.nextToken(token)).shards()).hasSize(1);
            lab.clock.advance(Duration.ofMillis(1));
            assertThatExceptionOfType(ExpiredNextTokenException.class)
                    .isThrownBy(() -> client.listShards(r -> r.nextToken(token)));
        }
    }

    @Test
    void streamsAreListedPageByPage() {
        try (KinesisClient client = lab.client(true)) {
            IntStream.range(0, 4)
                    .forEach(i ->
                            client.createStream(r -> r.streamName("stream-" + i).shardCount(1)));

            var first = client.listStreams(r -> r.limit(2));
            assertThat(first.streamNames()).containsExactly(STREAM, "stream-0");
            assertThat(first.hasMoreStreams()).isTrue();
            assertThat(client.listStreams(r -> r.nextToken(first.nextToken())).streamNames())
                    .containsExactly("stream-1", "stream-2", "stream-3");
            var last = client.listStreams(r -> r.exclusiveStartStreamName("stream-2"));
            assertThat(last.streamNames()).containsExactly("stream-3");
            assertThat(last.hasMoreStreams()).isFalse();
            assertThat(last.streamSummaries()).singleElement().satisfies(summary -> assertThat(
                            summary.streamCreationTimestamp())
                    .isEqualTo(lab.clock.instant()));
        }
    }

    @Test
    void aStoreThatCannotKeepARecordSaysSo() {
        try (KinesisClient client = lab.client(true)) {
            lab.streams.close();
            assertThatExceptionOfType(KinesisException.class)
                    .isThrownBy(() -> put(client, "a", 1))
                    .satisfies(e -> {
                        assertThat(e.statusCode()).isEqualTo(500);
                        assertThat(e.awsErrorDetails().errorCode()).isEqualTo("InternalFailureException");
                    });
            PutRecordsResponse response =
                    client.putRecords(r -> r.streamName(STREAM).records(entries(2)));
            assertThat(response.failedRecordCount()).isEqualTo(2);
            assertThat(response.records())
                    .extracting(PutRecordsResultEntry::errorCode)
                    .containsOnly("InternalFailure");
        }
    }
}
