package io.github.taxitrips.local.kinesis;

import io.github.taxitrips.local.base.Account;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A shard: its records in files that only grow, of {@value #SEGMENT_BYTES} bytes each, and dropped whole when all their records
 * are past the stream's retention; single records past it are not passed on. What is put is with the operating system when
 * {@code put} returns, so that it outlives the process. Safe for use by several threads.
 *
 * <p>A position in it is a sequence number, after which to read: that of a record, or one that a method here returns; null is
 * before the oldest record.
 */
public final class StreamShard {

    private static final Logger log = LoggerFactory.getLogger(StreamShard.class);
    private static final int SEGMENT_BYTES = 32 << 20;

    private final KinesisStream stream;
    private final int number;
    private final Path folder;
    private final InstantSource clock;
    private final @Nullable Throughput throughput;
    private final NavigableMap<Long, Segment> segments = new TreeMap<>();
    private RandomAccessFile out;
    private Segment active;
    private long end;
    private long next;
    private long lastArrival;
    private boolean closed;

    /**
     * Opens a shard, or makes its files.
     *
     * @param stream the stream that it is one of
     * @param number its number, from 0
     * @param limited whether its throughput is limited
     */
    StreamShard(KinesisStream stream, int number, boolean limited, InstantSource clock) throws IOException {
        this.stream = stream;
        this.number = number;
        this.clock = clock;
        this.throughput = limited ? new Throughput(clock) : null;
        this.folder = stream.folder().resolve(id());
        this.lastArrival = stream.created().toEpochMilli();
        Files.createDirectories(folder);
        try (Stream<Path> files = Files.list(folder)) {
            files.filter(file ->
                            Segment.NAME.matcher(file.getFileName().toString()).matches())
                    .map(Segment::found)
                    .forEach(segment -> segments.put(segment.first(), segment));
        }
        if (segments.isEmpty()) {
            segments.put(1L, Segment.empty(folder, 1));
        }
        this.active = segments.lastEntry().getValue();
        this.out = new RandomAccessFile(active.path().toFile(), "rw");
        this.end = active.end();
        this.next = active.after();
        for (Segment segment : segments.descendingMap().values()) {
            if (segment.lastArrival() > lastArrival) {
                lastArrival = segment.lastArrival();
                break;
            }
        }
        if (out.length() > end) {
            log.warn(
                    "{} ends in {} bytes of a call that was not answered; they are left out",
                    active.path(),
                    out.length() - end);
            out.setLength(end);
        }
    }

    /** Its id, such as {@code shardId-000000000000}. */
    public String id() {
        return id(number);
    }

    static String id(int number) {
        return "shardId-%012d".formatted(number);
    }

    /** Its number in the stream, from 0. */
    public int number() {
        return number;
    }

    BigInteger firstHashKey() {
        return stream.hashRanges().first(number);
    }

    BigInteger lastHashKey() {
        return stream.hashRanges().last(number);
    }

    /** Puts records that belong here, all of those that the throughput lets in or none. */
    synchronized List<PutResult> put(List<PutEntry> entries) {
        List<PutEntry> taken = new ArrayList<>(entries.size());
        List<@Nullable PutResult> results = new ArrayList<>(entries.size());
        for (PutEntry entry : entries) {
            boolean takes = throughput == null || throughput.takes(entry.size());
            results.add(takes ? null : throttled());
            if (takes) {
                taken.add(entry);
            }
        }
        long place = next;
        String failure = null;
        if (!taken.isEmpty()) {
            try {
                append(taken);
            } catch (IOException e) {
                log.error("Nothing was stored in {} of {}: {}", id(), stream.name(), e.toString());
                failure = "Nothing was stored: " + e.getMessage();
            }
        }
        List<PutResult> all = new ArrayList<>(entries.size());
        for (PutResult result : results) {
            if (result != null) {
                all.add(result);
            } else if (failure != null) {
                all.add(PutResult.refused(id(), PutResult.INTERNAL_FAILURE, failure));
            } else {
                all.add(PutResult.kept(id(), sequenceNumber(place++, lastArrival)));
            }
        }
        return all;
    }

    /** What becomes of a record for which there is no throughput. */
    PutResult throttled() {
        return PutResult.refused(
                id(),
                PutResult.THROUGHPUT_EXCEEDED,
                "Rate exceeded for shard " + id() + " in stream " + stream.name() + " under account " + Account.ID
                        + ".");
    }

    private void append(List<PutEntry> records) throws IOException {
        if (closed) {
            throw new IOException("The stream is closed");
        }
        if (!Files.exists(active.path())) {
            revive();
        }
        if (end >= SEGMENT_BYTES) {
            roll();
        }
        // So that arrivals rise with the place, whatever the clock does.
        long arrival = Math.max(lastArrival, clock.millis());
        byte[] frame = Frame.write(next, arrival, records);
        write(frame);
        if (!Files.exists(active.path())) {
            // Deleted a moment ago: what it held is gone, but not these.
            revive();
            write(frame);
        }
        active.appended(next, arrival, records.size(), frame.length);
        end += frame.length;
        next += records.size();
        lastArrival = arrival;
        notifyAll();
    }

    private void write(byte[] frame) throws IOException {
        try {
            out.seek(end);
            out.write(frame);
        } catch (IOException e) {
            // The client is told that nothing was stored, and will send it again.
            out.setLength(end);
            throw e;
        }
    }

    /** Makes the folder anew that was deleted. */
    private void revive() throws IOException {
        log.warn("The folder {} was deleted, and the records in it", folder);
        stream.restore();
        Files.createDirectories(folder);
        segments.clear();
        roll();
    }

    /** Goes on in a new file. */
    private void roll() throws IOException {
        Segment segment = Segment.empty(folder, next);
        RandomAccessFile opened = new RandomAccessFile(segment.path().toFile(), "rw");
        out.close();
        out = opened;
        active = segment;
        end = 0;
        segments.put(next, segment);
    }

    private String sequenceNumber(long place, long arrival) {
        return new SequenceNumber(stream.created().getEpochSecond(), number, place, arrival / 1_000).toString();
    }

    /** The sequence number before that of the first record that it ever had. */
    String startingSequenceNumber() {
        return sequenceNumber(0, stream.created().toEpochMilli());
    }

    /**
     * Reads records in their order.
     *
     * @param position the sequence number after which to read; null for the oldest record on
     * @param limit most records to return, at least 1
     * @param maxBytes most bytes of data and keys to return; the first record is returned whatever it has
     * @return the records; none if there are none for now
     * @throws IllegalArgumentException if the position is none of this shard
     * @throws UncheckedIOException if they cannot be read
     */
    public List<StoredRecord> read(@Nullable String position, int limit, long maxBytes) {
        return readFrom(place(position), limit, maxBytes);
    }

    /** Reads records from a place on. */
    List<StoredRecord> readFrom(long place, int limit, long maxBytes) {
        List<StoredRecord> records = new ArrayList<>();
        long oldest = cutoff();
        long[] left = {maxBytes};
        for (Segment segment : segmentsFrom(place)) {
            if (records.size() == limit || left[0] <= 0) {
                break;
            }
            try {
                segment.readFrom(place, frame -> frame.arrival() < oldest || take(frame, place, limit, left, records));
            } catch (FileNotFoundException e) {
                // Dropped a moment ago, with what it held.
                log.debug("{} is gone", segment.path(), e);
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot read " + segment.path(), e);
            }
        }
        return records;
    }

    /** Takes records of a frame, and returns whether there is room for more. */
    private boolean take(Frame frame, long from, int limit, long[] left, List<StoredRecord> records) {
        for (long place = frame.first(); place < frame.after(); place++) {
            if (place < from) {
                frame.skip();
                continue;
            }
            if (records.size() == limit) {
                return false;
            }
            String key = frame.key();
            byte[] data = frame.data();
            left[0] -= data.length + key.length();
            if (left[0] < 0 && !records.isEmpty()) {
                return false;
            }
            records.add(new StoredRecord(
                    sequenceNumber(place, frame.arrival()), key, Instant.ofEpochMilli(frame.arrival()), data));
        }
        return true;
    }

    /** The segments to read from a place on, as they are now: all but the last one have all the records that they will have. */
    private synchronized List<Segment> segmentsFrom(long place) {
        if (place >= next) {
            return List.of();
        }
        Long first = segments.floorKey(place);
        return List.copyOf((first == null ? segments : segments.tailMap(first, true)).values());
    }

    private long cutoff() {
        return clock.instant().minus(stream.settings().retention()).toEpochMilli();
    }

    private long place(@Nullable String position) {
        if (position == null) {
            return 0;
        }
        return SequenceNumber.parse(position)
                        .filter(this::isOurs)
                        .orElseThrow(() -> new IllegalArgumentException(
                                "There is no sequence number " + position + " in " + id() + " of " + stream.name()))
                        .index()
                + 1;
    }

    /** Whether a sequence number is of this shard. */
    boolean isOurs(SequenceNumber sequenceNumber) {
        return sequenceNumber.shard() == number
                && sequenceNumber.created() == stream.created().getEpochSecond();
    }

    /** The place of the next record. */
    synchronized long nextPlace() {
        return next;
    }

    /** The place of the first record that arrived at a time or later. */
    long placeSince(Instant time) {
        long millis = Math.max(time.toEpochMilli(), cutoff());
        long place = nextPlace();
        for (Segment segment : segmentsFrom(0)) {
            try {
                if (segment.lastArrival() >= millis) {
                    return segment.firstSince(millis);
                }
            } catch (FileNotFoundException e) {
                log.debug("{} is gone", segment.path(), e);
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot read " + segment.path(), e);
            }
        }
        return place;
    }

    /** The position after the newest record. */
    public synchronized String positionAtLatest() {
        return sequenceNumber(next - 1, lastArrival);
    }

    /** The position before the oldest record that is kept. */
    public String positionAtTrimHorizon() {
        return positionAt(Instant.EPOCH);
    }

    /** The position before the first record that arrived at a time or later. */
    public String positionAt(Instant time) {
        return sequenceNumber(placeSince(time) - 1, stream.created().toEpochMilli());
    }

    /**
     * Returns how many records wait behind a position.
     *
     * @throws IllegalArgumentException if the position is none of this shard
     */
    public long recordsAfter(@Nullable String position) {
        return Math.max(0, nextPlace() - Math.max(place(position), placeSince(Instant.EPOCH)));
    }

    /**
     * Waits until there are records behind a position that can be read.
     *
     * @param time how long to wait at most
     * @return whether there are some
     * @throws IllegalArgumentException if the position is none of this shard
     * @throws IllegalStateException if the stream is closed or deleted
     * @throws UncheckedIOException if what is kept cannot be read
     */
    public boolean awaitRecords(@Nullable String position, Duration time) throws InterruptedException {
        long place = place(position);
        if (place < nextPlace()) {
            // What is past the retention, or was in files that were deleted, will never be read.
            place = Math.max(place, placeSince(Instant.EPOCH));
        }
        return awaitPlace(place, time);
    }

    private synchronized boolean awaitPlace(long place, Duration time) throws InterruptedException {
        long until = System.nanoTime() + time.toNanos();
        while (place >= next) {
            if (closed) {
                throw new IllegalStateException("The stream " + stream.name() + " is closed");
            }
            long millis = (until - System.nanoTime() + 999_999) / 1_000_000;
            if (millis <= 0) {
                return false;
            }
            wait(millis);
        }
        return true;
    }

    /** Drops files all of whose records are past the retention. */
    synchronized void trim() throws IOException {
        long oldest = cutoff();
        if (closed || !Files.exists(active.path())) {
            return;
        }
        if (end > 0 && lastArrival < oldest) {
            roll();
        }
        while (segments.size() > 1) {
            Segment first = segments.firstEntry().getValue();
            if (Files.exists(first.path()) && first.lastArrival() >= oldest) {
                return;
            }
            Files.deleteIfExists(first.path());
            segments.pollFirstEntry();
        }
    }

    synchronized void close() throws IOException {
        closed = true;
        notifyAll();
        out.close();
    }
}
