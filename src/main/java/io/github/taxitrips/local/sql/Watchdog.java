package io.github.taxitrips.local.sql;

import io.github.taxitrips.local.sql.RefusedException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Holds a box to its limits while it runs a statement: kills it when it takes more memory than it may, and when its time has
 * been over for a second without an answer. What functions make is not counted in DuckDB's own limit of memory, and some of
 * them are not interrupted. Memory is looked at on Linux only.
 */
final class Watchdog implements AutoCloseable {

    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s*(\\d+) kB");
    private static final long LOOK_MILLIS = 5;
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final Process process;
    private final Limits limits;
    private final Path status;
    private final long began = System.nanoTime();
    private final Thread thread;
    private volatile @Nullable Reason reason;

    Watchdog(Process process, Limits limits) {
        this.process = process;
        this.limits = limits;
        status = Path.of("/proc", String.valueOf(process.pid()), "status");
        thread = new Thread(this::look, "sql-watchdog");
        thread.setDaemon(true);
        thread.start();
    }

    private void look() {
        try {
            while (process.isAlive()) {
                if (resident() > limits.processMemory()) {
                    kill(Reason.MEMORY);
                } else if (System.nanoTime() - began > limits.time().plus(GRACE).toNanos()) {
                    kill(Reason.TIME);
                }
                Thread.sleep(LOOK_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void kill(Reason reason) {
        this.reason = reason;
        // By its handle, as that leaves its streams as they are.
        process.toHandle().destroyForcibly();
    }

    private long resident() {
        try {
            Matcher resident = RESIDENT.matcher(Files.exists(status) ? Files.readString(status) : "");
            return resident.find() ? Long.parseLong(resident.group(1)) * 1_024 : 0;
        } catch (IOException e) {
            return 0; // it has just ended
        }
    }

    /** Why it has killed the box, if it has. */
    Optional<Reason> reason() {
        return Optional.ofNullable(reason);
    }

    /** Looks no longer. */
    @Override
    public void close() {
        thread.interrupt();
    }
}
