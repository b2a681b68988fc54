package io.github.taxitrips.local;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import io.github.taxitrips.intake.RecordValidator;
import io.github.taxitrips.local.mapping.LambdaEnvironment;
import io.github.taxitrips.settings.TaxiTripsProperties;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.core.ResolvableType;
import org.springframework.core.retry.RetryPolicy;

/**
 * Starts execution environments, each with an instance of the function of its own: made as the application makes it, from the
 * same beans, those of the user's own among them. What the function itself holds, its retry memory first of all, each
 * environment has for itself; the beans, the AWS client among them, all have in common, but for those that an auto-configuration
 * made from settings that can change: these each environment has by the settings in force when it is started.
 */
public final class FunctionInstances {

    private static final List<Class<?>> BY_SETTINGS = List.of(RecordValidator.class, RetryPolicy.class);

    private final DefaultListableBeanFactory application;
    private final Duration timeout;
    private final Supplier<TaxiTripsProperties> settings;
    private final String name;

    /**
     * @param application the application's beans
     * @param timeout what an invocation may take
     * @param settings tells the settings in force
     * @throws IllegalStateException if there is not exactly one function of Kinesis events among them
     */
    FunctionInstances(
            DefaultListableBeanFactory application, Duration timeout, Supplier<TaxiTripsProperties> settings) {
        this.application = application;
        this.timeout = timeout;
        this.settings = settings;
        String[] names = application.getBeanNamesForType(
                ResolvableType.forClassWithGenerics(Function.class, KinesisEvent.class, String.class));
        if (names.length != 1) {
            throw new IllegalStateException(
                    "The event source mapping needs one bean of type Function<KinesisEvent, String>, not "
                            + names.length + ": " + String.join(", ", names));
        }
        this.name = names[0];
    }

    /** Starts an environment. */
    LambdaEnvironment start() {
        return new LambdaEnvironment(function(), timeout);
    }

    /** Returns an instance of the function. */
    @SuppressWarnings("unchecked") // it was looked for by its type
    Function<KinesisEvent, String> function() {
        DefaultListableBeanFactory own = beans();
        own.registerBeanDefinition(name, application.getBeanDefinition(name));
        return (Function<KinesisEvent, String>) own.getBean(name);
    }

    /** Returns the validator that an instance would have that is made now. */
    public RecordValidator validator() {
        return beans().getBean(RecordValidator.class);
    }

    private DefaultListableBeanFactory beans() {
        DefaultListableBeanFactory own = new DefaultListableBeanFactory(application);
        own.copyConfigurationFrom(application);
        for (String properties : application.getBeanNamesForType(TaxiTripsProperties.class)) {
            own.registerSingleton(properties, settings.get());
        }
        for (Class<?> type : BY_SETTINGS) {
            for (String bean : application.getBeanNamesForType(type)) {
                if (isAutoConfigured(bean)) {
                    own.registerBeanDefinition(bean, application.getBeanDefinition(bean));
                }
            }
        }
        return own;
    }

    private boolean isAutoConfigured(String bean) {
        String factory = application.containsBeanDefinition(bean)
                ? application.getBeanDefinition(bean).getFactoryBeanName()
                : null;
        return factory != null && application.findAnnotationOnBean(factory, AutoConfiguration.class) != null;
    }
}
