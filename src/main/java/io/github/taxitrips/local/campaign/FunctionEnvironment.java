package io.github.taxitrips.local.campaign;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import io.github.taxitrips.TaxiTripsApplication;
import io.github.taxitrips.delivery.DeliveryException;
import io.github.taxitrips.delivery.FirehoseClientCustomizer;
import io.github.taxitrips.local.mapping.ExecutionEnvironment;
import io.github.taxitrips.local.mapping.LambdaEnvironment;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.context.logging.LoggingApplicationListener;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingInitializationContext;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.StandardEnvironment;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.firehose.FirehoseClientBuilder;

/**
 * The function as the application wires it, with the AWS SDK's own client, in an application context of its own. Its
 * logging is that of the process. Each invocation can be given a time, after which it is killed; and {@link Mishaps} can be
 * planned for it, which keep what is dead from making further calls.
 */
final class FunctionEnvironment implements ExecutionEnvironment {

    private static final Duration MOST_TIME = Duration.ofMinutes(15);

    private static final LoggingSystem LOGGING = LoggingSystem.get(FunctionEnvironment.class.getClassLoader());

    static {
        LOGGING.beforeInitialize();
        LOGGING.initialize(new LoggingInitializationContext(new StandardEnvironment()), null, null);
        LOGGING.setLogLevel(LoggingSystem.ROOT_LOGGER_NAME, LogLevel.WARN);
    }

    private final Mishaps mishaps = new Mishaps();
    private final Ledger.Account account;
    private final @Nullable Duration time;
    private final ConfigurableApplicationContext context;
    private final LambdaEnvironment lambda;

    /**
     * @param settings the application's settings as command line arguments
     * @param ledger reads the environment's calls
     * @param time what an invocation may take, null for the most that Lambda allows
     */
    FunctionEnvironment(List<String> settings, Ledger ledger, @Nullable Duration time) {
        this.account = ledger.open();
        this.time = time;
        context = start(settings);
        Function<KinesisEvent, String> function = context.<Function<KinesisEvent, String>>getBeanProvider(
                        ResolvableType.forClassWithGenerics(Function.class, KinesisEvent.class, String.class))
                .getObject();
        lambda = new LambdaEnvironment(function, time == null ? MOST_TIME : time);
    }

    /** Sets what the application logs in every environment; null for what it would otherwise. */
    static void setLogLevel(@Nullable LogLevel level) {
        LOGGING.setLogLevel("io.github.taxitrips", level);
    }

    private ConfigurableApplicationContext start(List<String> settings) {
        SpringApplication application = new SpringApplication(TaxiTripsApplication.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        application.setRegisterShutdownHook(false);
        application.addInitializers(starting -> register((GenericApplicationContext) starting));
        // Each start would set up the logging of the whole process anew, while other environments use it.
        application.setListeners(application.getListeners().stream()
                .filter(listener -> !(listener instanceof LoggingApplicationListener))
                .toList());
        return application.run(settings.toArray(String[]::new));
    }

    private void register(GenericApplicationContext starting) {
        starting.registerBean(FirehoseClientCustomizer.class, () -> this::customize);
    }

    private void customize(FirehoseClientBuilder builder) {
        builder.region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                .overrideConfiguration(builder.overrideConfiguration().toBuilder()
                        .addExecutionInterceptor(mishaps)
                        .addExecutionInterceptor(account)
                        .build());
    }

    /** Returns what befalls the environment. */
    Mishaps mishaps() {
        return mishaps;
    }

    /**
     * {@inheritDoc}
     *
     * @throws Lost if the environment died, or the function outlived its time
     * @throws DeliveryException what the function throws
     * @throws IllegalStateException if the function failed because an error was planned
     */
    @Override
    public String invoke(KinesisEvent event) {
        mishaps.begin(time);
        String response = null;
        RuntimeException failure = null;
        try {
            response = lambda.invoke(event);
        } catch (RuntimeException e) {
            failure = e;
        }
        if (failure instanceof Lost || mishaps.isDead()) {
            // What was planned stays in force, for calls of it may still be under way in other threads.
            throw new Lost(failure);
        }
        mishaps.end();
        if (response != null) {
            return response;
        }
        if (failure instanceof DeliveryException || mishaps.haveThrown()) {
            throw failure;
        }
        throw new AssertionError("The function failed as it never should", failure);
    }

    @Override
    public void close() {
        account.close();
        // What is still under way makes no further call.
        mishaps.plan(Mishaps.Kind.DEATH, 0, false);
        lambda.close();
        context.close();
    }
}
