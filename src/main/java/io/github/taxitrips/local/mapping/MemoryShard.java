package io.github.taxitrips.local.mapping;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
    public synchronized KinesisEventRecord put(String partitionKey, byte[] data) {
        String sequenceNumber =
                FIRST_SEQUENCE_NUMBER.add(BigInteger.valueOf(records.size())).toString();
        KinesisEventRecord record =
                KinesisRecords.of(streamArn, id, sequenceNumber, partitionKey, data, clock.instant());
        records.add(record);
        notifyAll();
        return record;
    }

    @Override
    public synchronized List<KinesisEventRecord> read(@Nullable String after, int limit) {
        int start = after(after);
        return List.copyOf(records.subList(start, Math.min(records.size(), start + limit)));
    }

    @Override
    public synchronized long recordsAfter(@Nullable String after) {
        return (long) records.size() - after(after);
    }

    /** Sequence numbers are those of a list, so that reading on needs no search. */
    private static int after(@Nullable String sequenceNumber) {
        return sequenceNumber == null
                ? 0
                : new BigInteger(sequenceNumber).subtract(FIRST_SEQUENCE_NUMBER).intValueExact() + 1;
    }

    @Override
    public synchronized @Nullable String last() {
        return records.isEmpty() ? null : sequenceNumber(records.size() - 1);
    }

    @Override
    public synchronized @Nullable String lastBefore(Instant time) {
        int count = 0;
        while (count < records.size()
                && KinesisRecords.arrival(records.get(count)).isBefore(time)) {
            count++;
        }
        return count == 0 ? null : sequenceNumber(count - 1);
    }

    private String sequenceNumber(int index) {
        return records.get(index).getKinesis().getSequenceNumber();
    }

    @Override
    public synchronized boolean awaitRecords(@Nullable String after, Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        while (recordsAfter(after) == 0) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }
}
