package io.github.taxitrips.local.lake;

import io.github.taxitrips.local.lake.LakeStatus.StreamStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The buffers of one delivery stream: one that takes records, and those that wait to be written. Safe for use by several threads. */
final class StreamBuffers {

    /** Makes sure that the lake's folder is there and ours. */
    interface Folder {
        void ready() throws IOException;
    }

    private static final Logger log = LoggerFactory.getLogger(StreamBuffers.class);
    private static final long MEGABYTE = 1 << 20;

    private final DeliveryStream stream;
    private final Path folder;
    private final Folder lake;
    private final Clock clock;
    private final Deque<Path> full = new ArrayDeque<>();
    private @Nullable Buffer open;
    private Instant due = Instant.MAX;
    private long failedConversions;
    private ByteBuffer spare = ByteBuffer.allocate(0);

    /**
     * @param stream the delivery stream
     * @param buffers the folder with a folder for each stream's buffers
     * @param lake the folder of the lake
     * @param clock gives the arrival of records
     */
    StreamBuffers(DeliveryStream stream, Path buffers, Folder lake, Clock clock) {
        this.stream = stream;
        this.folder = buffers.resolve(stream.name());
        this.lake = lake;
        this.clock = clock;
    }

    DeliveryStream stream() {
        return stream;
    }

    /** Finds the buffers that an earlier process has left. */
    synchronized void recover() throws IOException {
        if (Files.isDirectory(folder)) {
            try (Stream<Path> left = Files.list(folder)) {
                left.sorted()
                        .filter(path -> !full.contains(path))
                        .filter(path -> open == null || !path.equals(open.path()))
                        .forEach(full::add);
            }
        }
    }

    /**
     * Keeps all of the records or none.
     *
     * @return whether a buffer is full
     */
    synchronized boolean append(List<byte[]> records) throws IOException {
        Instant arrival = clock.instant();
        Buffer buffer = openBuffer(arrival);
        spare = buffer.append(arrival, records, spare);
        if (!Files.exists(buffer.path())) {
            // The folder was deleted a moment ago: what it held is gone, but not these.
            buffer = openBuffer(arrival);
            spare = buffer.append(arrival, records, spare);
            if (!Files.exists(buffer.path())) {
                throw new IOException("The folder is being deleted");
            }
        }
        if (buffer.bytes() >= stream.buffering().sizeInMbs() * MEGABYTE) {
            seal();
            return true;
        }
        return false;
    }

    private Buffer openBuffer(Instant arrival) throws IOException {
        if (open != null && Files.exists(open.path())) {
            return open;
        }
        if (open != null) {
            log.warn("The buffer {} was deleted, and the records in it", open.path());
            Buffer deleted = open;
            open = null;
            deleted.close();
        }
        lake.ready();
        Files.createDirectories(folder);
        open = Buffer.create(folder, ObjectName.of(stream.name(), arrival));
        due = arrival.plus(Duration.ofSeconds(stream.buffering().intervalInSeconds()));
        return open;
    }

    /** Closes the buffer that takes records, if it has waited for its time. */
    synchronized void sealIfDue() {
        if (open != null && !clock.instant().isBefore(due)) {
            seal();
        }
    }

    /** Closes the buffer that takes records, if there is one. */
    synchronized void seal() {
        if (open != null) {
            full.add(open.path());
            try {
                open.close();
            } catch (IOException e) {
                log.warn("Cannot close {}", open.path(), e);
            }
            open = null;
        }
    }

    /** The first buffer that waits to be written. */
    synchronized @Nullable Path first() {
        return full.peek();
    }

    /** Takes the first buffer that waits off the list. */
    synchronized void removeFirst() {
        full.remove();
    }

    /** Counts records that could not be converted. */
    synchronized void failedToConvert(long records) {
        failedConversions += records;
    }

    synchronized StreamStatus status() {
        Path oldest = full.isEmpty() && open != null ? open.path() : full.peek();
        Duration freshness = oldest == null
                ? Duration.ZERO
                : Duration.between(
                        ObjectName.parse(oldest.getFileName().toString()).oldest(), clock.instant());
        return new StreamStatus(
                stream.name(),
                open == null ? 0 : open.bytes(),
                stream.buffering().sizeInMbs() * MEGABYTE,
                open == null ? null : due,
                full.size(),
                freshness,
                failedConversions);
    }

    /** Whether there is a buffer of this name, of which a file may have been written already. */
    boolean has(String name) {
        return Files.exists(folder.resolve(name));
    }
}
