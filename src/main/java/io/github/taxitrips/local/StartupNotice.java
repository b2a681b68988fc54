package io.github.taxitrips.local;

import io.github.taxitrips.TaxiTripsProperties;
import io.github.taxitrips.local.firehose.EmbeddedFirehose;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Tells where the local run listens and where it delivers to. */
@Component
@ConditionalOnWebApplication
@Order(Ordered.HIGHEST_PRECEDENCE)
final class StartupNotice implements ApplicationRunner {

    private final TaxiTripsProperties properties;
    private final Environment environment;
    private final ObjectProvider<EmbeddedFirehose> embedded;

    StartupNotice(TaxiTripsProperties properties, Environment environment, ObjectProvider<EmbeddedFirehose> embedded) {
        this.properties = properties;
        this.environment = environment;
        this.embedded = embedded;
    }

    @Override
    public void run(ApplicationArguments arguments) {
        EmbeddedFirehose firehose = embedded.getIfAvailable();
        String endpoint = properties.firehose().endpoint();
        String target = firehose != null
                ? firehose.endpoint() + " (embedded), files in "
                        + properties.local().dataLake() + "/"
                : endpoint.isEmpty() ? "Amazon Data Firehose" : endpoint;
        System.out.printf(
                "%nTaxi Trips takes Kinesis events at POST http://127.0.0.1:%s/%nand delivers to stream %s at %s%n",
                environment.getProperty("local.server.port"), properties.deliveryStreamName(), target);
    }
}
