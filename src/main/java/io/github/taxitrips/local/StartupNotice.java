package io.github.taxitrips.local;

import io.github.taxitrips.delivery.FirehoseSender;
import io.github.taxitrips.delivery.SdkFirehoseSender;
import io.github.taxitrips.local.aws.AwsEndpoint;
import io.github.taxitrips.settings.TaxiTripsProperties;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;
import software.amazon.awssdk.services.firehose.FirehoseClient;

/** Tells where the local run listens, where it delivers to, and how AWS clients come to its stream. */
@Component
@ConditionalOnWebApplication
@Order(Ordered.HIGHEST_PRECEDENCE)
final class StartupNotice implements ApplicationRunner {

    private final TaxiTripsProperties properties;
    private final Environment environment;
    private final ObjectProvider<AwsEndpoint> embedded;
    private final FirehoseSender sender;
    private final ObjectProvider<FirehoseClient> client;

    StartupNotice(
            TaxiTripsProperties properties,
            Environment environment,
            ObjectProvider<AwsEndpoint> embedded,
            FirehoseSender sender,
            ObjectProvider<FirehoseClient> client) {
        this.properties = properties;
        this.environment = environment;
        this.embedded = embedded;
        this.sender = sender;
        this.client = client;
    }

    @Override
    public void run(ApplicationArguments arguments) {
        AwsEndpoint aws = embedded.getIfAvailable();
        String events = "takes Kinesis events%s at POST http://127.0.0.1:%s/";
        String port = environment.getProperty("local.server.port");
        if (aws == null) {
            System.out.printf("%nTaxi Trips " + events + "%n", "", port);
        } else {
            System.out.printf(
                    "%nTaxi Trips takes records in stream %s with AWS_ENDPOINT_URL=%s,%n" + events + ",%n",
                    properties.local().stream().name(),
                    aws.uri(),
                    ", past the stream,",
                    port);
        }
        System.out.printf("and delivers to stream %s at %s%n", properties.deliveryStreamName(), target(aws));
    }

    private String target(@Nullable AwsEndpoint aws) {
        if (!(sender instanceof SdkFirehoseSender)) {
            return "wherever " + sender.getClass().getName() + " sends it";
        }
        Optional<URI> endpoint = OnNoEndpoint.endpoint(client.getObject());
        if (aws != null && endpoint.equals(Optional.of(aws.uri()))) {
            return endpoint.get() + " (embedded), files in "
                    + properties.local().dataLake() + "/";
        }
        return endpoint.map(URI::toString)
                .orElseGet(() -> "Amazon Data Firehose in "
                        + client.getObject().serviceClientConfiguration().region());
    }
}
