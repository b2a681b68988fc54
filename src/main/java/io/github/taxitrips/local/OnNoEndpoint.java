package io.github.taxitrips.local;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.firehose.FirehoseClient;

/**
 * Holds where nothing leads the Firehose client to an endpoint other than the region's or the embedded one itself, which a
 * developer names to producers in the same shell: neither a setting of ours nor, in
 * the SDK's own order, a system property, {@code AWS_ENDPOINT_URL_FIREHOSE}, {@code AWS_ENDPOINT_URL} or a profile. The
 * SDK is asked, so that it and this cannot differ: AWS SDKs and Tools Reference Guide, "Service-specific endpoints".
 */
final class OnNoEndpoint implements Condition {

    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
        Environment environment = context.getEnvironment();
        String setting = environment.getProperty("taxi-trips.firehose.endpoint", "");
        if (!setting.isEmpty()) {
            return isEmbedded(setting, environment);
        }
        try (FirehoseClient client = FirehoseClient.builder()
                .region(Region.US_EAST_1)
                .credentialsProvider(AnonymousCredentialsProvider.create())
                .build()) {
            return endpoint(client)
                    .map(URI::toString)
                    .filter(uri -> !isEmbedded(uri, environment))
                    .isEmpty();
        }
    }

    private static boolean isEmbedded(String endpoint, Environment environment) {
        String port = environment.getProperty("taxi-trips.local.firehose-port", "");
        return endpoint.matches("http://(127\\.0\\.0\\.1|localhost):" + Pattern.quote(port) + "/?");
    }

    /** Returns the endpoint that the client calls in place of the region's. */
    static Optional<URI> endpoint(FirehoseClient client) {
        return client.serviceClientConfiguration().endpointOverride();
    }
}
