package io.github.taxitrips.local.sql;

import io.github.taxitrips.local.sql.RefusedException.Place;
import io.github.taxitrips.local.sql.RefusedException.Reason;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

/**
 * A process with a {@link Box}. It ends with this one, whose death closes its input. For one thread at a time.
 *
 * <p>Its temporary files, such as DuckDB's library of 58 MB, lie in a folder of its own: it is killed more often than it ends,
 * and would leave them.
 */
final class BoxProcess implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(BoxProcess.class);
    private static final String LAUNCHER = "org.springframework.boot.loader.launch.PropertiesLauncher";
    private static final long POLL_MILLIS = 2;
    private static final long ASK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private static final Duration FOREVER = Duration.ofDays(365);
    private static final Duration END = Duration.ofSeconds(5);

    private final Process process;
    private final Path temporary;
    private final CompletableFuture<Void> deleted;
    private final DataOutputStream in;
    private final DataInputStream out;
    private @Nullable Watchdog watchdog;
    private boolean isUp;

    private BoxProcess(Process process, Path temporary) {
        this.process = process;
        this.temporary = temporary;
        deleted = process.onExit().thenRun(() -> delete(temporary));
        in = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
        out = new DataInputStream(new BufferedInputStream(process.getInputStream()));
    }

    /** Starts a box, which is up some time later. */
    static BoxProcess start() throws IOException {
        String classPath = System.getProperty("java.class.path");
        Path temporary = Files.createTempDirectory("taxi-trips-sql-");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Duser.timezone=UTC",
                "-Djava.io.tmpdir=" + temporary));
        if (Runtime.version().feature() >= 24) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        if (Box.class
                .getClassLoader()
                .getResource(Box.class.getName().replace('.', '/') + ".class")
                .toString()
                .contains("BOOT-INF/classes")) {
            // The runnable jar, whose classes only its own loader finds.
            command.add("-Dloader.main=" + Box.class.getName());
            command.add(LAUNCHER);
        } else {
            command.add(Box.class.getName());
        }
        command.add(temporary.toString());
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("CLASSPATH", absolute(classPath));
        // Options for the service's machine are not for this one.
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        try {
            Process process = builder.start();
            return new BoxProcess(process, temporary);
        } catch (IOException e) {
            delete(temporary);
            throw e;
        }
    }

    private static void delete(Path folder) {
        try {
            FileSystemUtils.deleteRecursively(folder);
        } catch (IOException e) {
            log.debug("{} is left: {}", folder, e.toString());
        }
    }

    /** Where its temporary files are. */
    Path temporary() {
        return temporary;
    }

    private static String absolute(String classPath) {
        List<String> parts = new ArrayList<>();
        for (String part : classPath.split(File.pathSeparator, -1)) {
            parts.add(Path.of(part).toAbsolutePath().toString());
        }
        return String.join(File.pathSeparator, parts);
    }

    /** Whether it runs. */
    boolean isAlive() {
        return process.isAlive();
    }

    /**
     * Waits until it is up.
     *
     * @param time how long to wait at most; then it is ended
     */
    void awaitUp(Duration time, Rows rows) throws IOException, RefusedException {
        if (isUp) {
            return;
        }
        try {
            if (!await(rows, time)) {
                close();
                throw new RefusedException(
                        Reason.BROKEN,
                        "The process that runs statements has not started within " + time.toSeconds() + " s.",
                        null);
            }
            if (out.readByte() != Frame.UP) {
                throw new IOException("The box does not say that it is up");
            }
            isUp = true;
        } catch (EOFException e) {
            throw hasEnded();
        }
    }

    /** Gives it an order once it is up, and begins to watch it. */
    void give(Order order) throws IOException {
        watchdog = new Watchdog(process, order.limits());
        order.write(in);
        in.flush();
    }

    /** Ends the watch, and returns whether it can take another order. */
    boolean rest() {
        if (watchdog != null) {
            watchdog.close();
        }
        return killed().isEmpty() && process.isAlive();
    }

    private Optional<Reason> killed() {
        return watchdog == null ? Optional.empty() : watchdog.reason();
    }

    /** Waits until it has read what it needs of the lake. */
    void awaitLoaded(Order order, Rows rows) throws IOException, RefusedException {
        try {
            await(rows);
            byte frame = out.readByte();
            if (frame != Frame.LOADED) {
                throw refusal(frame);
            }
        } catch (EOFException e) {
            throw ended(order);
        }
    }

    /**
     * Passes the answer on.
     *
     * @return whether rows were left out
     */
    boolean answer(Order order, Rows rows) throws IOException, RefusedException {
        try {
            int columns = 0;
            while (true) {
                await(rows);
                byte frame = out.readByte();
                switch (frame) {
                    case Frame.COLUMNS -> {
                        columns = out.readInt();
                        List<Column> read = new ArrayList<>();
                        for (int i = 0; i < columns; i++) {
                            read.add(new Column(Order.readText(out), Order.readText(out)));
                        }
                        rows.columns(read);
                    }
                    case Frame.ROW -> {
                        List<Cell> cells = new ArrayList<>(columns);
                        for (int i = 0; i < columns; i++) {
                            cells.add(cell());
                        }
                        rows.row(cells);
                    }
                    case Frame.DONE -> {
                        return out.readBoolean();
                    }
                    default -> throw refusal(frame);
                }
            }
        } catch (EOFException e) {
            throw ended(order);
        }
    }

    private Cell cell() throws IOException, RefusedException {
        byte kind = out.readByte();
        return switch (kind) {
            case Frame.NULL -> Cell.NULL;
            case Frame.TEXT -> new Cell(Order.readText(out), false);
            case Frame.JSON -> new Cell(Order.readText(out), true);
            // A value that was too large, in the middle of a row.
            default -> throw refusal(kind);
        };
    }

    private RefusedException refusal(byte frame) throws IOException {
        if (frame != Frame.REFUSED) {
            throw new IOException("The box answers with " + frame);
        }
        Reason reason = Reason.valueOf(Order.readText(out));
        String message = Order.readText(out);
        int line = out.readInt();
        int column = out.readInt();
        return new RefusedException(reason, message, line == 0 ? null : new Place(line, column));
    }

    private void await(Rows rows) throws IOException {
        await(rows, FOREVER);
    }

    /** Waits until there is something to read or it has ended, and returns whether there was enough time for that. */
    private boolean await(Rows rows, Duration time) throws IOException {
        long began = System.nanoTime();
        long asked = began;
        try {
            while (out.available() == 0 && process.isAlive()) {
                if (System.nanoTime() - began > time.toNanos()) {
                    return false;
                }
                Thread.sleep(POLL_MILLIS);
                if (System.nanoTime() - asked > ASK_NANOS) {
                    rows.waiting();
                    asked = System.nanoTime();
                }
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", e);
        }
    }

    /** Why it has ended, if it should not have. */
    private RefusedException ended(Order order) {
        return killed().map(reason -> RefusedException.of(reason, order.limits()))
                .orElseGet(BoxProcess::hasEnded);
    }

    private static RefusedException hasEnded() {
        return new RefusedException(Reason.BROKEN, "The process that runs statements has ended.", null);
    }

    @Override
    public void close() {
        process.toHandle().destroyForcibly();
        try {
            deleted.get(END.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.debug("{} is left: {}", temporary, e.toString());
        }
    }
}
