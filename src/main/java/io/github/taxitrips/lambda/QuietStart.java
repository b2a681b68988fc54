package io.github.taxitrips.lambda;

import ch.qos.logback.classic.BasicConfigurator;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import org.slf4j.Logger;

/**
 * Logging until Spring Boot configures it: the levels of {@code application.yml} in place of Logback's DEBUG, or the
 * adapter's first lines would stand as plain text in a log of JSON. Nothing of ours runs earlier, so what has to be known
 * before Spring starts is set here as well. Found through {@code META-INF/services}.
 */
public final class QuietStart extends BasicConfigurator {

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        super.configure(context);
        // Or Spring Boot would load Hibernate Validator in the background, which right settings do not need.
        System.setProperty("spring.backgroundpreinitializer.ignore", "true");
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.WARN);
        context.getLogger("io.github.taxitrips").setLevel(Level.INFO);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
