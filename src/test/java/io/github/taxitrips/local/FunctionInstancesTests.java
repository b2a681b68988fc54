package io.github.taxitrips.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import io.github.taxitrips.TaxiTripsApplication;
import io.github.taxitrips.delivery.DeliveryException;
import io.github.taxitrips.delivery.FirehoseSender;
import io.github.taxitrips.delivery.ScriptedSender;
import io.github.taxitrips.intake.KinesisEventReader;
import io.github.taxitrips.intake.RecordValidator;
import io.github.taxitrips.intake.Verdict;
import io.github.taxitrips.local.base.DeskSettings;
import io.github.taxitrips.local.mapping.LambdaEnvironment;
import io.github.taxitrips.settings.TaxiTripsProperties;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** Instances of the function are made of the application's beans, and share nothing else. */
class FunctionInstancesTests {

    private final ScriptedSender sender = new ScriptedSender();
    private static final String[] ARGUMENTS = {
        "--taxi-trips.retry.max-retries=0", "--taxi-trips.firehose.max-concurrent-calls=1"
    };

    private final ConfigurableApplicationContext context = new SpringApplicationBuilder(TaxiTripsApplication.class)
            .web(WebApplicationType.NONE)
            .initializers(
                    starting -> ((GenericApplicationContext) starting).registerBean(FirehoseSender.class, () -> sender))
            .run(ARGUMENTS);

    @AfterEach
    void close() {
        context.close();
    }

    @Test
    void eachInstanceHasAMemoryOfItsOwnAndTheUsersBeans() throws IOException {
        KinesisEvent event = new KinesisEventReader().read(Files.readAllBytes(Path.of("events/clean.json")));
        int trips = event.getRecords().size();
        FunctionInstances instances = instances();
        try (LambdaEnvironment one = instances.start();
                LambdaEnvironment other = instances.start()) {
            sender.answers.add(Map.of(0, ScriptedSender.THROTTLED));
            assertThatExceptionOfType(DeliveryException.class).isThrownBy(() -> one.invoke(event));
            assertThat(sender.calls.get(0)).hasSize(trips);
            one.invoke(event);
            assertThat(sender.calls.get(1)).as("the one that failed, alone").hasSize(1);
            other.invoke(event);
            assertThat(sender.calls.get(2)).as("all, for it knows of none").hasSize(trips);
        }
    }

    /** What packing implies, the schema check, comes with it. */
    @Test
    void instanceHasTheSettingsInForce() throws IOException {
        KinesisEvent event = new KinesisEventReader().read(Files.readAllBytes(Path.of("events/clean.json")));
        RunningSettings running = new RunningSettings(context.getEnvironment(), DeskSettings.read(ARGUMENTS));
        FunctionInstances instances = new FunctionInstances(beans(), Duration.ofMinutes(1), running::current);
        byte[] misfit = ("{\"type\":\"trip\",\"trip_id\":7,\"pickup_latitude\":40.7,\"pickup_longitude\":-74,"
                        + "\"dropoff_latitude\":40.8,\"dropoff_longitude\":-73.9,\"total_amount\":\"much\"}")
                .getBytes(StandardCharsets.UTF_8);
        assertThat(instances.validator().judge(misfit)).isInstanceOf(Verdict.Clean.class);

        running.change(Map.of("taxi-trips.packing.enabled", "true", "taxi-trips.retry.max-retries", "1"));
        assertThat(instances.validator().judge(misfit)).isInstanceOf(Verdict.Unclean.class);
        try (LambdaEnvironment packing = instances.start()) {
            sender.answers.add(Map.of(0, ScriptedSender.THROTTLED));
            packing.invoke(event);
            assertThat(sender.calls).as("a call and its retry").hasSize(2);
            assertThat(sender.calls.get(0)).as("all in one record").hasSize(1);
        }
        assertThat(settings().packing().enabled()).as("the application's own").isFalse();
    }

    @Test
    void validatorOfTheUserStays() {
        RecordValidator own = payload -> new Verdict.Clean("any");
        try (ConfigurableApplicationContext other = new SpringApplicationBuilder(TaxiTripsApplication.class)
                .web(WebApplicationType.NONE)
                .initializers(starting -> {
                    ((GenericApplicationContext) starting).registerBean(FirehoseSender.class, () -> sender);
                    ((GenericApplicationContext) starting).registerBean(RecordValidator.class, () -> own);
                })
                .run("--taxi-trips.packing.enabled=true")) {
            FunctionInstances instances = new FunctionInstances(
                    (DefaultListableBeanFactory) other.getBeanFactory(), Duration.ofMinutes(1), this::settings);
            assertThat(instances.validator()).isSameAs(own);
        }
    }

    @Test
    void applicationIsAsItWas() {
        int before = beans().getBeanDefinitionCount();
        try (LambdaEnvironment environment = instances().start()) {
            assertThat(environment).isNotNull();
        }
        assertThat(beans().getBeanDefinitionCount()).isEqualTo(before);
        assertThat(beans().getBeanNamesForType(Function.class)).contains("forwardTrips");
    }

    @Test
    void oneFunctionIsNeeded() {
        assertThatIllegalStateException()
                .isThrownBy(() ->
                        new FunctionInstances(new DefaultListableBeanFactory(), Duration.ofMinutes(1), this::settings))
                .withMessageContaining("needs one bean of type Function<KinesisEvent, String>, not 0");
    }

    private FunctionInstances instances() {
        return new FunctionInstances(beans(), Duration.ofMinutes(1), this::settings);
    }

    private TaxiTripsProperties settings() {
        return context.getBean(TaxiTripsProperties.class);
    }

    private DefaultListableBeanFactory beans() {
        return (DefaultListableBeanFactory) context.getBeanFactory();
    }
}
