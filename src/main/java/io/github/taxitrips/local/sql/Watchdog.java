package io.github.taxitrips.local.sql;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Holds this process to its limits while it runs a statement: it interrupts the statement when its time is over, and ends the
 * process if that does not help, or if the process takes more memory than it may. Memory is looked at on Linux only.
 */
final class Watchdog {

    /** Status of a process that took too much memory, and of one that could not be interrupted. */
    static final int MEMORY = 77;

    static final int TIME = 78;

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s*(\\d+) kB");
    private static final long LOOK_MILLIS = 5;
    private static final Duration GRACE = Duration.ofSeconds(1);

    private @Nullable Limits limits;
    private @Nullable Statement statement;
    private long began;
    private boolean timeUp;

    Watchdog() {
        Thread thread = new Thread(this::look, "watchdog");
        thread.setDaemon(true);
        thread.start();
    }

    synchronized void begin(Limits limits) {
        this.limits = limits;
        began = System.nanoTime();
        timeUp = false;
        notifyAll();
    }

    /** Names the statement that is to be interrupted. */
    synchronized void watch(Statement statement) {
        this.statement = statement;
    }

    synchronized boolean isTimeUp() {
        return timeUp;
    }

    synchronized void end() {
        limits = null;
        statement = null;
    }

    private void look() {
        try {
            while (true) {
                lookOnce();
                Thread.sleep(LOOK_MILLIS);
            }
        } catch (InterruptedException e) {
            Runtime.getRuntime().halt(TIME);
        }
    }

    private synchronized void lookOnce() throws InterruptedException {
        while (limits == null) {
            wait();
        }
        if (resident() > limits.processMemory()) {
            Runtime.getRuntime().halt(MEMORY);
        }
        Duration taken = Duration.ofNanos(System.nanoTime() - began);
        if (taken.compareTo(limits.time().plus(GRACE)) > 0) {
            Runtime.getRuntime().halt(TIME);
        }
        if (taken.compareTo(limits.time()) > 0) {
            timeUp = true;
            try {
                if (statement != null) {
                    statement.cancel();
                }
            } catch (SQLException e) {
                // Closed a moment ago: the next one is interrupted, or the process ends.
                return;
            }
        }
    }

    private static long resident() {
        try {
            Matcher resident = RESIDENT.matcher(Files.exists(STATUS) ? Files.readString(STATUS) : "");
            return resident.find() ? Long.parseLong(resident.group(1)) * 1_024 : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    /** Returns a limit of time in words. */
    static String words(Duration time) {
        return time.toMillis() % 1_000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }
}
