package io.github.taxitrips.local.mapping;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent.Record;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A shard in memory that keeps every record. Safe for use by several threads. */
public final class MemoryShard implements Shard {

    private static final BigInteger FIRST_SEQUENCE_NUMBER =
            new BigInteger("49665430000000000000000000000000000000000000000000000002");

    private final String streamArn;
    private final String id;
    private final InstantSource clock;
    private final List<KinesisEventRecord> records = new ArrayList<>();

    /**
     * @param streamArn ARN of the stream that the shard is one of
     * @param number the shard's number in its stream, from 0
     * @param clock tells when records arrive
     */
    public MemoryShard(String streamArn, int number, InstantSource clock) {
        this.streamArn = streamArn;
        this.id = "shardId-%012d".formatted(number);
        this.clock = clock;
    }

    @Override
    public String id() {
        return id;
    }

    /**
     * Appends a record.
     *
     * @param partitionKey its key, passed on to readers and not looked at here
     * @param data its bytes, not copied and not to be changed
     * @return the record as readers get it
     */
    @SuppressWarnings("JavaUtilDate") // the event's own type
    public synchronized KinesisEventRecord put(String partitionKey, byte[] data) {
        String sequenceNumber =
                FIRST_SEQUENCE_NUMBER.add(BigInteger.valueOf(records.size())).toString();
        Record kinesis = new Record();
        kinesis.setKinesisSchemaVersion("1.0");
        kinesis.setPartitionKey(partitionKey);
        kinesis.setSequenceNumber(sequenceNumber);
        kinesis.setData(ByteBuffer.wrap(data));
        kinesis.setApproximateArrivalTimestamp(Date.from(clock.instant()));
        KinesisEventRecord record = new KinesisEventRecord();
        record.setEventSource("aws:kinesis");
        record.setEventVersion("1.0");
        record.setEventID(id + ":" + sequenceNumber);
        record.setEventName("aws:kinesis:record");
        record.setAwsRegion("us-east-1");
        record.setEventSourceARN(streamArn);
        record.setKinesis(kinesis);
        records.add(record);
        return record;
    }

    @Override
    public synchronized List<KinesisEventRecord> read(@Nullable String after, int limit) {
        // Sequence numbers are those of a list, so that reading on needs no search.
        int start = after == null
                ? 0
                : new BigInteger(after).subtract(FIRST_SEQUENCE_NUMBER).intValueExact() + 1;
        return List.copyOf(records.subList(start, Math.min(records.size(), start + limit)));
    }
}
