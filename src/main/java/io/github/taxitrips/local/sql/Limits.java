package io.github.taxitrips.local.sql;

import io.github.taxitrips.settings.TaxiTripsProperties;
import java.time.Duration;

/**
 * What a statement may take.
 *
 * @param rows rows that are answered
 * @param time time for reading the lake, running the statement and answering
 * @param memory bytes for the lake's rows and what the statement makes of them
 * @param threads threads that work on it
 */
public record Limits(int rows, Duration time, long memory, int threads) {

    private static final long MEGABYTE = 1 << 20;

    /** Returns the limits that are set. */
    public static Limits of(TaxiTripsProperties.Sql settings) {
        return new Limits(
                settings.maxRows(), settings.timeLimit(), settings.memoryLimit().toBytes(), settings.threads());
    }

    /**
     * What the process that runs the statement may have: values that a function makes are beyond DuckDB's limit, and the Java
     * machine is there as well.
     */
    long processMemory() {
        return 2 * memory + 256 * MEGABYTE;
    }
}
