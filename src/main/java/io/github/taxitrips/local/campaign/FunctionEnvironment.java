package io.github.taxitrips.local.campaign;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import io.github.taxitrips.TaxiTripsApplication;
import io.github.taxitrips.delivery.DeliveryException;
import io.github.taxitrips.delivery.FirehoseClientCustomizer;
import io.github.taxitrips.local.mapping.ExecutionEnvironment;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.ResolvableType;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.firehose.FirehoseClientBuilder;

/**
 * The function as the application wires it, with the AWS SDK's own client, in an application context of its own. It can be
 * told to die at one of its next calls to Firehose, before the call is made or when its answer is in.
 */
final class FunctionEnvironment implements ExecutionEnvironment {

    private final Mortality mortality = new Mortality();
    private final ConfigurableApplicationContext context;
    private final Function<KinesisEvent, String> function;

    /** @param settings the application's settings as command line arguments */
    FunctionEnvironment(List<String> settings) {
        context = new SpringApplicationBuilder(TaxiTripsApplication.class)
                .web(WebApplicationType.NONE)
                .registerShutdownHook(false)
                .initializers(starting -> ((GenericApplicationContext) starting)
                        .registerBean(FirehoseClientCustomizer.class, () -> this::customize))
                .run(settings.toArray(String[]::new));
        function = context.<Function<KinesisEvent, String>>getBeanProvider(
                        ResolvableType.forClassWithGenerics(Function.class, KinesisEvent.class, String.class))
                .getObject();
    }

    private void customize(FirehoseClientBuilder builder) {
        builder.region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                .overrideConfiguration(builder.overrideConfiguration().toBuilder()
                        .addExecutionInterceptor(mortality)
                        .build());
    }

    /**
     * Makes the environment die in its next invocation, unless that ends earlier.
     *
     * @param call the call to die at, from 1
     * @param answered whether to die when the answer to that call is in, not before the call is made
     */
    void dieAt(int call, boolean answered) {
        mortality.arm(call, answered);
    }

    @Override
    public String invoke(KinesisEvent event) {
        String response;
        try {
            response = function.apply(event);
        } catch (Throwable e) {
            if (mortality.isDead()) {
                throw new Lost(e);
            }
            mortality.spare();
            if (e instanceof DeliveryException undelivered) {
                throw undelivered;
            }
            throw new AssertionError("The function failed as it never should", e);
        }
        mortality.spare();
        return response;
    }

    @Override
    public void close() {
        context.close();
    }

    /** An error, since the function would take an exception for a failed call and go on. */
    @SuppressWarnings("serial")
    private static final class Death extends Error {}

    /** Kills the calls of the environment from a certain one on. */
    private static final class Mortality implements ExecutionInterceptor {

        private final AtomicInteger callsLeft = new AtomicInteger(Integer.MAX_VALUE);
        private volatile boolean answered;

        void arm(int call, boolean onceAnswered) {
            answered = onceAnswered;
            callsLeft.set(call);
        }

        void spare() {
            callsLeft.set(Integer.MAX_VALUE);
        }

        boolean isDead() {
            return callsLeft.get() <= 0;
        }

        @Override
        public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
            int left = callsLeft.decrementAndGet();
            if (left < 0 || (left == 0 && !answered)) {
                throw new Death();
            }
        }

        @Override
        public void afterTransmission(Context.AfterTransmission context, ExecutionAttributes attributes) {
            if (isDead()) {
                throw new Death();
            }
        }
    }
}
