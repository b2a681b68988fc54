package io.github.taxitrips.local.kinesis;

import java.time.Duration;
import java.util.regex.Pattern;

/**
 * What a stream is made with.
 *
 * @param name its name, 1 to 128 letters, digits or {@code _ . -}
 * @param shards number of its shards, 1 to {@value #MAX_SHARDS}
 * @param retention time for which it keeps a record
 * @param maxRecordSizeInKiB largest record, data and partition key, in KiB, 1,024 to 10,240
 * @param onDemand whether it says that it is an on-demand stream; it behaves as any other
 */
public record StreamSettings(String name, int shards, Duration retention, int maxRecordSizeInKiB, boolean onDemand) {

    /** Most shards of a stream: each holds a file open. */
    public static final int MAX_SHARDS = 200;

    static final int DEFAULT_MAX_RECORD_SIZE_IN_KIB = 1_024;
    static final int MAX_RECORD_SIZE_IN_KIB = 10_240;
    static final Duration DEFAULT_RETENTION = Duration.ofHours(24);

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_.-]{1,128}");

    /** @throws IllegalArgumentException naming the value and what is allowed */
    public StreamSettings {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "A stream's name must be 1 to 128 letters, digits or _ . -, not \"" + name + '"');
        }
        if (shards < 1 || shards > MAX_SHARDS) {
            throw new IllegalArgumentException(
                    "A stream has 1 to " + MAX_SHARDS + " shards, and not " + shards + ": " + name);
        }
        if (retention.isNegative() || retention.isZero()) {
            throw new IllegalArgumentException("A stream keeps its records for some time, not " + retention);
        }
        if (maxRecordSizeInKiB < DEFAULT_MAX_RECORD_SIZE_IN_KIB || maxRecordSizeInKiB > MAX_RECORD_SIZE_IN_KIB) {
            throw new IllegalArgumentException("The largest record is from " + DEFAULT_MAX_RECORD_SIZE_IN_KIB + " to "
                    + MAX_RECORD_SIZE_IN_KIB + " KiB, and not " + maxRecordSizeInKiB);
        }
    }

    int maxRecordSize() {
        return maxRecordSizeInKiB * 1_024;
    }
}
