package io.github.taxitrips.local.firehose;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * A folder that stands in for the S3 bucket of a delivery stream. Below it lie the lab's prefixes,
 * {@code nyctaxitrips/year=yyyy/month=MM/day=dd/hour=HH/} in UTC and by calendar year, and in each one file for each
 * delivery stream, named {@code <delivery stream>-1-yyyy-MM-dd-HH-mm-ss-<uuid>.json} after the arrival of its first
 * record. A file holds the data of its records one after the other and nothing else, as S3 objects of Firehose do
 * (Amazon Data Firehose Developer Guide, "Configure Amazon S3 object name format"). The next run writes new files.
 *
 * <p>Safe for use by several threads. It keeps no file open, so it needs no closing, and a folder that is deleted while
 * it is in use is made anew.
 */
public final class DataLake {

    private static final String HOUR =
            "/year=!{timestamp:yyyy}/month=!{timestamp:MM}/day=!{timestamp:dd}/hour=!{timestamp:HH}/";

    // uuuu is the calendar year; YYYY would be the week-based one.
    private static final DateTimeFormatter FOLDER = utc("'year='uuuu'/month='MM'/day='dd'/hour='HH");
    private static final DateTimeFormatter ARRIVAL = utc("uuuu-MM-dd-HH-mm-ss");

    private final Path root;
    private final UnaryOperator<String> tables;
    private final Map<Key, WrittenFile> files = new LinkedHashMap<>();

    /** @param root the folder; it and the folders below are made when the first record arrives */
    public DataLake(Path root) {
        this(root, stream -> "nyctaxitrips");
    }

    /**
     * @param root the folder; it and the folders below are made when the first record arrives
     * @param tables gives the first folder below it for the name of a delivery stream
     */
    public DataLake(Path root, UnaryOperator<String> tables) {
        this.root = root;
        this.tables = tables;
    }

    /** The prefix of a delivery stream's objects, in Firehose's notation. */
    String prefix(String deliveryStream) {
        return tables.apply(deliveryStream) + HOUR;
    }

    /** The folder. */
    public Path root() {
        return root;
    }

    /** The files written so far, in the order of their first records. */
    public synchronized List<WrittenFile> files() {
        return List.copyOf(files.values());
    }

    /**
     * Writes all of the records or none. When it returns, every reader of the file sees them; they are not forced
     * through the operating system's cache.
     *
     * @throws UncheckedIOException naming the file and the remedy, if they cannot be written
     */
    synchronized void append(String deliveryStream, Instant arrival, List<byte[]> records) {
        if (records.isEmpty()) {
            return;
        }
        Key key = new Key(deliveryStream, arrival.truncatedTo(ChronoUnit.HOURS));
        WrittenFile file = files.get(key);
        if (file == null) {
            String name = deliveryStream + "-1-" + ARRIVAL.format(arrival) + "-" + UUID.randomUUID() + ".json";
            file = new WrittenFile(
                    root.resolve(tables.apply(deliveryStream))
                            .resolve(FOLDER.format(arrival))
                            .resolve(name),
                    0,
                    0);
        }
        ByteBuffer data = join(records);
        int bytes = data.remaining();
        try {
            Files.createDirectories(file.path().getParent());
            write(file.path(), data);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Cannot write " + records.size() + " records to " + file.path()
                            + ": make room, make the folder writable, or set taxi-trips.local.data-lake to another",
                    e);
        }
        files.put(key, new WrittenFile(file.path(), file.records() + records.size(), file.bytes() + bytes));
    }

    private static ByteBuffer join(List<byte[]> records) {
        ByteBuffer all = ByteBuffer.allocate(
                records.stream().mapToInt(data -> data.length).sum());
        records.forEach(all::put);
        return all.flip();
    }

    private static void write(Path file, ByteBuffer data) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            long end = channel.size();
            try {
                while (data.hasRemaining()) {
                    channel.write(data, end + data.position());
                }
            } catch (IOException e) {
                // The client is told that nothing was stored, and will send it again.
                channel.truncate(end);
                throw e;
            }
        }
    }

    private static DateTimeFormatter utc(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
    }

    /**
     * A file of the data lake.
     *
     * @param path where it is, below the data lake's folder
     * @param records number of records in it
     * @param bytes size of their data
     */
    public record WrittenFile(Path path, long records, long bytes) {}

    private record Key(String deliveryStream, Instant hour) {}
}
