package io.github.taxitrips.local;

import io.github.taxitrips.intake.Rejection;
import io.github.taxitrips.intake.Rejection.Reason;
import io.github.taxitrips.intake.TripColumn;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/**
 * Makes taxi trips, clean and unclean, as JSON lines: the one source of the samples in {@code events/}, of the replay
 * and of test data. The same seed gives the same trips.
 */
public final class TripGenerator {

    private static final List<String> COORDINATES =
            List.of("pickup_latitude", "pickup_longitude", "dropoff_latitude", "dropoff_longitude");

    /** Every kind of unclean record, one for each reason and field that the validator knows. */
    public static final List<Rejection> UNCLEAN = Stream.of(
                    Stream.of(Reason.EMPTY, Reason.NOT_JSON, Reason.NOT_AN_OBJECT, Reason.WRONG_TYPE)
                            .map(Rejection::of),
                    Stream.concat(Stream.of("type", "trip_id"), COORDINATES.stream())
                            .map(field -> new Rejection(Reason.MISSING, field)),
                    COORDINATES.stream().map(field -> new Rejection(Reason.NOT_A_NUMBER, field)),
                    COORDINATES.stream().map(field -> new Rejection(Reason.ZERO, field)),
                    Stream.of(Rejection.of(Reason.TOO_LARGE)))
            .flatMap(kinds -> kinds)
            .toList();

    /** Every kind of record that is set aside before the validator sees it. */
    public static final List<Rejection> UNREADABLE =
            List.of(Rejection.of(Reason.COMPRESSED), Rejection.of(Reason.BAD_AGGREGATE));

    /** Every kind of record that only the validator's schema check refuses. */
    public static final List<Rejection> MISFITS = Stream.of(
                    Stream.of(TripColumn.values()).map(column -> new Rejection(Reason.MISFIT, column.toString())),
                    Stream.of(TripColumn.values())
                            .map(column -> new Rejection(Reason.DUPLICATE_KEY, column.toString())),
                    Stream.of(Rejection.of(Reason.TOO_DEEP)))
            .flatMap(kinds -> kinds)
            .toList();

    private static final int TOO_LARGE_BYTES = 1_000 * 1_024;
    private static final int TOO_DEEP = 101;
    private static final Instant FIRST_PICKUP = Instant.parse("2026-01-01T00:00:00Z");

    private final Random random;
    private long nextId = 1_000_000;

    public TripGenerator(long seed) {
        random = new Random(seed);
    }

    /** Returns a clean trip with all ten columns of the table, ending in a newline as the lab's producer writes it. */
    public byte[] trip() {
        return line(members());
    }

    /** Returns a record that is unclean for exactly the given reason, one of {@link #UNCLEAN}, {@link #UNREADABLE} or {@link #MISFITS}. */
    public byte[] unclean(Rejection rejection) {
        Map<String, String> members = members();
        String field = String.valueOf(rejection.field());
        switch (rejection.reason()) {
            case EMPTY -> {
                return new byte[0];
            }
            case NOT_JSON -> {
                byte[] line = line(members);
                return Arrays.copyOf(line, line.length / 2);
            }
            case COMPRESSED -> {
                return gzip(line(members));
            }
            case BAD_AGGREGATE -> {
                KplRecordWriter writer = new KplRecordWriter();
                writer.add("key", line(members));
                byte[] record = writer.toBytes();
                record[record.length - 1]++; // of its checksum
                return record;
            }
            case NOT_AN_OBJECT -> {
                return ("[" + members.get("trip_id") + "]\n").getBytes(StandardCharsets.UTF_8);
            }
            case WRONG_TYPE -> {
                return "{\"type\":\"watermark\",\"watermark\":\"%s\"}\n"
                        .formatted(FIRST_PICKUP.plusSeconds(nextId))
                        .getBytes(StandardCharsets.UTF_8);
            }
            case TOO_LARGE -> members.put("comment", "\"" + "x".repeat(TOO_LARGE_BYTES) + "\"");
            case MISSING -> members.remove(field);
            case NOT_A_NUMBER -> members.put(field, "\"unknown\"");
            case ZERO -> members.put(field, random.nextBoolean() ? "0" : "-0.0");
            // No column's type takes it: a double would be infinite, the others have no exponent.
            case MISFIT -> members.put(field, "1e999");
            case DUPLICATE_KEY -> members.put(field.toUpperCase(Locale.ROOT), members.get(field));
            case TOO_DEEP -> members.put("comment", "[".repeat(TOO_DEEP) + "]".repeat(TOO_DEEP));
        }
        return line(members);
    }

    /**
     * Returns records in random order: a share of them unclean, of every kind in turn, the rest clean.
     *
     * @param size number of records
     * @param uncleanShare share of unclean ones, 0 to 1, rounded up
     * @param kinds the kinds of unclean records to take in turn
     */
    public List<byte[]> records(int size, double uncleanShare, List<Rejection> kinds) {
        int unclean = (int) Math.ceil(size * uncleanShare);
        List<byte[]> records = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            records.add(i < unclean ? unclean(kinds.get(i % kinds.size())) : trip());
        }
        Collections.shuffle(records, random);
        return records;
    }

    private Map<String, String> members() {
        Instant pickup = FIRST_PICKUP.plusSeconds(random.nextInt(365 * 24 * 3_600));
        double miles = 0.3 + random.nextDouble() * 12;
        Instant dropoff = pickup.plus((long) (miles * (3 + random.nextDouble() * 4) * 60), ChronoUnit.SECONDS);
        Map<String, String> members = new LinkedHashMap<>();
        members.put("type", "\"trip\"");
        members.put("trip_id", Long.toString(nextId++));
        members.put("pickup_datetime", "\"" + pickup + "\"");
        members.put("dropoff_datetime", "\"" + dropoff + "\"");
        members.put("pickup_latitude", decimal(40.70 + random.nextDouble() * 0.12));
        members.put("pickup_longitude", decimal(-74.02 + random.nextDouble() * 0.09));
        members.put("dropoff_latitude", decimal(40.70 + random.nextDouble() * 0.12));
        members.put("dropoff_longitude", decimal(-74.02 + random.nextDouble() * 0.09));
        members.put("trip_distance", Double.toString(Math.round(miles * 100) / 100.0));
        members.put("passenger_count", Integer.toString(1 + random.nextInt(6)));
        members.put("total_amount", Double.toString(Math.round((3 + miles * 3.1) * 100) / 100.0));
        return members;
    }

    private static byte[] gzip(byte[] data) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(data);
        } catch (IOException e) {
            throw new UncheckedIOException("An array in memory cannot be written", e);
        }
        return bytes.toByteArray();
    }

    private static String decimal(double degrees) {
        return Double.toString(Math.round(degrees * 1_000_000) / 1_000_000.0);
    }

    private static byte[] line(Map<String, String> members) {
        return members.entrySet().stream()
                .map(member -> "\"" + member.getKey() + "\":" + member.getValue())
                .collect(Collectors.joining(",", "{", "}\n"))
                .getBytes(StandardCharsets.UTF_8);
    }
}
