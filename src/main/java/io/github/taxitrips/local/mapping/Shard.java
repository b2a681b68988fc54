package io.github.taxitrips.local.mapping;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The reading side of a Kinesis shard. */
public interface Shard {

    /** Returns the shard's id, such as {@code shardId-000000000000}. */
    String id();

    /**
     * Reads records in the order of their sequence numbers, as an iterator of type {@code AFTER_SEQUENCE_NUMBER} or
     * {@code TRIM_HORIZON} does.
     *
     * @param after the sequence number after which to read; null for the oldest record on
     * @param limit number of records to return at most, at least 1
     * @return the records, complete as Lambda passes them to a function and not to be changed; empty when there are none
     *     for now
     */
    List<KinesisEventRecord> read(@Nullable String after, int limit);
}
