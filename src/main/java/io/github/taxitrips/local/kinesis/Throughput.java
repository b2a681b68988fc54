package io.github.taxitrips.local.kinesis;

import java.time.InstantSource;

/**
 * What a shard takes: 1,000 records and 1 MiB a second, and at once what it did not take in the second before. A larger record is
 * taken when nothing else was, and what follows waits for it. Not safe for use by several threads.
 */
final class Throughput {

    private static final double RECORDS = 1_000;
    private static final double BYTES = 1 << 20;

    private final InstantSource clock;
    private double records = RECORDS;
    private double bytes = BYTES;
    private long last;

    Throughput(InstantSource clock) {
        this.clock = clock;
        this.last = clock.millis();
    }

    /** Whether a record of so many bytes is taken now. */
    boolean takes(int size) {
        long now = clock.millis();
        double seconds = Math.max(0, now - last) / 1_000.0;
        last = now;
        records = Math.min(RECORDS, records + seconds * RECORDS);
        bytes = Math.min(BYTES, bytes + seconds * BYTES);
        if (records < 1 || bytes < Math.min(size, BYTES)) {
            return false;
        }
        records--;
        bytes -= size;
        return true;
    }
}
