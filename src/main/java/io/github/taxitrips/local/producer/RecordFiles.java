package io.github.taxitrips.local.producer;

import io.github.taxitrips.settings.Table;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * The records of files, one file after the other: JSON lines, which are passed on as they stand, or {@linkplain TripRecords CSV},
 * each plain or gzip. What a file is follows from its first bytes, not from its name.
 */
public final class RecordFiles implements RecordSource {

    private static final int BUFFER = 1 << 16;
    private static final int GZIP_MAGIC = 0x1f8b;

    private final List<Path> files;
    private final Table table;
    private final AtomicLong read = new AtomicLong();
    private final long total;
    private int next;
    private @Nullable RecordSource current;

    /**
     * @param files the files, in order
     * @param table the table that rows of CSV become records for
     * @throws IOException if a file cannot be read, naming it
     */
    public RecordFiles(List<Path> files, Table table) throws IOException {
        this.files = List.copyOf(files);
        this.table = table;
        long bytes = 0;
        for (Path file : files) {
            if (Files.isDirectory(file)) {
                throw new IOException(file + " is a folder: name the files in it");
            }
            try {
                bytes += Files.size(file);
            } catch (NoSuchFileException e) {
                throw new IOException("There is no file " + file, e);
            }
        }
        this.total = bytes;
    }

    @Override
    public @Nullable Item next() throws IOException {
        while (true) {
            if (current == null) {
                if (next == files.size()) {
                    return null;
                }
                current = open(files.get(next++));
            }
            Item record = read(current);
            if (record != null) {
                return record;
            }
            close();
        }
    }

    private @Nullable Item read(RecordSource source) throws IOException {
        try {
            return source.next();
        } catch (IOException e) {
            throw new IOException(files.get(next - 1) + " cannot be read on: " + e.getMessage(), e);
        }
    }

    private RecordSource open(Path file) throws IOException {
        InputStream bytes = new Counted(Files.newInputStream(file));
        try {
            InputStream content = content(new BufferedInputStream(bytes, BUFFER));
            content.mark(BUFFER);
            int first = firstCharacter(content);
            content.reset();
            // A producer's line that is not JSON is one that the function has to see.
            return first == '{' || first == '[' || first < 0 ? new JsonLines(content) : new TripRecords(content, table);
        } catch (IOException | RuntimeException e) {
            bytes.close();
            throw new IOException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static InputStream content(InputStream file) throws IOException {
        file.mark(2);
        int magic = file.read() << 8 | file.read();
        file.reset();
        if (magic != GZIP_MAGIC) {
            return file;
        }
        try {
            return new BufferedInputStream(new GZIPInputStream(file, BUFFER), BUFFER);
        } catch (ZipException e) {
            throw new IOException("it begins as gzip and is none (" + e.getMessage() + ")", e);
        }
    }

    private static int firstCharacter(InputStream content) throws IOException {
        for (int i = 0; i < BUFFER; i++) {
            int next = content.read();
            if (next != ' ' && next != '\t' && next != '\r' && next != '\n') {
                return next;
            }
        }
        return -1;
    }

    @Override
    public Progress progress() {
        return new Progress(read.get(), total);
    }

    @Override
    public void close() throws IOException {
        if (current != null) {
            current.close();
            current = null;
        }
    }

    /** Counts what is read of the files, as it lies on the disk. */
    private final class Counted extends FilterInputStream {

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int next = super.read();
            read.addAndGet(next < 0 ? 0 : 1);
            return next;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = super.read(bytes, offset, length);
            read.addAndGet(Math.max(0, count));
            return count;
        }
    }
}
