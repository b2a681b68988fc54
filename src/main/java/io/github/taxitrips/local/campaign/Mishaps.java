package io.github.taxitrips.local.campaign;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/**
 * What befalls an environment from within, at a call that its function makes: planned for one invocation at a time. It can
 * only tell the function by errors, since that would take an exception for a failed call and go on.
 */
final class Mishaps implements ExecutionInterceptor {

    private static final ExecutionAttribute<Boolean> STRUCK = new ExecutionAttribute<>("mishap");

    private final AtomicInteger callsLeft = new AtomicInteger();
    private volatile @Nullable Kind kind;
    private volatile boolean answered;
    private volatile boolean thrown;
    private volatile boolean limited;
    private volatile long end;

    /** What happens at the call. */
    enum Kind {
        /** The environment dies, and its other calls with it. */
        DEATH,
        /** An error is thrown, and that is all. */
        ERROR,
        /** The environment stands still until the invocation's time is over. */
        STALL
    }

    /** Ends a call of an environment that is dead. */
    @SuppressWarnings("serial")
    private static final class Death extends Error {}

    /** Ends a call of an environment that lives on. */
    @SuppressWarnings("serial")
    private static final class Fault extends Error {}

    /**
     * Plans a mishap for the next invocation, unless that ends earlier.
     *
     * @param kind what happens
     * @param call the call at which it happens, from 1
     * @param answered whether it happens when the answer to that call is in, not before the call is made
     */
    void plan(Kind kind, int call, boolean answered) {
        callsLeft.set(call);
        this.answered = answered;
        this.kind = kind;
    }

    /** Begins an invocation that has so much time, null for as much as it takes. */
    void begin(@Nullable Duration time) {
        thrown = false;
        end = System.nanoTime() + (time == null ? 0 : time.toNanos());
        limited = time != null;
    }

    /** Ends an invocation that the environment has survived, and with it what was planned. */
    void end() {
        kind = null;
        limited = false;
    }

    /** Whether the environment has died, or outlived the invocation's time. */
    boolean isDead() {
        return (kind == Kind.DEATH && callsLeft.get() <= 0) || isOver();
    }

    private boolean isOver() {
        return limited && end - System.nanoTime() < 0;
    }

    /** Whether an error was thrown in this invocation. */
    boolean haveThrown() {
        return thrown;
    }

    @Override
    public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
        int left = callsLeft.decrementAndGet();
        if (left == 0 && kind != null) {
            if (!answered) {
                strike();
            }
            attributes.putAttribute(STRUCK, true);
        }
        if ((left < 0 && kind == Kind.DEATH) || isOver()) {
            throw new Death();
        }
    }

    @Override
    public void afterTransmission(Context.AfterTransmission context, ExecutionAttributes attributes) {
        if (attributes.getAttribute(STRUCK) != null) {
            strike();
        }
        if (isDead()) {
            throw new Death();
        }
    }

    private void strike() {
        if (kind == Kind.DEATH) {
            throw new Death();
        }
        if (kind == Kind.ERROR) {
            thrown = true;
            throw new Fault();
        }
        if (kind == Kind.STALL) {
            while (!isOver()) {
                try {
                    TimeUnit.NANOSECONDS.sleep(end - System.nanoTime());
                } catch (InterruptedException e) {
                    // The client's own timer has run out, which what stands still does not notice.
                }
            }
        }
    }
}
