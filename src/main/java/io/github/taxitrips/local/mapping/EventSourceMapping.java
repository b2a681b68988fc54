package io.github.taxitrips.local.mapping;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Invokes a function with the records of a stream, as an event source mapping of Lambda with a parallelization factor of
 * 1 does.
 *
 * <p>Sources: the AWS Lambda Developer Guide, "Lambda parameters for Amazon Kinesis Data Streams event source mappings",
 * "Retain discarded batch records for a Kinesis Data Streams event source in Lambda" and "Configuring partial batch
 * response with Kinesis Data Streams and Lambda".
 *
 * <ul>
 *   <li>Each shard's records come in order, in batches. A batch has at most the batch size and, unless it is a single
 *       record, 6 MB; the next one waits until it is done with. Shards take turns.
 *   <li>A batch whose invocation fails is invoked again, without end or up to the maximum of retries, after which it is
 *       given up. Here that takes no time.
 *   <li>With bisection, a failed batch of several records is split into two that are invoked one after the other. A split
 *       is no retry.
 *   <li>With {@code ReportBatchItemFailures}, a response that names failed records means that those before the lowest one
 *       are done with, and the batch goes on from there. That is a retry, but with bisection a split, if anything was
 *       done with. The guide leaves this open; it matters for the maximum of retries only.
 *   <li>Records over the maximum age are given up before the invocation.
 * </ul>
 *
 * <p>For use by one thread.
 */
public final class EventSourceMapping {

    /** Lambda's limit for the event of an invocation, of which a record takes its base64 and some text around it. */
    private static final long MAX_EVENT_BYTES = 6_000_000;

    private static final int ENVELOPE_BYTES = 600;

    private final Settings settings;
    private final List<Reading> readings;
    private final EnvironmentPool environments;
    private final InstantSource clock;
    private final Consumer<DiscardedBatch> onFailure;
    private int turn;
    private int invocations;
    private int failedInvocations;
    private int partialResponses;

    /**
     * The mapping's parameters.
     *
     * @param batchSize records in a batch, 1 to 10,000. Lambda's default is 100.
     * @param bisectBatchOnFunctionError whether to split a batch that failed. Lambda's default is false.
     * @param reportBatchItemFailures whether to read the function's answer as a partial batch response. Lambda's default
     *     is false.
     * @param maximumRetryAttempts retries of a batch, up to 10,000; -1, Lambda's default, for endless
     * @param maximumRecordAge age above which a record is given up; null, Lambda's default, for any
     */
    public record Settings(
            int batchSize,
            boolean bisectBatchOnFunctionError,
            boolean reportBatchItemFailures,
            int maximumRetryAttempts,
            @Nullable Duration maximumRecordAge) {

        /** @throws IllegalArgumentException if a number is out of its range */
        public Settings {
            if (batchSize < 1 || batchSize > 10_000) {
                throw new IllegalArgumentException("batchSize must be from 1 to 10000, not " + batchSize);
            }
            if (maximumRetryAttempts < -1 || maximumRetryAttempts > 10_000) {
                throw new IllegalArgumentException(
                        "maximumRetryAttempts must be from -1 to 10000, not " + maximumRetryAttempts);
            }
        }

        /** Returns Lambda's defaults, which retry without end. */
        public static Settings defaults() {
            return new Settings(100, false, false, -1, null);
        }

        /** Returns these settings with another batch size. */
        public Settings withBatchSize(int batchSize) {
            return new Settings(
                    batchSize,
                    bisectBatchOnFunctionError,
                    reportBatchItemFailures,
                    maximumRetryAttempts,
                    maximumRecordAge);
        }

        /** Returns these settings with bisection or without. */
        public Settings withBisection(boolean bisect) {
            return new Settings(batchSize, bisect, reportBatchItemFailures, maximumRetryAttempts, maximumRecordAge);
        }

        /** Returns these settings with partial batch responses or without. */
        public Settings withReportedFailures(boolean report) {
            return new Settings(batchSize, bisectBatchOnFunctionError, report, maximumRetryAttempts, maximumRecordAge);
        }

        /** Returns these settings with a maximum of retries, or -1. */
        public Settings withMaximumRetryAttempts(int retries) {
            return new Settings(
                    batchSize, bisectBatchOnFunctionError, reportBatchItemFailures, retries, maximumRecordAge);
        }

        /** Returns these settings with a maximum age, or null. */
        public Settings withMaximumRecordAge(@Nullable Duration age) {
            return new Settings(
                    batchSize, bisectBatchOnFunctionError, reportBatchItemFailures, maximumRetryAttempts, age);
        }
    }

    /**
     * @param settings the parameters
     * @param shards the stream's shards, read from their oldest records on
     * @param environments runs the function
     * @param clock tells the age of records
     * @param onFailure told of records that are given up
     */
    public EventSourceMapping(
            Settings settings,
            List<? extends Shard> shards,
            EnvironmentPool environments,
            InstantSource clock,
            Consumer<DiscardedBatch> onFailure) {
        this.settings = settings;
        this.readings = shards.stream().map(Reading::new).toList();
        this.environments = environments;
        this.clock = clock;
        this.onFailure = onFailure;
    }

    private record Batch(List<KinesisEventRecord> records, int retries) {}

    /** How far a shard is read, and the batches that were read and are not done with. */
    private static final class Reading {
        private final Shard shard;
        private final Deque<Batch> pending = new ArrayDeque<>();
        private @Nullable String lastRead;

        Reading(Shard shard) {
            this.shard = shard;
        }
    }

    /** Invokes the function until every shard is read to its end and every batch is done with. */
    public void run() {
        while (step()) {
            // until there is nothing left
        }
    }

    /** Takes the next batch of the shard whose turn it is; false when no shard has one. */
    public boolean step() {
        for (int i = 0; i < readings.size(); i++) {
            Reading reading = readings.get((turn + i) % readings.size());
            Batch batch = next(reading);
            if (batch != null) {
                turn = (turn + i + 1) % readings.size();
                process(reading, batch);
                return true;
            }
        }
        return false;
    }

    /** Returns the number of invocations so far, failed ones included. */
    public int invocations() {
        return invocations;
    }

    /** Returns the number of invocations so far that failed, or whose answer counts as a complete failure. */
    public int failedInvocations() {
        return failedInvocations;
    }

    /** Returns the number of invocations so far that succeeded in part. */
    public int partialResponses() {
        return partialResponses;
    }

    private @Nullable Batch next(Reading reading) {
        if (!reading.pending.isEmpty()) {
            return reading.pending.pop();
        }
        List<KinesisEventRecord> read = reading.shard.read(reading.lastRead, settings.batchSize);
        if (read.isEmpty()) {
            return null;
        }
        int size = 0;
        long bytes = 0;
        for (KinesisEventRecord record : read) {
            bytes += record.getKinesis().getData().remaining() * 4L / 3 + ENVELOPE_BYTES;
            if (size > 0 && bytes > MAX_EVENT_BYTES) {
                break;
            }
            size++;
        }
        reading.lastRead = sequenceNumber(read.get(size - 1));
        return new Batch(read.subList(0, size), 0);
    }

    private void process(Reading reading, Batch read) {
        Batch batch = withoutExpired(reading, read);
        int size = batch.records.size();
        if (size == 0) {
            return;
        }
        int succeeded = invoke(reading.shard.id(), batch.records);
        boolean failed = succeeded == BatchResponse.FAILURE;
        failedInvocations += failed ? 1 : 0;
        partialResponses += !failed && succeeded < size ? 1 : 0;
        if (failed && settings.bisectBatchOnFunctionError && size > 1) {
            split(reading, batch, size / 2, 0);
        } else if (settings.bisectBatchOnFunctionError && succeeded > 0) {
            split(reading, batch, succeeded, succeeded);
        } else if (succeeded < size) {
            retry(reading, new Batch(batch.records.subList(failed ? 0 : succeeded, size), batch.retries));
        }
    }

    /** Splits a batch at a position, and leaves out its first records if they are done with. */
    private static void split(Reading reading, Batch batch, int position, int done) {
        int size = batch.records.size();
        if (position < size) {
            reading.pending.push(new Batch(batch.records.subList(position, size), batch.retries));
        }
        if (done < position) {
            reading.pending.push(new Batch(batch.records.subList(done, position), batch.retries));
        }
    }

    private Batch withoutExpired(Reading reading, Batch batch) {
        Duration age = settings.maximumRecordAge;
        if (age == null) {
            return batch;
        }
        Instant oldest = clock.instant().minus(age);
        int expired = 0;
        while (expired < batch.records.size()
                && arrival(batch.records.get(expired)).isBefore(oldest)) {
            expired++;
        }
        int size = batch.records.size();
        if (expired > 0) {
            discard(
                    reading,
                    DiscardedBatch.Condition.RECORD_AGE_EXCEEDED,
                    batch.records.subList(0, expired),
                    batch.retries);
        }
        return new Batch(batch.records.subList(expired, size), batch.retries);
    }

    /** Returns how many records from the first on have succeeded, or {@link BatchResponse#FAILURE}. */
    private int invoke(String shardId, List<KinesisEventRecord> records) {
        KinesisEvent event = new KinesisEvent();
        event.setRecords(records);
        invocations++;
        String response;
        try {
            response = environments.invoke(shardId, event);
        } catch (RuntimeException e) {
            // Whatever a function throws, Lambda invokes it again.
            return BatchResponse.FAILURE;
        }
        return settings.reportBatchItemFailures
                ? BatchResponse.succeeded(
                        response,
                        records.stream().map(EventSourceMapping::sequenceNumber).toList())
                : records.size();
    }

    private void retry(Reading reading, Batch batch) {
        if (batch.retries == settings.maximumRetryAttempts) {
            discard(reading, DiscardedBatch.Condition.RETRY_ATTEMPTS_EXHAUSTED, batch.records, batch.retries + 1);
        } else {
            reading.pending.push(new Batch(batch.records, batch.retries + 1));
        }
    }

    private void discard(
            Reading reading, DiscardedBatch.Condition condition, List<KinesisEventRecord> records, int invocations) {
        onFailure.accept(new DiscardedBatch(reading.shard.id(), condition, List.copyOf(records), invocations));
    }

    private static String sequenceNumber(KinesisEventRecord record) {
        return record.getKinesis().getSequenceNumber();
    }

    @SuppressWarnings("JavaUtilDate") // the event's own type
    private static Instant arrival(KinesisEventRecord record) {
        return record.getKinesis().getApproximateArrivalTimestamp().toInstant();
    }
}
