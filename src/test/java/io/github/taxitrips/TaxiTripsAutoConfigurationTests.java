package io.github.taxitrips;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

import io.github.taxitrips.delivery.FirehoseCallException;
import io.github.taxitrips.delivery.FirehoseClientCustomizer;
import io.github.taxitrips.delivery.FirehoseSender;
import io.github.taxitrips.delivery.RecordError;
import io.github.taxitrips.delivery.SdkFirehoseSender;
import io.github.taxitrips.intake.RecordValidator;
import io.github.taxitrips.intake.TableValidator;
import io.github.taxitrips.settings.TaxiTripsProperties;
import java.net.URI;
import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.util.backoff.BackOffExecution;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.firehose.FirehoseClient;

class TaxiTripsAutoConfigurationTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withInitializer(new ConfigDataApplicationContextInitializer())
            .withConfiguration(AutoConfigurations.of(TaxiTripsAutoConfiguration.class))
            .withSystemProperties("aws.region=eu-west-1");

    @Test
    void defaultsAreThoseOfTheLab() {
        runner.run(context -> {
            TaxiTripsProperties properties = context.getBean(TaxiTripsProperties.class);
            assertThat(properties.deliveryStreamName()).isEqualTo("nyc-taxi-trips");
            assertThat(properties.retry())
                    .isEqualTo(new TaxiTripsProperties.Retry(
                            3,
                            35,
                            Duration.ofMillis(500),
                            Duration.ofSeconds(10),
                            Duration.ZERO,
                            Duration.ofSeconds(80),
                            20_000));
            assertThat(context).hasSingleBean(TableValidator.class).hasSingleBean(SdkFirehoseSender.class);
            assertThat(waits(context.getBean(RetryPolicy.class))).containsExactly(70, 2_450, 10_000);
        });
    }

    @Test
    void environmentVariablesOfTheLabKeepWorking() {
        runner.withPropertyValues("delivery_stream_name=other", "number_of_retries=2", "exponential_backoff_seed=40")
                .run(context -> {
                    assertThat(context.getBean(TaxiTripsProperties.class).deliveryStreamName())
                            .isEqualTo("other");
                    assertThat(waits(context.getBean(RetryPolicy.class))).containsExactly(80, 3_200);
                });
    }

    @Test
    void scheduleFollowsTheSettings() {
        runner.withPropertyValues(
                        "taxi-trips.retry.max-retries=10",
                        "taxi-trips.retry.max-wait=5m",
                        "taxi-trips.retry.time-budget=15m")
                .run(context -> {
                    RetryPolicy policy = context.getBean(RetryPolicy.class);
                    assertThat(waits(policy)).hasSize(10).startsWith(70, 2_450, 85_750, 300_000, 300_000);
                    assertThat(policy.getTimeout()).isEqualTo(Duration.ofMinutes(15));
                });
    }

    @Test
    void jitterIsAddedToTheWaits() {
        runner.withPropertyValues("taxi-trips.retry.jitter=10s").run(context -> {
            RetryPolicy policy = context.getBean(RetryPolicy.class);
            assertThat(LongStream.generate(() -> waits(policy)[0]).limit(20).distinct())
                    .hasSizeGreaterThan(1)
                    .allMatch(wait -> wait >= 70 && wait <= 10_070);
        });
    }

    @Test
    void onlyTransientFailuresOfACallAreRetried() {
        runner.run(context -> {
            RetryPolicy policy = context.getBean(RetryPolicy.class);
            RecordError error = new RecordError("Any", "any");
            assertThat(policy.shouldRetry(new FirehoseCallException("m", error, true, null)))
                    .isTrue();
            assertThat(policy.shouldRetry(new FirehoseCallException("m", error, false, null)))
                    .isFalse();
            assertThat(policy.shouldRetry(new IllegalStateException())).isFalse();
        });
    }

    @Test
    void eachCollaboratorGivesWayToABeanOfTheUser() {
        RecordValidator validator = mock(RecordValidator.class);
        RetryPolicy policy = RetryPolicy.withMaxRetries(1);
        FirehoseSender sender = mock(FirehoseSender.class);
        FirehoseClient client = mock(FirehoseClient.class);
        runner.withBean(RecordValidator.class, () -> validator)
                .withBean(RetryPolicy.class, () -> policy)
                .withBean(FirehoseSender.class, () -> sender)
                .withBean(FirehoseClient.class, () -> client)
                .run(context -> {
                    assertThat(context.getBean(RecordValidator.class)).isSameAs(validator);
                    assertThat(context.getBean(RetryPolicy.class)).isSameAs(policy);
                    assertThat(context.getBean(FirehoseSender.class)).isSameAs(sender);
                    assertThat(context.getBean(FirehoseClient.class)).isSameAs(client);
                });
    }

    @Test
    void clientTakesItsSettingsAndDoesNotRetry() {
        runner.withPropertyValues(
                        "AWS_ENDPOINT_URL_FIREHOSE=http://127.0.0.1:4566",
                        "taxi-trips.firehose.attempt-timeout=3s",
                        "taxi-trips.firehose.call-timeout=4s")
                .run(context -> {
                    var configuration = context.getBean(FirehoseClient.class).serviceClientConfiguration();
                    ClientOverrideConfiguration override = configuration.overrideConfiguration();
                    assertThat(configuration.endpointOverride()).contains(URI.create("http://127.0.0.1:4566"));
                    assertThat(configuration.region()).isEqualTo(Region.EU_WEST_1);
                    assertThat(override.apiCallAttemptTimeout()).contains(Duration.ofSeconds(3));
                    assertThat(override.apiCallTimeout()).contains(Duration.ofSeconds(4));
                    assertThat(override.retryStrategy().orElseThrow().maxAttempts())
                            .isEqualTo(1);
                });
    }

    @Test
    void clientCanBeCustomized() {
        runner.withBean(FirehoseClientCustomizer.class, () -> builder -> builder.region(Region.SA_EAST_1))
                .run(context -> assertThat(context.getBean(FirehoseClient.class)
                                .serviceClientConfiguration()
                                .region())
                        .isEqualTo(Region.SA_EAST_1));
    }

    @ParameterizedTest
    @CsvSource({
        "retry.max-retries, 0, 10, -1, 11",
        "retry.backoff-seed, 30, 50, 29, 51",
        "retry.unthrottled-wait, 0ms, 1m, -1ms, 61s",
        "retry.max-wait, 1ms, 5m, 0ms, 301s",
        "retry.jitter, 0ms, 10s, -1ms, 10001ms",
        "retry.time-budget, 12s, 15m, 11999ms, 901s",
        "retry.memory, 0, 1000000, -1, 1000001",
        "firehose.max-concurrent-calls, 1, 32, 0, 33",
        "packing.max-record-size, 1KB, 1000KB, 1023B, 1001KB",
        "quarantine.delivery-stream-name, '', a.b_c-D9, a b, ä",
        "quarantine.on-failure, warn, fail-batch, ignore, x",
        "on-exhausted, report-failures, fail-batch, ignore, x",
        "firehose.connect-timeout, 1ms, 1m, 0ms, 61s",
        "firehose.attempt-timeout, 1ms, 12s, 0ms, 12001ms",
        "firehose.call-timeout, 10s, 80s, 9999ms, 81s",
        "local.firehose-port, 0, 65535, -1, 65536",
        "local.faults.throttled-records, 0, 1, -0.1, 1.1",
        "local.faults.failed-calls, 0, 1, -0.1, 1.1",
        "local.faults.latency, 0ms, 5m, -1ms, 301s",
        "local.replay.trips, 0, 1000000, -1, 1000001",
        "local.max-event-size, 1KB, 64MB, 1B, 65MB",
        "delivery-stream-name, a, a.b_c-D9, a b, ä",
        "firehose.endpoint, '', https://example.com, ftp://x, x"
    })
    void settingsAreHeldToTheirRange(String name, String lowest, String highest, String tooLow, String tooHigh) {
        for (String allowed : new String[] {lowest, highest}) {
            assertThat(starts(name, allowed)).isTrue();
        }
        for (String refused : new String[] {tooLow, tooHigh}) {
            assertThat(starts(name, refused)).isFalse();
        }
    }

    /** In a web application, where settings of the local run are looked at as well. */
    private static boolean starts(String name, String value) {
        boolean[] starts = new boolean[1];
        new WebApplicationContextRunner()
                .withInitializer(new ConfigDataApplicationContextInitializer())
                .withConfiguration(AutoConfigurations.of(TaxiTripsAutoConfiguration.class))
                .withSystemProperties("aws.region=eu-west-1")
                .withPropertyValues("taxi-trips." + name + "=" + value)
                .run(context -> starts[0] = context.getStartupFailure() == null);
        return starts[0];
    }

    private static long[] waits(RetryPolicy policy) {
        BackOffExecution execution = policy.getBackOff().start();
        return LongStream.generate(execution::nextBackOff)
                .takeWhile(wait -> wait != BackOffExecution.STOP)
                .toArray();
    }
}
