package io.github.taxitrips.local.mapping;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A Lambda execution environment: one instance of the function, which is invoked once at a time. */
public interface ExecutionEnvironment extends AutoCloseable {

    /**
     * Invokes the function.
     *
     * @return what the function answers, as JSON text
     * @throws Lost if the environment died during the invocation and cannot be used again
     * @throws RuntimeException if the function failed
     */
    @Nullable String invoke(KinesisEvent event);

    /** Frees what the environment holds, once it is lost or no longer needed. */
    @Override
    default void close() {}

    /** Returns an environment that holds nothing but the function. */
    static ExecutionEnvironment of(Function<KinesisEvent, String> function) {
        return function::apply;
    }

    /** The environment died in the midst of an invocation, which may have done part of its work. */
    @SuppressWarnings("serial")
    final class Lost extends RuntimeException {

        /** @param cause what it died of, null if that is not known */
        public Lost(@Nullable Throwable cause) {
            super("The execution environment died during an invocation.", cause);
        }
    }
}
