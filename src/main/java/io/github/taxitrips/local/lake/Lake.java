package io.github.taxitrips.local.lake;

import io.github.taxitrips.local.base.FolderLock;
import io.github.taxitrips.settings.TaxiTripsProperties;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

/**
 * A folder that stands in for the S3 bucket of delivery streams. It does with accepted records what Amazon Data Firehose
 * does: buffers them by size and time, converts them to Parquet or compresses them, and writes them below
 * {@code <folder>/year=yyyy/month=MM/day=dd/hour=HH/} by the arrival of the oldest record in the buffer, in UTC.
 *
 * <p>What {@link #append} has taken becomes part of exactly one file, though the process be killed in between: it is in a
 * buffer on the disk, from which the next lake on the folder goes on. A file appears whole.
 *
 * <p>Safe for use by several threads, and by one process at a time.
 */
public final class Lake implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Lake.class);
    private static final long TICK_MILLIS = 100;

    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Path root;
    private final Path aside;
    private final Path refused;
    private final Map<String, StreamBuffers> streams = new LinkedHashMap<>();
    private final FolderLock lock;
    private final Parquet parquet = new Parquet();
    private final FileWriter writer;
    private final LakeFiles files;
    private final Compaction compaction;

    /** Held while files are read, and by a compaction while it puts one in the place of others. */
    private final ReadWriteLock swapping = new ReentrantReadWriteLock();

    private final ScheduledExecutorService background = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "lake");
        thread.setDaemon(true);
        return thread;
    });

    /** Held while buffers are written to files. */
    private final Object delivery = new Object();

    private boolean recovered;
    private volatile String trouble = "";
    private volatile long quietUntil = System.nanoTime();
    private volatile boolean closed;

    /**
     * Opens the folder and goes on where the last lake on it ended. A folder that cannot be written is told of in the log and
     * tried again with each {@link #append}.
     *
     * @param root the folder; it is made if it is not there
     * @param streams the delivery streams there are
     * @param clock gives the arrival of records
     * @throws IllegalStateException if another process, which it names, is at work on the folder
     */
    public Lake(Path root, Collection<DeliveryStream> streams, Clock clock) {
        this.root = root;
        lock = new FolderLock(root, "data lake", "taxi-trips.local.data-lake");
        aside = root.resolve(".aside");
        refused = root.resolve(".refused");
        writer = new FileWriter(aside, parquet, clock);
        compaction = new Compaction(root, aside, parquet, swapping.writeLock());
        files = new LakeFiles(root, streams, parquet, compaction);
        for (DeliveryStream stream : streams) {
            this.streams.put(stream.name(), new StreamBuffers(stream, root.resolve(".buffers"), this::ready, clock));
        }
        try {
            ready();
            recover();
        } catch (FolderLock.HeldException e) {
            background.shutdown();
            throw new IllegalStateException(e.getMessage(), e);
        } catch (IOException e) {
            log.warn("The data lake {} cannot be written yet: {}", root, e.toString());
        }
        var unused = background.scheduleWithFixedDelay(this::deliverWhatIsDue, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Opens the lake of the settings. */
    public static Lake open(TaxiTripsProperties properties) {
        return new Lake(properties.local().dataLake(), DeliveryStream.of(properties), Clock.systemUTC());
    }

    /** The folder. */
    public Path root() {
        return root;
    }

    /**
     * Returns what is made of a stream's records.
     *
     * @throws IllegalArgumentException if there is none of this name
     */
    public DeliveryStream stream(String name) {
        return buffers(name).stream();
    }

    /**
     * Keeps all of the records or none. When it returns they outlive this process.
     *
     * @param deliveryStream the name of one of its streams
     * @throws UncheckedIOException naming the folder and the remedy, if they cannot be kept
     */
    public void append(String deliveryStream, List<byte[]> records) {
        if (records.isEmpty()) {
            return;
        }
        try {
            if (closed) {
                throw new IOException("The lake is closed");
            }
            if (buffers(deliveryStream).append(records)) {
                background.execute(this::deliverWhatIsDue);
            }
        } catch (RejectedExecutionException e) {
            log.debug("Closing; the full buffer is written last");
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Cannot keep " + records.size() + " records in " + root + " (" + e
                            + "): make room, make the folder writable, or set taxi-trips.local.data-lake to another",
                    e);
        }
    }

    private StreamBuffers buffers(String deliveryStream) {
        StreamBuffers buffers = streams.get(deliveryStream);
        if (buffers == null) {
            throw new IllegalArgumentException("The lake has no delivery stream " + deliveryStream);
        }
        return buffers;
    }

    /** Returns what waits to be written, and what keeps it from that. */
    public LakeStatus status() {
        long kept = 0;
        if (Files.isDirectory(refused)) {
            try (Stream<Path> aside = Files.list(refused)) {
                kept = aside.filter(path -> !path.toString().endsWith(".txt")).count();
            } catch (IOException e) {
                log.warn("Cannot look into {}", refused, e);
            }
        }
        return new LakeStatus(
                streams.values().stream().map(StreamBuffers::status).toList(), kept, trouble);
    }

    /** Writes everything that was taken before to files, without waiting for size or time. */
    public void flush() {
        streams.values().forEach(StreamBuffers::seal);
        deliver(Long.MAX_VALUE);
    }

    /**
     * Returns the files of all streams, each row of them once: what they convert, what they cannot, and what they write as it
     * is. A file may be replaced by a compaction at any time; {@link #read} keeps them.
     */
    public List<LakeFile> files() {
        return read(list -> list);
    }

    /** Reads the files, which stay as they are until the reader returns; new ones may come. */
    public <T> T read(Function<List<LakeFile>, T> reader) {
        swapping.readLock().lock();
        try {
            return reader.apply(files.list());
        } finally {
            swapping.readLock().unlock();
        }
    }

    /**
     * Merges the Parquet files of each hour that has several into one.
     *
     * @return what was merged
     */
    public List<Compaction.Hour> compact() {
        synchronized (compaction) {
            try {
                compaction.recover();
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot finish the last compaction", e);
            }
            Map<Path, List<LakeFile>> hours = files().stream()
                    .filter(LakeFile::isParquet)
                    // Of a buffer that is still there, the file may be written again.
                    .filter(file -> streams.values().stream().noneMatch(stream -> stream.has(file.name())))
                    .collect(Collectors.groupingBy(
                            file -> file.path().getParent(), LinkedHashMap::new, Collectors.toList()));
            List<Compaction.Hour> compacted = new ArrayList<>();
            hours.forEach((hour, small) -> {
                if (small.size() > 1) {
                    try {
                        compacted.add(compaction.merge(hour, small));
                    } catch (IOException | SQLException | IllegalArgumentException e) {
                        log.error("The files in {} stay as they are: {}", hour, e.getMessage(), e);
                    }
                }
            });
            return compacted;
        }
    }

    private synchronized void ready() throws IOException {
        if (!lock.isHeld()) {
            lock.acquire();
        }
    }

    private void recover() throws IOException {
        compaction.recover();
        FileSystemUtils.deleteRecursively(aside);
        for (StreamBuffers stream : streams.values()) {
            stream.recover();
        }
        recovered = true;
    }

    private void deliverWhatIsDue() {
        try {
            if (System.nanoTime() - quietUntil >= 0) {
                streams.values().forEach(StreamBuffers::sealIfDue);
                deliver(Long.MAX_VALUE);
            }
        } catch (RuntimeException | Error e) {
            // What is thrown on ends the task for good.
            log.error("Buffers could not be written", e);
            waitForTheDisk(root, e);
        }
    }

    /** Writes the full buffers of all streams, those of each in order. */
    private void deliver(long until) {
        synchronized (delivery) {
            if (!recovered && !recoverLate()) {
                return;
            }
            for (StreamBuffers stream : streams.values()) {
                Path buffer = stream.first();
                while (buffer != null && System.nanoTime() < until && deliver(stream.stream(), buffer)) {
                    stream.removeFirst();
                    buffer = stream.first();
                }
            }
        }
    }

    private boolean deliver(DeliveryStream stream, Path buffer) {
        try {
            if (!Files.exists(buffer)) {
                log.warn("The buffer {} was deleted, and the records in it", buffer);
                return true;
            }
            Files.createDirectories(aside);
            for (FileWriter.Made made : writer.write(stream, buffer)) {
                Path target = root.resolve(made.target());
                Files.createDirectories(target.getParent());
                Files.move(made.made(), target, StandardCopyOption.ATOMIC_MOVE);
                files.remember(target, made.rows());
                if (made.target().startsWith(stream.errorFolder())) {
                    buffers(stream.name()).failedToConvert(made.rows());
                }
            }
            Files.delete(buffer);
            trouble = "";
            return true;
        } catch (IOException | Error e) {
            return waitForTheDisk(buffer, e);
        } catch (SQLException e) {
            return String.valueOf(e.getMessage()).startsWith(Parquet.DISK_TROUBLE)
                    ? waitForTheDisk(buffer, e)
                    : refuse(buffer, e);
        } catch (RuntimeException e) {
            return refuse(buffer, e);
        }
    }

    private boolean recoverLate() {
        try {
            ready();
            recover();
            return true;
        } catch (IOException e) {
            return waitForTheDisk(root, e);
        }
    }

    /** Leaves a buffer where it is, to be tried again. */
    private boolean waitForTheDisk(Path what, Throwable e) {
        quietUntil = System.nanoTime() + PAUSE.toNanos();
        String now = what + ": " + e;
        if (!now.equals(trouble)) {
            log.error("Cannot write what is buffered, and will try again until it can be: {}", now);
            trouble = now;
        }
        return false;
    }

    /** Puts a buffer aside that would fail again, with the reason. */
    private boolean refuse(Path buffer, Exception e) {
        try {
            Files.createDirectories(refused);
            Path kept = refused.resolve(buffer.getFileName());
            Files.writeString(
                    refused.resolve(buffer.getFileName() + ".txt"),
                    "This buffer could not be written: %s%nIts records are in %s. Once the cause is mended, move it to %s and start again.%n"
                            .formatted(e, kept.getFileName(), root.relativize(buffer.getParent())));
            Files.move(buffer, kept, StandardCopyOption.ATOMIC_MOVE);
            log.error("A buffer could not be written, and is kept as {}: {}", kept, e.getMessage(), e);
            return true;
        } catch (IOException disk) {
            return waitForTheDisk(buffer, disk);
        }
    }

    /** Writes what is buffered, as far as that takes no longer than ten seconds; the rest is for the next start. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        background.shutdown();
        streams.values().forEach(StreamBuffers::seal);
        deliver(System.nanoTime() + PATIENCE.toNanos());
        try {
            parquet.close();
            lock.release();
        } catch (SQLException | IOException e) {
            log.warn("The data lake {} was not closed well", root, e);
        }
    }
}
