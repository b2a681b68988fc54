package io.github.taxitrips.local.producer;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Ends a run when the process is asked to end, and lets the tool tell what came of it before the process does. */
final class Ending implements AutoCloseable {

    /** How long the answers of calls that are under way are waited for. */
    private static final Duration GRACE = Duration.ofSeconds(20);

    private final CountDownLatch told = new CountDownLatch(1);
    private @Nullable Producer producer;
    private boolean asked;

    Ending() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::end));
    }

    private void end() {
        synchronized (this) {
            asked = true;
            if (producer != null) {
                producer.cancel();
            }
        }
        try {
            told.await(GRACE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes the run that is to be ended. */
    synchronized void watch(Producer producer) {
        this.producer = producer;
        if (asked) {
            producer.cancel();
        }
    }

    /** Whether the process was asked to end. */
    synchronized boolean isAsked() {
        return asked;
    }

    /** Says that the tool has told what came of it. */
    @Override
    public void close() {
        told.countDown();
    }
}
