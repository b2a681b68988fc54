package io.github.taxitrips.local.kinesis;

import io.github.taxitrips.local.base.FolderLock;
import io.github.taxitrips.settings.TaxiTripsProperties;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

/**
 * The data streams of a folder, which one process has at a time. A folder for each stream, in it one for each shard. Safe for use
 * by several threads.
 */
public final class KinesisStreams implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(KinesisStreams.class);
    private static final int TRIM_SECONDS = 60;

    private final Path root;
    private final boolean limited;
    private final InstantSource clock;
    private final FolderLock lock;
    private final NavigableMap<String, KinesisStream> streams = new ConcurrentSkipListMap<>();
    private final ScheduledExecutorService background = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "stream-retention");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * Opens the streams of a folder.
     *
     * @param root the folder; it is made if it is not there
     * @param limitThroughput whether each shard takes 1 MiB and 1,000 records a second and no more
     * @param clock gives the arrival of records, and the age at which they are dropped
     * @throws IllegalStateException if another process, which it names, has the folder
     * @throws UncheckedIOException if the folder cannot be read or written
     */
    public KinesisStreams(Path root, boolean limitThroughput, InstantSource clock) {
        this.root = root;
        this.limited = limitThroughput;
        this.clock = clock;
        this.lock = new FolderLock(root, "folder of streams", "taxi-trips.local.stream.folder");
        try {
            lock.acquire();
            try (Stream<Path> found = Files.list(root)) {
                for (Path folder : found.filter(Files::isDirectory).toList()) {
                    open(folder);
                }
            }
        } catch (FolderLock.HeldException e) {
            background.shutdown();
            throw new IllegalStateException(e.getMessage(), e);
        } catch (IOException e) {
            background.shutdown();
            throw new UncheckedIOException(
                    "The folder of streams " + root + " cannot be opened (" + e.getMessage()
                            + "): mend it, or set taxi-trips.local.stream.folder to another folder",
                    e);
        }
        var unused = background.scheduleWithFixedDelay(this::trim, 0, TRIM_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * Opens the streams of the settings' folder, among them the settings' stream, which is made if it is not there.
     *
     * @throws IllegalStateException if that stream has another number of shards than the settings say, or another process has
     *     the folder
     */
    public static KinesisStreams open(TaxiTripsProperties properties) {
        TaxiTripsProperties.Stream stream = properties.local().stream();
        KinesisStreams streams = new KinesisStreams(stream.folder(), stream.limitThroughput(), InstantSource.system());
        try {
            streams.provide(new StreamSettings(
                    stream.name(),
                    stream.shards(),
                    stream.retention(),
                    Math.toIntExact(stream.maxRecordSize().toKilobytes()),
                    false));
        } catch (RuntimeException e) {
            streams.close();
            throw e;
        }
        return streams;
    }

    /** Leftovers of a stream that was being made or deleted have a dot before their name. */
    private void open(Path folder) throws IOException {
        if (folder.getFileName().toString().startsWith(".")) {
            FileSystemUtils.deleteRecursively(folder);
        } else if (Files.exists(folder.resolve(KinesisStream.DESCRIPTION))) {
            String name = folder.getFileName().toString().replace("%2E", ".");
            streams.put(
                    name,
                    KinesisStream.open(folder, KinesisStream.settings(folder, name), limited, clock, this::restore));
        } else {
            log.warn("{} is no stream, and is left alone", folder);
        }
    }

    private Path folder(String name) {
        return root.resolve(name.startsWith(".") ? "%2E" + name.substring(1) : name);
    }

    /** The stream with a name. */
    public Optional<KinesisStream> find(String name) {
        return Optional.ofNullable(streams.get(name));
    }

    /**
     * The stream with a name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public KinesisStream stream(String name) {
        return find(name).orElseThrow(() -> new IllegalArgumentException("There is no stream " + name + " in " + root));
    }

    /** The streams, in the order of their names. */
    public List<KinesisStream> all() {
        return List.copyOf(streams.values());
    }

    /**
     * Makes a stream.
     *
     * @throws IllegalStateException if there is one of that name
     * @throws UncheckedIOException if it cannot be written
     */
    public synchronized KinesisStream create(StreamSettings settings) {
        Path folder = folder(settings.name());
        Path aside = root.resolve(".new-" + UUID.randomUUID());
        try {
            restore();
            KinesisStream.describe(aside, settings, clock.instant());
            if (Files.exists(folder)) {
                throw new FileAlreadyExistsException(folder.toString());
            }
            Files.move(aside, folder, StandardCopyOption.ATOMIC_MOVE);
            KinesisStream stream = KinesisStream.open(folder, settings, limited, clock, this::restore);
            streams.put(settings.name(), stream);
            return stream;
        } catch (FileAlreadyExistsException e) {
            throw new IllegalStateException("There is a stream " + settings.name() + " already", e);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot make the stream " + settings.name() + " in " + root, e);
        }
    }

    /**
     * Makes a stream if it is not there, or opens it with other settings.
     *
     * @throws IllegalStateException if it has another number of shards
     */
    public synchronized KinesisStream provide(StreamSettings settings) {
        KinesisStream there = streams.get(settings.name());
        if (there == null) {
            return create(settings);
        }
        if (there.settings().shards() != settings.shards()) {
            throw new IllegalStateException("The stream " + settings.name() + " in " + root + " has "
                    + there.settings().shards() + " shards, and not " + settings.shards()
                    + ": set taxi-trips.local.stream.shards to what it has, or taxi-trips.local.stream.folder to another"
                    + " folder, or delete this one with the records in it");
        }
        if (there.settings().equals(settings)) {
            return there;
        }
        try {
            there.close();
            KinesisStream.describe(there.folder(), settings, there.created());
            KinesisStream opened = KinesisStream.open(there.folder(), settings, limited, clock, this::restore);
            streams.put(settings.name(), opened);
            return opened;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot open the stream " + settings.name() + " in " + root, e);
        }
    }

    /**
     * Deletes a stream with its records and its readers' positions.
     *
     * @throws IllegalArgumentException if there is none
     */
    synchronized void delete(String name) {
        KinesisStream stream = stream(name);
        streams.remove(name);
        Path aside = root.resolve(".deleted-" + UUID.randomUUID());
        try {
            stream.close();
            Files.move(stream.folder(), aside, StandardCopyOption.ATOMIC_MOVE);
            FileSystemUtils.deleteRecursively(aside);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot delete the stream " + name + " in " + root, e);
        }
    }

    /** Makes the folder anew, if it was deleted. */
    private void restore() throws IOException {
        synchronized (lock) {
            if (!lock.isHeld()) {
                lock.acquire();
            }
        }
    }

    /** Drops what is past its retention. */
    void trim() {
        for (KinesisStream stream : streams.values()) {
            try {
                stream.trim();
            } catch (IOException | RuntimeException e) {
                log.warn("Cannot drop the old records of {}", stream.name(), e);
            }
        }
    }

    /** Closes the streams and gives the folder back. Calling it again does nothing. */
    @Override
    public synchronized void close() {
        background.shutdown();
        try {
            for (KinesisStream stream : streams.values()) {
                stream.close();
            }
            synchronized (lock) {
                lock.release();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot close the streams of " + root, e);
        }
    }
}
