package io.github.taxitrips.local.firehose;

import io.github.taxitrips.local.aws.AwsEndpoint;
import io.github.taxitrips.local.aws.Faults;
import io.github.taxitrips.local.lake.DeliveryStream;
import io.github.taxitrips.local.lake.Lake;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchResponse;
import software.amazon.awssdk.services.firehose.model.Record;

/** An embedded endpoint with the AWS client that the service uses, and a plain HTTP client for what AWS clients hide. */
final class FirehoseLab implements AutoCloseable {

    static final String STREAM = "nyc-taxi-trips";
    static final Instant ARRIVAL = Instant.parse("2026-11-22T10:20:30Z");

    static {
        // Without Spring's logging set-up the SDK writes every request at DEBUG.
        LoggingSystem.get(FirehoseLab.class.getClassLoader()).setLogLevel("software.amazon.awssdk", LogLevel.WARN);
    }

    final Lake lake;
    final FirehoseApi firehose;
    final AwsEndpoint endpoint;
    final FirehoseClient client;
    private final HttpClient http = HttpClient.newHttpClient();

    FirehoseLab(Path root) {
        this(root, List.of(STREAM));
    }

    FirehoseLab(Path root, List<String> deliveryStreams) {
        Clock clock = Clock.fixed(ARRIVAL, ZoneOffset.UTC);
        lake = new Lake(
                root,
                deliveryStreams.stream()
                        .map(name -> DeliveryStream.plain(name, "nyctaxitrips"))
                        .toList(),
                clock);
        firehose = new FirehoseApi(deliveryStreams, lake, clock);
        endpoint = new AwsEndpoint(0, Faults.none(), firehose);
        client = client(Duration.ofSeconds(30));
    }

    FirehoseClient client(Duration socketTimeout) {
        return FirehoseClient.builder()
                .httpClient(UrlConnectionHttpClient.builder()
                        .socketTimeout(socketTimeout)
                        .build())
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")))
                .endpointOverride(endpoint.uri())
                .overrideConfiguration(c -> c.retryStrategy(AwsRetryStrategy.doNotRetry()))
                .build();
    }

    PutRecordBatchResponse put(List<Record> records) {
        return client.putRecordBatch(r -> r.deliveryStreamName(STREAM).records(records));
    }

    static Record record(String text) {
        return Record.builder().data(SdkBytes.fromUtf8String(text)).build();
    }

    static Record record(int bytes) {
        byte[] data = new byte[bytes];
        Arrays.fill(data, (byte) 'x');
        return Record.builder().data(SdkBytes.fromByteArray(data)).build();
    }

    HttpResponse<String> call(String operation, String body) {
        return send(HttpRequest.newBuilder(endpoint.uri())
                .header("X-Amz-Target", "Firehose_20150804." + operation)
                .POST(BodyPublishers.ofString(body)));
    }

    HttpResponse<String> putFaults(String body) {
        return send(HttpRequest.newBuilder(uri("/faults")).PUT(BodyPublishers.ofString(body)));
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    URI uri(String path) {
        return endpoint.uri().resolve(path);
    }

    /** Everything in the lake's files, which are listed by looking at the disk and not at the lake. */
    String stored() {
        lake.flush();
        Path folder = lake.root().resolve("nyctaxitrips");
        if (!Files.isDirectory(folder)) {
            return "";
        }
        try (var paths = Files.walk(folder)) {
            return paths.filter(Files::isRegularFile)
                    .sorted()
                    .map(FirehoseLab::read)
                    .collect(Collectors.joining());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        client.close();
        endpoint.close();
        lake.close();
    }
}
