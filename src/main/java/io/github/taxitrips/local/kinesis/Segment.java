package io.github.taxitrips.local.kinesis;

import io.github.taxitrips.local.base.Frames;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of {@link Frame}s of a shard that follow each other. A mark for so many bytes, in memory, tells where to begin to read;
 * the marks of a file that an earlier process has left are made when it is first read. A frame that is not whole, but has whole
 * ones behind it, was damaged later: it is left out, and told of in the log. Safe for use by several threads.
 */
final class Segment {

    /** What is known of a frame: the place of its first record, its offset in the file, and its arrival. */
    private record Mark(long place, long offset, long arrival) {}

    /** How files of records are named: by the place of their first record. */
    static final Pattern NAME = Pattern.compile("\\d{19}");

    private static final Logger log = LoggerFactory.getLogger(Segment.class);
    private static final int MARK_BYTES = 1 << 16;
    private static final int READ_AHEAD = 1 << 16;

    private final Path path;
    private final long first;
    private final List<Mark> marks = new ArrayList<>();
    private boolean scanned;
    private long after;
    private long end;
    private long lastArrival = Long.MIN_VALUE;

    private Segment(Path path, long first, boolean empty) {
        this.path = path;
        this.first = first;
        this.after = first;
        this.scanned = empty;
    }

    /** A segment of a shard's folder that is to take records from a place on, and has no file yet. */
    static Segment empty(Path folder, long first) {
        return new Segment(folder.resolve("%019d".formatted(first)), first, true);
    }

    /** A segment whose file is there. */
    static Segment found(Path path) {
        return new Segment(path, Long.parseLong(path.getFileName().toString()), false);
    }

    Path path() {
        return path;
    }

    /** The place from which on it has records. */
    long first() {
        return first;
    }

    /** Notes a frame that was written at the end. */
    synchronized void appended(long place, long arrival, int count, int bytes) {
        note(place, arrival, count, end);
        end += bytes;
    }

    private void note(long place, long arrival, int count, long offset) {
        if (marks.isEmpty() || offset - marks.get(marks.size() - 1).offset() >= MARK_BYTES) {
            marks.add(new Mark(place, offset, arrival));
        }
        after = place + count;
        lastArrival = arrival;
    }

    /** Bytes up to the end of the last whole frame. */
    synchronized long end() throws IOException {
        scan();
        return end;
    }

    /** The place after its last record. */
    synchronized long after() throws IOException {
        scan();
        return after;
    }

    /** The arrival of its last record in milliseconds; the least number if it has none. */
    synchronized long lastArrival() throws IOException {
        scan();
        return lastArrival;
    }

    private void scan() throws IOException {
        if (scanned) {
            return;
        }
        try (FrameReader reader = new FrameReader(
                new Mark(first, 0, Long.MIN_VALUE), path.toFile().length())) {
            for (Frame frame = reader.next(); frame != null; frame = reader.next()) {
                note(frame.first(), frame.arrival(), frame.count(), reader.start);
                end = reader.offset;
            }
        }
        scanned = true;
    }

    /** Passes the frames on, in their order, from that with a place on, until the reader wants no more. */
    void readFrom(long place, Predicate<Frame> reader) throws IOException {
        read(mark -> mark.place() <= place, frame -> frame.after() <= place || reader.test(frame));
    }

    /** Returns the place of the first record that arrived at a time in milliseconds or later, or that after the last one. */
    long firstSince(long arrival) throws IOException {
        long[] place = {after()};
        read(mark -> mark.arrival() < arrival, frame -> {
            if (frame.arrival() < arrival) {
                return true;
            }
            place[0] = frame.first();
            return false;
        });
        return place[0];
    }

    /** Reads from the last mark that is before what is looked for. */
    private void read(Predicate<Mark> isBefore, Predicate<Frame> reader) throws IOException {
        Mark start = new Mark(first, 0, Long.MIN_VALUE);
        long limit;
        synchronized (this) {
            scan();
            limit = end;
            for (int i = marks.size() - 1; i >= 0; i--) {
                if (isBefore.test(marks.get(i))) {
                    start = marks.get(i);
                    break;
                }
            }
        }
        try (FrameReader frames = new FrameReader(start, limit)) {
            Frame frame = frames.next();
            while (frame != null && reader.test(frame)) {
                frame = frames.next();
            }
        }
    }

    /** Reads whole frames. Plain streams and not channels, which close when a thread that waits is interrupted. */
    private final class FrameReader implements AutoCloseable {

        private final long limit;
        private DataInputStream in;

        /** The place that the next frame has, or a later one. */
        private long place;

        /** Where the frame that was read last begins. */
        private long start;

        /** Where it ends. */
        private long offset;

        FrameReader(Mark mark, long limit) throws IOException {
            this.limit = limit;
            this.place = mark.place();
            this.offset = mark.offset();
            this.in = open(offset);
        }

        private DataInputStream open(long at) throws IOException {
            FileInputStream file = new FileInputStream(path.toFile());
            file.skipNBytes(at);
            return new DataInputStream(new BufferedInputStream(file, READ_AHEAD));
        }

        @Nullable Frame next() throws IOException {
            byte[] content = Frames.next(in, limit - offset);
            if (content == null) {
                long whole = nextWhole();
                if (whole < 0) {
                    return null;
                }
                in.close();
                in = open(whole);
                content = Frames.next(in, limit - whole);
                if (content == null) {
                    throw new IOException(path + " changed while it was read");
                }
                log.error(
                        "{} is damaged from byte {} to {}: the records from number {} to {} of the shard are lost",
                        path,
                        offset,
                        whole,
                        place,
                        Frame.of(content).first() - 1);
                offset = whole;
            }
            Frame frame = Frame.of(content);
            start = offset;
            offset += Frames.HEADER + content.length;
            place = frame.after();
            return frame;
        }

        /** Looks for a whole frame behind one that is not; returns its offset, or -1. */
        private long nextWhole() throws IOException {
            byte[] rest;
            try (DataInputStream damaged = open(offset)) {
                rest = damaged.readNBytes((int) (limit - offset));
            }
            ByteBuffer bytes = ByteBuffer.wrap(rest);
            for (int at = 1; at < rest.length; at++) {
                if (Frame.isLikely(bytes, at, place)) {
                    ByteArrayInputStream behind = new ByteArrayInputStream(rest, at, rest.length - at);
                    if (Frames.next(new DataInputStream(behind), rest.length - at) != null) {
                        return offset + at;
                    }
                }
            }
            return -1;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
