package io.github.taxitrips;

import io.github.taxitrips.delivery.Deadline;
import io.github.taxitrips.delivery.FirehoseCallException;
import io.github.taxitrips.delivery.FirehoseClientCustomizer;
import io.github.taxitrips.delivery.FirehoseSender;
import io.github.taxitrips.delivery.SdkFirehoseSender;
import io.github.taxitrips.intake.RecordValidator;
import io.github.taxitrips.intake.TableValidator;
import io.github.taxitrips.lambda.KinesisEventConverter;
import io.github.taxitrips.lambda.KinesisEventMapper;
import io.github.taxitrips.lambda.NoMessages;
import io.github.taxitrips.lambda.WarmUp;
import io.github.taxitrips.settings.SettingsValidator;
import io.github.taxitrips.settings.TaxiTripsProperties;
import io.github.taxitrips.settings.WithoutLocal;
import io.github.taxitrips.telemetry.InvocationLog;
import java.net.URI;
import java.time.Duration;
import org.crac.Core;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnNotWebApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesBindHandlerAdvisor;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.cloud.function.adapter.aws.AWSCompanionAutoConfiguration;
import org.springframework.cloud.function.context.FunctionRegistry;
import org.springframework.cloud.function.context.config.ContextFunctionCatalogAutoConfiguration;
import org.springframework.cloud.function.json.JsonMapper;
import org.springframework.context.MessageSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Role;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.messaging.converter.MessageConverter;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.firehose.FirehoseClientBuilder;

/** The collaborators of the function, made from the settings. Each gives way to a bean of the same type. */
@AutoConfiguration(before = ContextFunctionCatalogAutoConfiguration.class)
@EnableConfigurationProperties(TaxiTripsProperties.class)
class TaxiTripsAutoConfiguration {

    @Bean(EnableConfigurationProperties.VALIDATOR_BEAN_NAME)
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static SettingsValidator settingsValidator(Environment environment) {
        return new SettingsValidator(environment);
    }

    @Bean
    @ConditionalOnNotWebApplication
    static ConfigurationPropertiesBindHandlerAdvisor withoutLocal() {
        return WithoutLocal::new;
    }

    @Bean
    @ConditionalOnMissingBean
    RecordValidator recordValidator(TaxiTripsProperties properties) {
        return new TableValidator(
                properties.table(),
                properties.checkSchema() || properties.packing().enabled());
    }

    /** Waits {@code 2 * seed^n} ms before retry n, within the ceiling, and retries no call that cannot succeed. */
    @Bean
    @ConditionalOnMissingBean
    RetryPolicy retryPolicy(TaxiTripsProperties properties) {
        TaxiTripsProperties.Retry retry = properties.retry();
        return RetryPolicy.builder()
                .maxRetries(retry.maxRetries())
                .delay(Duration.ofMillis(2L * retry.backoffSeed()))
                .multiplier(retry.backoffSeed())
                .maxDelay(retry.maxWait())
                .jitter(retry.jitter())
                .timeout(retry.timeBudget())
                .predicate(failure -> failure instanceof FirehoseCallException call && call.isTransient())
                .build();
    }

    /** For events that bring none of their own, as those of Lambda do. */
    @Bean
    @ConditionalOnMissingBean
    Deadline deadline() {
        return () -> Long.MAX_VALUE;
    }

    @Bean
    @ConditionalOnMissingBean
    InvocationLog invocationLog(TaxiTripsProperties properties) {
        TaxiTripsProperties.Telemetry telemetry = properties.telemetry();
        return new InvocationLog(
                properties.deliveryStreamName(),
                properties.quarantine().deliveryStreamName(),
                telemetry.namespace(),
                telemetry.debugShare());
    }

    @Bean
    @ConditionalOnMissingBean
    FirehoseSender firehoseSender(FirehoseClient client, TaxiTripsProperties properties) {
        return new SdkFirehoseSender(
                client,
                properties.deliveryStreamName(),
                "taxi-trips.delivery-stream-name (environment variable delivery_stream_name)");
    }

    /** Lazy, so that a sender of the user's own needs no region and no credentials. */
    @Bean
    @Lazy
    @ConditionalOnMissingBean
    FirehoseClient firehoseClient(
            TaxiTripsProperties properties, ObjectProvider<FirehoseClientCustomizer> customizers) {
        return clientBuilder(properties, customizers).build();
    }

    /** The adapter's JSON. */
    @Bean
    @ConditionalOnMissingBean(JsonMapper.class)
    KinesisEventMapper kinesisEventMapper() {
        return new KinesisEventMapper();
    }

    /**
     * The adapter's conversion of events and answers. Its own configuration, excluded in {@code application.yml}, has CGLIB
     * enhance a class at each cold start.
     */
    @Bean
    @ConditionalOnMissingBean(name = "awsTypesMessageConverter")
    MessageConverter awsTypesMessageConverter(GenericApplicationContext context) {
        return new AWSCompanionAutoConfiguration().awsTypesMessageConverter(context);
    }

    /** Before the converters of the framework, which would not know what to do. */
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    KinesisEventConverter kinesisEventConverter() {
        return new KinesisEventConverter();
    }

    @Bean
    @ConditionalOnMissingBean
    MessageSource messageSource() {
        return new NoMessages();
    }

    /** The context of CRaC only has weak references, so it is a bean that holds the hook. */
    @Bean
    @ConditionalOnNotWebApplication
    WarmUp warmUp(
            ObjectProvider<FunctionRegistry> functions,
            RecordValidator validator,
            RetryPolicy retryPolicy,
            TaxiTripsProperties properties,
            ObjectProvider<FirehoseClientCustomizer> customizers) {
        WarmUp warmUp = new WarmUp(functions, validator, retryPolicy, () -> clientBuilder(properties, customizers));
        Core.getGlobalContext().register(warmUp);
        return warmUp;
    }

    private static FirehoseClientBuilder clientBuilder(
            TaxiTripsProperties properties, ObjectProvider<FirehoseClientCustomizer> customizers) {
        TaxiTripsProperties.Firehose firehose = properties.firehose();
        FirehoseClientBuilder builder = FirehoseClient.builder()
                // The longest that an exchange is ever given; the SDK's timer ends a shorter one by breaking its
                // connection.
                .httpClientBuilder(UrlConnectionHttpClient.builder()
                        .connectionTimeout(firehose.connectTimeout())
                        .socketTimeout(firehose.callTimeout()))
                .overrideConfiguration(override -> override.apiCallAttemptTimeout(firehose.attemptTimeout())
                        .apiCallTimeout(firehose.callTimeout())
                        .retryStrategy(AwsRetryStrategy.doNotRetry()));
        if (!firehose.endpoint().isEmpty()) {
            builder.endpointOverride(URI.create(firehose.endpoint()));
        }
        customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
        return builder;
    }
}
