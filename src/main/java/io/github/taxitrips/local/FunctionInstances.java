package io.github.taxitrips.local;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import io.github.taxitrips.local.mapping.LambdaEnvironment;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.core.ResolvableType;

/**
 * Starts execution environments, each with an instance of the function of its own: made as the application makes it, from the
 * same beans, those of the user's own among them. What the function itself holds, its retry memory first of all, each
 * environment has for itself; the beans, the AWS client among them, all have in common.
 */
final class FunctionInstances implements Supplier<LambdaEnvironment> {

    private final DefaultListableBeanFactory application;
    private final Duration timeout;
    private final String name;

    /**
     * @param application the application's beans
     * @param timeout what an invocation may take
     * @throws IllegalStateException if there is not exactly one function of Kinesis events among them
     */
    FunctionInstances(DefaultListableBeanFactory application, Duration timeout) {
        this.application = application;
        this.timeout = timeout;
        String[] names = application.getBeanNamesForType(
                ResolvableType.forClassWithGenerics(Function.class, KinesisEvent.class, String.class));
        if (names.length != 1) {
            throw new IllegalStateException(
                    "The event source mapping needs one bean of type Function<KinesisEvent, String>, not "
                            + names.length + ": " + String.join(", ", names));
        }
        this.name = names[0];
    }

    @Override
    @SuppressWarnings("unchecked") // it was looked for by its type
    public LambdaEnvironment get() {
        DefaultListableBeanFactory own = new DefaultListableBeanFactory(application);
        own.copyConfigurationFrom(application);
        own.registerBeanDefinition(name, application.getBeanDefinition(name));
        return new LambdaEnvironment((Function<KinesisEvent, String>) own.getBean(name), timeout);
    }
}
