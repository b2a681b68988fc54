package io.github.taxitrips.local.producer;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.KinesisClientBuilder;

/**
 * Where a producer sends to.
 *
 * @param endpoint an endpoint that speaks Kinesis, null for that of AWS
 */
public record Destination(@Nullable URI endpoint) {

    /** AWS, with the ordinary credentials and region. */
    public static final Destination ACCOUNT = new Destination(null);

    /** Returns the local run's endpoint on this machine. */
    public static Destination here(int port) {
        return new Destination(URI.create("http://127.0.0.1:" + port));
    }

    /**
     * Returns a client for it that makes each call once. An endpoint on this machine takes any credentials; any other is called
     * with the ordinary ones, and with their region.
     */
    public KinesisClient client() {
        KinesisClientBuilder builder = KinesisClient.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .overrideConfiguration(override -> override.retryStrategy(AwsRetryStrategy.doNotRetry()));
        if (endpoint != null) {
            builder.endpointOverride(endpoint);
            if (isHere(endpoint)) {
                builder.region(Region.US_EAST_1)
                        .credentialsProvider(
                                StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")));
            }
        }
        return builder.build();
    }

    private static boolean isHere(URI endpoint) {
        String host = String.valueOf(endpoint.getHost());
        return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
    }

    @Override
    public String toString() {
        return endpoint == null ? "AWS" : endpoint.toString();
    }
}
