package io.github.taxitrips.local.mapping;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The reading side of a Kinesis shard. Safe for use by several threads. */
public interface Shard {

    /** Returns the shard's id, such as {@code shardId-000000000000}. */
    String id();

    /**
     * Reads records in the order of their sequence numbers, as an iterator of type {@code AFTER_SEQUENCE_NUMBER} or
     * {@code TRIM_HORIZON} does.
     *
     * @param after the sequence number after which to read; null for the oldest record on
     * @param limit number of records to return at most, at least 1; fewer may come, as the service sends 10 MB at a time
     * @return the records, complete as Lambda passes them to a function and not to be changed; empty when there are none
     *     for now
     */
    List<KinesisEventRecord> read(@Nullable String after, int limit);

    /** Returns how many records there are after a sequence number, null for all. */
    long recordsAfter(@Nullable String after);

    /** Returns the sequence number of the newest record, null if there is none. */
    @Nullable String last();

    /** Returns the sequence number of the newest record that arrived before a time, null if there is none. */
    @Nullable String lastBefore(Instant time);

    /**
     * Waits until there is a record after a sequence number, null for any record.
     *
     * @return whether there is one; false when the time is over
     */
    boolean awaitRecords(@Nullable String after, Duration atMost) throws InterruptedException;
}
