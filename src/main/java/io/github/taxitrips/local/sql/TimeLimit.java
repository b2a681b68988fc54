package io.github.taxitrips.local.sql;

import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Interrupts what a box runs when its time is over, as far as DuckDB can be interrupted. */
final class TimeLimit {

    private static final long AGAIN_MILLIS = 50;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "time-limit");
        thread.setDaemon(true);
        return thread;
    });
    private @Nullable ScheduledFuture<?> alarm;
    private @Nullable Statement statement;
    private boolean over;

    synchronized void begin(Duration time) {
        over = false;
        // Again, as another statement may have begun in the meantime.
        alarm = timer.scheduleWithFixedDelay(this::ring, time.toMillis(), AGAIN_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Names what is to be interrupted. */
    synchronized void watch(Statement statement) {
        this.statement = statement;
    }

    private synchronized void ring() {
        over = true;
        try {
            if (statement != null) {
                statement.cancel();
            }
        } catch (SQLException e) {
            statement = null; // closed a moment ago
        }
    }

    synchronized boolean isOver() {
        return over;
    }

    synchronized void end() {
        if (alarm != null) {
            alarm.cancel(false);
        }
        statement = null;
    }
}
