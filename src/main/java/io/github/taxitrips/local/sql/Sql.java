package io.github.taxitrips.local.sql;

import io.github.taxitrips.local.sql.RefusedException.Reason;
import io.github.taxitrips.settings.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Asks the lake with SQL. A statement runs in a process of its own over a copy of the rows that it names; nothing that it does
 * reaches a file, an address, a setting, or another statement.
 *
 * <p>Safe for use by several threads; two statements run at once, and more wait.
 */
public final class Sql implements AutoCloseable {

    /** Keeps the lake's files as they are while something runs. */
    public interface Still {

        /** Runs it at once, and once. */
        void run(Runnable reader);
    }

    private static final int AT_ONCE = 2;

    /** How long a process may take to start, which is not of a statement's time: it unpacks 58 MB, maybe on a busy machine. */
    private static final Duration START = Duration.ofSeconds(60);

    /** How often the lake is read afresh because a file is gone that was there when its files were listed. */
    private static final int READINGS = 3;

    private final LakeTables tables;
    private final Limits limits;
    private final Still still;
    private final Semaphore places = new Semaphore(AT_ONCE, true);
    private final Deque<BoxProcess> idle = new ArrayDeque<>();
    private final Set<BoxProcess> busy = new HashSet<>();
    private boolean closed;

    /**
     * @param root the lake's folder, which need not be there
     * @param table the table that is set
     * @param limits what a statement may take
     * @param still keeps the lake's files as they are while they are read
     */
    public Sql(Path root, Table table, Limits limits, Still still) {
        this.tables = new LakeTables(root, table);
        this.limits = limits;
        this.still = still;
    }

    /**
     * Runs a statement.
     *
     * @param statement the statement
     * @param hours the part of the lake that it is to see
     * @param rows takes the answer
     * @return whether rows were left out because there are more than are answered
     * @throws RefusedException if the statement is refused; some rows may have been passed on, if it is for a limit
     * @throws IOException what {@code rows} throws, or if the lake cannot be read
     */
    public boolean query(String statement, Hours hours, Rows rows) throws IOException, RefusedException {
        try {
            if (!places.tryAcquire(limits.time().toMillis(), TimeUnit.MILLISECONDS)) {
                throw new RefusedException(Reason.BUSY, AT_ONCE + " statements are running already.", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", e);
        }
        try {
            for (int reading = 1; ; reading++) {
                try {
                    return run(statement, hours, rows);
                } catch (FileGoneException e) {
                    if (reading == READINGS) {
                        throw new RefusedException(Reason.BROKEN, "The lake cannot be read: " + e.getMessage(), null);
                    }
                }
            }
        } finally {
            places.release();
        }
    }

    private boolean run(String statement, Hours hours, Rows rows)
            throws IOException, RefusedException, FileGoneException {
        BoxProcess box = take();
        boolean whole = false;
        try {
            Order order = load(box, statement, hours, rows);
            boolean truncated = box.answer(order, rows);
            whole = true;
            return truncated;
        } catch (RefusedException e) {
            whole = true;
            throw e;
        } finally {
            giveBack(box, whole);
        }
    }

    private Order load(BoxProcess box, String statement, Hours hours, Rows rows)
            throws IOException, RefusedException, FileGoneException {
        Exception[] failure = {null};
        Order[] given = {null};
        box.awaitUp(START, rows);
        still.run(() -> {
            try {
                Order order = new Order(statement, tables.tables(), tables.loads(hours), limits);
                given[0] = order;
                box.give(order);
                box.awaitLoaded(order, rows);
            } catch (IOException | RefusedException e) {
                failure[0] = e;
            }
        });
        if (failure[0] instanceof RefusedException e) {
            if (String.valueOf(e.getMessage()).startsWith("IO Error")) {
                throw new FileGoneException(e);
            }
            throw e;
        }
        if (failure[0] instanceof IOException e) {
            throw e;
        }
        Order order = given[0];
        if (order == null) {
            throw new UncheckedIOException(new IOException("The lake was not read"));
        }
        return order;
    }

    private BoxProcess take() throws IOException {
        synchronized (idle) {
            if (closed) {
                throw new IOException("Closed");
            }
            BoxProcess box = idle.poll();
            while (box != null && !box.isAlive()) {
                box = idle.poll();
            }
            if (box == null) {
                box = BoxProcess.start();
            }
            busy.add(box);
            return box;
        }
    }

    private void giveBack(BoxProcess box, boolean isWhole) {
        synchronized (idle) {
            busy.remove(box);
            if (box.rest() && isWhole && !closed) {
                idle.push(box);
                return;
            }
        }
        box.close();
    }

    /** Ends the processes, and with them the statements that are running. */
    @Override
    public void close() {
        synchronized (idle) {
            closed = true;
            idle.forEach(BoxProcess::close);
            busy.forEach(BoxProcess::close);
            idle.clear();
        }
    }

    @SuppressWarnings("serial")
    private static final class FileGoneException extends Exception {
        FileGoneException(RefusedException cause) {
            super(cause.getMessage(), cause);
        }
    }
}
