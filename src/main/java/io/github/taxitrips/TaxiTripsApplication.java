package io.github.taxitrips;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import io.github.taxitrips.delivery.Deadline;
import io.github.taxitrips.delivery.Delivery;
import io.github.taxitrips.delivery.FirehoseSender;
import io.github.taxitrips.delivery.ForwardTrips;
import io.github.taxitrips.delivery.Invocation;
import io.github.taxitrips.delivery.Quarantine;
import io.github.taxitrips.delivery.RetryMemory;
import io.github.taxitrips.delivery.SdkFirehoseSender;
import io.github.taxitrips.intake.Intake;
import io.github.taxitrips.intake.RecordValidator;
import io.github.taxitrips.settings.TaxiTripsProperties;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import software.amazon.awssdk.services.firehose.FirehoseClient;

/** The service. Lambda starts it through Spring Cloud Function's adapter, a developer through {@link #main}. */
@SpringBootApplication(proxyBeanMethods = false)
public class TaxiTripsApplication {

    public static void main(String[] args) {
        SpringApplication.run(TaxiTripsApplication.class, args);
    }

    /** The one door of the service: a Kinesis event in, the counts as JSON out. */
    @Bean
    Function<KinesisEvent, String> forwardTrips(
            RecordValidator validator,
            RetryPolicy retryPolicy,
            FirehoseSender sender,
            ObjectProvider<FirehoseClient> client,
            Deadline deadline,
            ObjectProvider<Invocation.Listener> listeners,
            TaxiTripsProperties properties) {
        SimpleAsyncTaskExecutor threads = new SimpleAsyncTaskExecutor("firehose-");
        // Before JDK 24 a virtual thread in HttpURLConnection blocks the thread that carries it.
        threads.setVirtualThreads(Runtime.version().feature() >= 24);
        Delivery.Settings settings = settings(properties);
        String quarantine = properties.quarantine().deliveryStreamName();
        return new ForwardTrips(
                new Intake(validator, properties.unpackAggregated(), properties.splitDocuments()),
                new Delivery(sender, retryPolicy, settings, threads),
                quarantine.isEmpty()
                        ? null
                        : new Quarantine(new Delivery(
                                new SdkFirehoseSender(
                                        client.getObject(), quarantine, "taxi-trips.quarantine.delivery-stream-name"),
                                retryPolicy,
                                settings,
                                threads)),
                properties.quarantine().onFailure(),
                new RetryMemory(properties.retry().memory()),
                properties.onExhausted(),
                retryPolicy.getTimeout(),
                deadline,
                listeners.orderedStream().toList());
    }

    private static Delivery.Settings settings(TaxiTripsProperties properties) {
        TaxiTripsProperties.Retry retry = properties.retry();
        TaxiTripsProperties.Packing packing = properties.packing();
        return new Delivery.Settings(
                Collections.min(List.of(retry.unthrottledWait(), retry.maxWait())),
                properties.firehose().callTimeout(),
                properties.firehose().maxConcurrentCalls(),
                packing.enabled() ? Math.toIntExact(packing.maxRecordSize().toBytes()) : 0);
    }
}
