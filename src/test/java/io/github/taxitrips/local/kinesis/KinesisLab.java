package io.github.taxitrips.local.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.local.aws.AwsEndpoint;
import io.github.taxitrips.local.aws.Faults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkSystemSetting;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/** Streams behind an endpoint, the clock they go by, and clients. */
final class KinesisLab implements AutoCloseable {

    static final String STREAM = "input-stream";
    static final String FIRST_SHARD = "shardId-000000000000";

    static {
        // Without Spring's logging set-up the SDK writes every request at DEBUG.
        LoggingSystem.get(KinesisLab.class.getClassLoader()).setLogLevel("software.amazon.awssdk", LogLevel.WARN);
    }

    final SetClock clock = new SetClock();
    final KinesisStreams streams;
    final AwsEndpoint endpoint;
    private final HttpClient http = HttpClient.newHttpClient();

    /** A stream of so many shards in a folder. */
    KinesisLab(Path root, int shards) {
        this(root, shards, false);
    }

    KinesisLab(Path root, int shards, boolean limited) {
        streams = new KinesisStreams(root, limited, clock);
        streams.provide(settings(STREAM, shards));
        endpoint = new AwsEndpoint(0, Faults.none(), new KinesisApi(streams, clock));
    }

    static StreamSettings settings(String name, int shards) {
        return new StreamSettings(name, shards, Duration.ofHours(24), 1_024, false);
    }

    KinesisStream stream() {
        return streams.stream(STREAM);
    }

    /** A client that speaks CBOR, as it does when it is not told otherwise, or JSON. */
    KinesisClient client(boolean cbor) {
        System.setProperty(SdkSystemSetting.CBOR_ENABLED.property(), Boolean.toString(cbor));
        try {
            return KinesisClient.builder()
                    .httpClient(UrlConnectionHttpClient.create())
                    .region(Region.US_EAST_1)
                    .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")))
                    .endpointOverride(endpoint.uri())
                    .overrideConfiguration(c -> c.retryStrategy(AwsRetryStrategy.doNotRetry())
                            .addExecutionInterceptor(new Speaks(cbor ? "cbor" : "json")))
                    .build();
        } finally {
            System.clearProperty(SdkSystemSetting.CBOR_ENABLED.property());
        }
    }

    /** Makes sure that a client speaks what it was made for. */
    private record Speaks(String protocol) implements ExecutionInterceptor {
        @Override
        public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
            assertThat(context.httpRequest().firstMatchingHeader("Content-Type"))
                    .hasValue("application/x-amz-" + protocol + "-1.1");
        }
    }

    static String iterator(KinesisClient client, ShardIteratorType type) {
        return client.getShardIterator(
                        r -> r.streamName(STREAM).shardId(FIRST_SHARD).shardIteratorType(type))
                .shardIterator();
    }

    static GetRecordsResponse read(KinesisClient client, String iterator) {
        return client.getRecords(r -> r.shardIterator(iterator));
    }

    static List<String> texts(List<Record> records) {
        return records.stream().map(record -> record.data().asUtf8String()).toList();
    }

    static PutRecordsRequestEntry entry(String key, String text) {
        return PutRecordsRequestEntry.builder()
                .partitionKey(key)
                .data(SdkBytes.fromUtf8String(text))
                .build();
    }

    static List<PutRecordsRequestEntry> entries(int count) {
        return IntStream.range(0, count).mapToObj(i -> entry("key", "r" + i)).toList();
    }

    HttpResponse<String> call(String operation, String body) {
        return send(HttpRequest.newBuilder(endpoint.uri())
                .header("X-Amz-Target", "Kinesis_20131202." + operation)
                .POST(BodyPublishers.ofString(body)));
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), BodyHandlers.ofString(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        endpoint.close();
        streams.close();
    }

    /** A clock that stands still until it is moved. */
    static final class SetClock implements InstantSource {

        private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-29T10:20:30.456Z"));

        @Override
        public Instant instant() {
            return now.get();
        }

        void advance(Duration time) {
            now.updateAndGet(before -> before.plus(time));
        }
    }
}
