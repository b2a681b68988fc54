package io.github.taxitrips;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import io.github.taxitrips.delivery.Delivery;
import io.github.taxitrips.delivery.FirehoseSender;
import io.github.taxitrips.intake.Intake;
import io.github.taxitrips.intake.TripValidator;
import java.time.Duration;
import java.util.function.Function;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.core.retry.RetryPolicy;

/** The service. Lambda starts it through Spring Cloud Function's adapter, a developer through {@link #main}. */
@SpringBootApplication(proxyBeanMethods = false)
public class TaxiTripsApplication {

    public static void main(String[] args) {
        SpringApplication.run(TaxiTripsApplication.class, args);
    }

    /** The one door of the service: a Kinesis event in, the counts as JSON out. */
    @Bean
    Function<KinesisEvent, String> forwardTrips(
            TripValidator validator, RetryPolicy retryPolicy, FirehoseSender sender, TaxiTripsProperties properties) {
        TaxiTripsProperties.Retry retry = properties.retry();
        Duration unthrottledWait =
                retry.unthrottledWait().compareTo(retry.maxWait()) < 0 ? retry.unthrottledWait() : retry.maxWait();
        return new ForwardTrips(new Intake(validator), new Delivery(sender, retryPolicy, unthrottledWait));
    }
}
