package io.github.taxitrips.local;

import java.net.URI;
import java.util.Optional;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.firehose.FirehoseClient;

/**
 * Holds where nothing leads the Firehose client to an endpoint other than the region's: neither a setting of ours nor, in
 * the SDK's own order, a system property, {@code AWS_ENDPOINT_URL_FIREHOSE}, {@code AWS_ENDPOINT_URL} or a profile. The
 * SDK is asked, so that it and this cannot differ: AWS SDKs and Tools Reference Guide, "Service-specific endpoints".
 */
final class OnNoEndpoint implements Condition {

    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
        String setting = context.getEnvironment().getProperty("taxi-trips.firehose.endpoint", "");
        if (!setting.isEmpty()) {
            return false;
        }
        try (FirehoseClient client = FirehoseClient.builder()
                .region(Region.US_EAST_1)
                .credentialsProvider(AnonymousCredentialsProvider.create())
                .build()) {
            return endpoint(client).isEmpty();
        }
    }

    /** Returns the endpoint that the client calls in place of the region's. */
    static Optional<URI> endpoint(FirehoseClient client) {
        return client.serviceClientConfiguration().endpointOverride();
    }
}
