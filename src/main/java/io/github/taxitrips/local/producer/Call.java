package io.github.taxitrips.local.producer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/** The records of a PutRecords call while they are gathered, which are records of the source from one on up to another. */
final class Call {

    /** The service's limits: Kinesis Data Streams API Reference, PutRecords, of whose size a part is left alone. */
    private static final int MAX_RECORDS = 500;

    private static final int MAX_BYTES = 4 * 1_048_576;

    /** The Kinesis Producer Library's default for an aggregated record ({@code AggregationMaxSize}). */
    private static final int MAX_AGGREGATED_BYTES = 51_200;

    /** What an aggregated record takes for each record besides its key and data, at most. */
    private static final int AGGREGATED_OVERHEAD = 24;

    private final long start;
    private final boolean aggregated;
    private final List<Entry> entries = new ArrayList<>();
    private long end;
    private int bytes;
    private @Nullable Aggregate aggregate;

    /** Records that become one. */
    private static final class Aggregate {
        private final KplRecordWriter writer = new KplRecordWriter();
        private final String key;
        private int records;
        private int bytes;

        Aggregate(String key) {
            this.key = key;
        }
    }

    /**
     * A record of a call.
     *
     * @param records records of the source that are in it
     */
    record Entry(PutRecordsRequestEntry request, int records) {

        int bytes() {
            return request.data().asByteArrayUnsafe().length;
        }
    }

    /**
     * @param start number of its first record
     * @param aggregated whether to aggregate records
     */
    Call(long start, boolean aggregated) {
        this.start = start;
        this.end = start;
        this.aggregated = aggregated;
    }

    long start() {
        return start;
    }

    /** Returns the number after that of its last record. */
    long end() {
        return end;
    }

    boolean isStarted() {
        return end > start;
    }

    /** Whether it has room for a record. */
    boolean fits(String key, byte[] data) {
        return entries.size() + (aggregate == null ? 0 : 1) < MAX_RECORDS
                && bytes + size(key, data) + MAX_AGGREGATED_BYTES <= MAX_BYTES;
    }

    /** Takes a record for which it has room, or passes over one that is larger than Kinesis takes: false then. */
    boolean add(String key, byte[] data) {
        end++;
        int size = size(key, data);
        if (size > Producer.MAX_RECORD_BYTES) {
            return false;
        }
        if (!aggregated || size + AGGREGATED_OVERHEAD > MAX_AGGREGATED_BYTES) {
            close();
            add(key, data, 1);
            return true;
        }
        if (aggregate != null && aggregate.bytes + size + AGGREGATED_OVERHEAD > MAX_AGGREGATED_BYTES) {
            close();
        }
        if (aggregate == null) {
            aggregate = new Aggregate(key);
        }
        aggregate.writer.add(key, data);
        aggregate.records++;
        aggregate.bytes += size + AGGREGATED_OVERHEAD;
        return true;
    }

    /** Returns the size of a record, as a stream limits it. */
    static int size(String key, byte[] data) {
        return key.getBytes(StandardCharsets.UTF_8).length + data.length;
    }

    private void close() {
        Aggregate full = aggregate;
        if (full != null) {
            aggregate = null;
            add(full.key, full.writer.toBytes(), full.records);
        }
    }

    private void add(String key, byte[] data, int records) {
        PutRecordsRequestEntry request = PutRecordsRequestEntry.builder()
                .partitionKey(key)
                .data(SdkBytes.fromByteArrayUnsafe(data))
                .build();
        entries.add(new Entry(request, records));
        bytes += size(key, data);
    }

    /** Returns what to send. */
    List<Entry> entries() {
        close();
        return entries;
    }
}
