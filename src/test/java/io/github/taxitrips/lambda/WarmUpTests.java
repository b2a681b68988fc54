package io.github.taxitrips.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import io.github.taxitrips.TaxiTripsApplication;
import io.github.taxitrips.delivery.FirehoseClientCustomizer;
import io.github.taxitrips.intake.KinesisEventReader;
import io.github.taxitrips.intake.TableValidator;
import io.github.taxitrips.local.aws.AwsEndpoint;
import io.github.taxitrips.local.aws.Faults;
import io.github.taxitrips.local.firehose.FirehoseApi;
import io.github.taxitrips.local.lake.DeliveryStream;
import io.github.taxitrips.local.lake.Lake;
import io.github.taxitrips.local.producer.TripGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.function.Function;
import org.crac.Core;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cloud.function.context.FunctionRegistry;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.retry.RetryPolicy;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.firehose.FirehoseClientBuilder;

/** The hook in a context that delivers to the embedded Firehose; the contract test has the runtime itself call it. */
@ExtendWith(OutputCaptureExtension.class)
class WarmUpTests {

    @TempDir
    private Path folder;

    @Test
    void callsNothingLogsNothingAndLeavesTheFunctionAtWork(CapturedOutput output) throws IOException {
        FirehoseApi firehose = firehose();
        try (AwsEndpoint endpoint = new AwsEndpoint(0, Faults.none(), firehose);
                ConfigurableApplicationContext context = context("--taxi-trips.firehose.endpoint=" + endpoint.uri())) {
            context.getBean(WarmUp.class).beforeCheckpoint(Core.getGlobalContext());

            assertThat(firehose.totals().calls()).isZero();
            assertThat(output)
                    .containsOnlyOnce("Warmed up: ")
                    .doesNotContain("WARN")
                    .doesNotContain("ForwardTrips");

            context.getBean(WarmUp.class).afterRestore(Core.getGlobalContext());
            @SuppressWarnings("unchecked")
            Function<KinesisEvent, String> function = context.getBean("forwardTrips", Function.class);
            assertThat(function.apply(new KinesisEventReader().read(Files.readAllBytes(Path.of("events/clean.json")))))
                    .contains("\"delivered\":3");
            assertThat(firehose.totals().records()).isEqualTo(3);
        }
    }

    @Test
    void anotherTablesValidatorNeedNotTakeTheSample(CapturedOutput output) {
        try (ConfigurableApplicationContext context =
                context("--spring.config.additional-location=file:docs/readings.yml")) {
            context.getBean(WarmUp.class).beforeCheckpoint(Core.getGlobalContext());
            assertThat(output).contains("Warmed up: ").doesNotContain("WARN");
        }
    }

    @Test
    void connectionInMemoryComesAboutAndCarriesBytesBothWays() {
        assertThatCode(TlsRehearsal::run).doesNotThrowAnyException();
    }

    @Test
    void failureIsAWarning(CapturedOutput output) {
        WarmUp warmUp = new WarmUp(
                new StaticListableBeanFactory().getBeanProvider(FunctionRegistry.class),
                new TableValidator(TripGenerator.TABLE, false),
                RetryPolicy.withDefaults(),
                FirehoseClient::builder);

        warmUp.beforeCheckpoint(Core.getGlobalContext());

        assertThat(output).contains("WARN").contains("The warm-up before the snapshot failed");
    }

    /** Beside the start a failure would go unseen, so it is run here as Spring Boot finds and makes it. */
    @Test
    void succeedsBesideTheStart() {
        assertThat(SpringFactoriesLoader.forDefaultResourceLocation().load(ApplicationListener.class))
                .filteredOn(WarmUp.class::isInstance)
                .singleElement()
                .satisfies(listener ->
                        assertThatCode(() -> ((WarmUp) listener).run(1, 1)).doesNotThrowAnyException());
    }

    private FirehoseApi firehose() {
        Lake lake = new Lake(folder, List.of(DeliveryStream.plain("nyc-taxi-trips", "trips")), Clock.systemUTC());
        return new FirehoseApi(List.of("nyc-taxi-trips"), lake, Clock.systemUTC());
    }

    private static ConfigurableApplicationContext context(String setting) {
        return new SpringApplicationBuilder(TaxiTripsApplication.class)
                .web(WebApplicationType.NONE)
                .initializers((GenericApplicationContext context) ->
                        context.registerBean(FirehoseClientCustomizer.class, () -> WarmUpTests::anyAccount))
                .run(setting, "--logging.level.io.github.taxitrips=debug");
    }

    private static void anyAccount(FirehoseClientBuilder builder) {
        builder.region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")));
    }
}
