package io.github.taxitrips.local.mapping;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import io.github.taxitrips.delivery.Invocation.Request;
import io.github.taxitrips.delivery.TimedEvent;
import java.time.Duration;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An execution environment with a timeout that is real. The function runs in a thread of its own, which stands still between
 * invocations, and is told whose invocation it is and how much time it has left. One that outlives its time is killed as far
 * as Java can: the thread is interrupted, its answer is no longer waited for, and the environment is lost. What it does after
 * that, such as a call that is on its way, may still have its effect.
 */
public final class LambdaEnvironment implements ExecutionEnvironment {

    /** Time to log and to answer in, as on Lambda. */
    private static final long RESERVE_MILLIS = 500;

    /** The function's name, by the template's default. */
    static final String FUNCTION_NAME = "taxi-trips-taxi-trips";

    static final String VERSION = "$LATEST";

    private final Function<KinesisEvent, String> function;
    private final Duration timeout;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread made = new Thread(task, "execution-environment");
        made.setDaemon(true);
        return made;
    });

    /**
     * @param function the environment's own instance of the function
     * @param timeout what an invocation may take
     */
    public LambdaEnvironment(Function<KinesisEvent, String> function, Duration timeout) {
        this.function = function;
        this.timeout = timeout;
    }

    /**
     * {@inheritDoc}
     *
     * @throws Lost if the function outlived its time, or the process cannot go on
     * @throws IllegalStateException if it failed of another {@link Error}
     */
    @Override
    public String invoke(KinesisEvent event) {
        long end = System.nanoTime() + timeout.toNanos();
        TimedEvent timed = new TimedEvent(
                event,
                () -> TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime()) - RESERVE_MILLIS,
                new Request(UUID.randomUUID().toString(), FUNCTION_NAME, VERSION, null));
        Future<String> answer = thread.submit(() -> function.apply(timed));
        try {
            return answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new Lost(new TimeoutException(
                    String.format(Locale.ROOT, "Task timed out after %.2f seconds", timeout.toMillis() / 1e3)));
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new Lost(e);
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        }
    }

    private static RuntimeException failure(@Nullable Throwable cause) {
        if (cause instanceof RuntimeException failure) {
            return failure;
        }
        return cause instanceof VirtualMachineError
                ? new Lost(cause)
                : new IllegalStateException("The function failed of an error: " + cause, cause);
    }

    /** Ends the thread, and an invocation that is under way with it. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
