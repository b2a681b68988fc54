package io.github.taxitrips.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.taxitrips.local.KinesisEventWriter;
import io.github.taxitrips.local.producer.KplRecordWriter;
import io.github.taxitrips.local.producer.TripGenerator;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Events as large as Lambda's 6 MB allow. */
enum Shape {
    TRIPS("9,000 trips of 0.3 KB", 9_000, 0),
    KILOBYTE("4,000 trips of 1 KB", 4_000, 1_000),
    TEN_KILOBYTES("430 trips of 10 KB", 430, 10_000),
    MEGABYTE("4 trips of 1 MB", 4, 1_000_000),
    AGGREGATED("10,000 trips, 100 to an aggregated record", 10_000, 0);

    final String text;
    private final int trips;
    private final int size;

    Shape(String text, int trips, int size) {
        this.text = text;
        this.trips = trips;
        this.size = size;
    }

    byte[] event() {
        TripGenerator generator = new TripGenerator(7);
        List<byte[]> records = new ArrayList<>();
        KplRecordWriter aggregate = new KplRecordWriter();
        for (int i = 1; i <= trips; i++) {
            byte[] trip = padded(generator.record());
            if (this != AGGREGATED) {
                records.add(trip);
            } else {
                aggregate.add("key", trip);
                if (i % 100 == 0) {
                    records.add(aggregate.toBytes());
                    aggregate = new KplRecordWriter();
                }
            }
        }
        return new KinesisEventWriter(Instant.EPOCH.plusSeconds(1_767_225_600)).event(records);
    }

    private byte[] padded(byte[] trip) {
        int missing = size - trip.length - ",\"comment\":\"\"".length();
        return missing <= 0
                ? trip
                : new String(trip, UTF_8)
                        .replace("}", ",\"comment\":\"" + "x".repeat(missing) + "\"}")
                        .getBytes(UTF_8);
    }
}
