package io.github.taxitrips.local.mapping;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import io.github.taxitrips.local.mapping.DiscardedBatch.Condition;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Invokes a function with the records of a stream, as an event source mapping of Lambda does.
 *
 * <p>Sources: the AWS Lambda Developer Guide, "Using Lambda to process records from Amazon Kinesis Data Streams" (polling
 * and batching), "Lambda parameters for Amazon Kinesis Data Streams event source mappings", "Retain discarded batch records
 * for a Kinesis Data Streams event source in Lambda" and "Configuring partial batch response with Kinesis Data Streams and
 * Lambda".
 *
 * <ul>
 *   <li>Each shard's records come in order, in batches. A batch has at most the batch size and, unless it is a single
 *       record, 6 MB; the next one waits until it is done with.
 *   <li>With a parallelization factor above 1, up to so many batches of a shard are under way at once, and the order holds
 *       for the records of each partition key. The guide does not tell how batches are made then. Here a shard has as many
 *       lanes as the factor says; a record's lane follows from its partition key, so no key is in two batches at once, and
 *       each lane goes through its records as a shard does otherwise. A batch that fails holds back its own lane: the
 *       others go on, until 100,000 records of the shard wait, but the {@linkplain #checkpoint checkpoint} stays before the
 *       first of its records.
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
 * <p>With a factor of 1 everything runs in the caller's thread and shards take turns, a batch at a time, so that the same
 * records and answers make the same sequence of invocations. With more, the lanes of all shards are under way at once, each
 * invocation in a thread and an environment of its own. In both cases the mapping itself is for use by one thread, which is
 * the one that is told of given-up records.
 */
public final class EventSourceMapping {

    private final Settings settings;
    private final List<ShardReading> readings;
    private final List<Lane> lanes;
    private final EnvironmentPool environments;
    private final InstantSource clock;
    private final Consumer<DiscardedBatch> onFailure;
    private final Executor executor;
    private final int mostUnderWay;
    private final BlockingQueue<Invoked> invoked = new LinkedBlockingQueue<>();
    private int underWay;
    private int turn;
    private int invocations;
    private int failedInvocations;
    private int partialResponses;

    /**
     * The mapping's parameters.
     *
     * @param batchSize records in a batch, 1 to 10,000. Lambda's default is 100.
     * @param parallelizationFactor batches of a shard that may be under way at once, 1 to 10. Lambda's default is 1.
     * @param bisectBatchOnFunctionError whether to split a batch that failed. Lambda's default is false.
     * @param reportBatchItemFailures whether to read the function's answer as a partial batch response. Lambda's default
     *     is false.
     * @param maximumRetryAttempts retries of a batch, up to 10,000; -1, Lambda's default, for endless
     * @param maximumRecordAge age above which a record is given up; null, Lambda's default, for any
     */
    public record Settings(
            int batchSize,
            int parallelizationFactor,
            boolean bisectBatchOnFunctionError,
            boolean reportBatchItemFailures,
            int maximumRetryAttempts,
            @Nullable Duration maximumRecordAge) {

        /** @throws IllegalArgumentException if a number is out of its range */
        public Settings {
            check("batchSize", batchSize, 1, 10_000);
            check("parallelizationFactor", parallelizationFactor, 1, 10);
            check("maximumRetryAttempts", maximumRetryAttempts, -1, 10_000);
        }

        private static void check(String name, int value, int min, int max) {
            if (value < min || value > max) {
                throw new IllegalArgumentException("%s must be from %d to %d, not %d".formatted(name, min, max, value));
            }
        }

        /** Returns Lambda's defaults, which retry without end. */
        public static Settings defaults() {
            return new Settings(100, 1, false, false, -1, null);
        }

        /** Returns these settings with another batch size. */
        public Settings withBatchSize(int batchSize) {
            return new Settings(
                    batchSize,
                    parallelizationFactor,
                    bisectBatchOnFunctionError,
                    reportBatchItemFailures,
                    maximumRetryAttempts,
                    maximumRecordAge);
        }

        /** Returns these settings with another parallelization factor. */
        public Settings withParallelizationFactor(int factor) {
            return new Settings(
                    batchSize,
                    factor,
                    bisectBatchOnFunctionError,
                    reportBatchItemFailures,
                    maximumRetryAttempts,
                    maximumRecordAge);
        }

        /** Returns these settings with bisection or without. */
        public Settings withBisection(boolean bisect) {
            return new Settings(
                    batchSize,
                    parallelizationFactor,
                    bisect,
                    reportBatchItemFailures,
                    maximumRetryAttempts,
                    maximumRecordAge);
        }

        /** Returns these settings with partial batch responses or without. */
        public Settings withReportedFailures(boolean report) {
            return new Settings(
                    batchSize,
                    parallelizationFactor,
                    bisectBatchOnFunctionError,
                    report,
                    maximumRetryAttempts,
                    maximumRecordAge);
        }

        /** Returns these settings with a maximum of retries, or -1. */
        public Settings withMaximumRetryAttempts(int retries) {
            return new Settings(
                    batchSize,
                    parallelizationFactor,
                    bisectBatchOnFunctionError,
                    reportBatchItemFailures,
                    retries,
                    maximumRecordAge);
        }

        /** Returns these settings with a maximum age, or null. */
        public Settings withMaximumRecordAge(@Nullable Duration age) {
            return new Settings(
                    batchSize,
                    parallelizationFactor,
                    bisectBatchOnFunctionError,
                    reportBatchItemFailures,
                    maximumRetryAttempts,
                    age);
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
        this.readings = shards.stream()
                .map(shard -> new ShardReading(shard, settings.parallelizationFactor))
                .toList();
        this.lanes =
                readings.stream().flatMap(reading -> reading.lanes().stream()).toList();
        this.environments = environments;
        this.clock = clock;
        this.onFailure = onFailure;
        boolean parallel = settings.parallelizationFactor > 1;
        this.executor = parallel ? EventSourceMapping::inThread : Runnable::run;
        this.mostUnderWay = parallel ? lanes.size() : 1;
    }

    private static void inThread(Runnable invocation) {
        Thread thread = new Thread(invocation, "event-source-mapping");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * A batch that the function was invoked with.
     *
     * @param succeeded how many of its records from the first on have succeeded, or {@link BatchResponse#FAILURE}
     * @param error what ends the mapping, for no function throws it
     */
    private record Invoked(
            Lane lane, Batch batch, int succeeded, @Nullable Error error) {}

    /** Invokes the function until every shard is read to its end and every batch is done with. */
    public void run() {
        while (step()) {
            // until there is nothing left
        }
    }

    /**
     * Begins the next batches, as many as may be under way, and waits until one is invoked; false when there is none. With
     * a parallelization factor above 1 the others are still under way then, until the next steps.
     *
     * @throws IllegalStateException if the thread is interrupted
     */
    public boolean step() {
        try {
            begin();
            if (underWay == 0) {
                return false;
            }
            settle(await());
            return true;
        } catch (RuntimeException | Error e) {
            // The caller is going to close the environments.
            while (underWay > 0 && !Thread.currentThread().isInterrupted()) {
                await();
            }
            throw e;
        }
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

    /**
     * Returns where a mapping that takes over from this one has to read on: after the last sequence number of the shard up
     * to which every record has succeeded or was given up. Null if not even the first one has. Records beyond it may be done
     * with as well, and would be processed again.
     *
     * @throws IllegalArgumentException if there is no such shard
     */
    public @Nullable String checkpoint(String shardId) {
        return readings.stream()
                .filter(reading -> reading.shardId().equals(shardId))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no shard " + shardId))
                .checkpoint();
    }

    private void begin() {
        int first = turn;
        for (int i = 0; i < lanes.size() && underWay < mostUnderWay; i++) {
            int position = (first + i) % lanes.size();
            Lane lane = lanes.get(position);
            Batch batch = lane.isUnderWay() ? null : lane.next(settings.batchSize);
            if (batch != null) {
                turn = (position + 1) % lanes.size();
                begin(lane, withoutExpired(lane, batch));
            }
        }
    }

    private void begin(Lane lane, Batch batch) {
        lane.setUnderWay(true);
        underWay++;
        if (batch.size() == 0) {
            invoked.add(new Invoked(lane, batch, 0, null));
        } else {
            invocations++;
            executor.execute(() -> invoked.add(invoke(lane, batch)));
        }
    }

    private Batch withoutExpired(Lane lane, Batch batch) {
        Duration age = settings.maximumRecordAge;
        if (age == null) {
            return batch;
        }
        Instant oldest = clock.instant().minus(age);
        int expired = 0;
        while (expired < batch.size() && arrival(batch.records().get(expired)).isBefore(oldest)) {
            expired++;
        }
        if (expired > 0) {
            discard(lane, Condition.RECORD_AGE_EXCEEDED, batch.part(0, expired), batch.retries());
        }
        return batch.part(expired, batch.size());
    }

    private Invoked invoke(Lane lane, Batch batch) {
        KinesisEvent event = new KinesisEvent();
        event.setRecords(batch.records());
        try {
            String response = environments.invoke(lane.name(), event);
            int succeeded = settings.reportBatchItemFailures
                    ? BatchResponse.succeeded(response, batch.sequenceNumbers())
                    : batch.size();
            return new Invoked(lane, batch, succeeded, null);
        } catch (RuntimeException e) {
            // Whatever a function throws, Lambda invokes it again.
            return new Invoked(lane, batch, BatchResponse.FAILURE, null);
        } catch (Error e) {
            return new Invoked(lane, batch, BatchResponse.FAILURE, e);
        }
    }

    private Invoked await() {
        Invoked next = invoked.poll();
        try {
            next = next == null ? invoked.take() : next;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted with " + underWay + " batches under way", e);
        }
        underWay--;
        next.lane.setUnderWay(false);
        return next;
    }

    private void settle(Invoked done) {
        if (done.error != null) {
            throw done.error;
        }
        Lane lane = done.lane;
        Batch batch = done.batch;
        int size = batch.size();
        boolean failed = done.succeeded == BatchResponse.FAILURE;
        int succeeded = failed ? 0 : done.succeeded;
        failedInvocations += failed ? 1 : 0;
        partialResponses += !failed && succeeded < size ? 1 : 0;
        lane.reading().finish(batch.part(0, succeeded));
        if (succeeded == size) {
            return;
        }
        Batch left = batch.part(succeeded, size);
        if (settings.bisectBatchOnFunctionError && failed && size > 1) {
            lane.putFirst(batch.part(size / 2, size));
            lane.putFirst(batch.part(0, size / 2));
        } else if (settings.bisectBatchOnFunctionError && succeeded > 0) {
            lane.putFirst(left);
        } else if (batch.retries() == settings.maximumRetryAttempts) {
            discard(lane, Condition.RETRY_ATTEMPTS_EXHAUSTED, left, batch.retries() + 1);
        } else {
            lane.putFirst(new Batch(left.records(), batch.retries() + 1));
        }
    }

    private void discard(Lane lane, Condition condition, Batch batch, int invocations) {
        ShardReading reading = lane.reading();
        reading.finish(batch);
        onFailure.accept(new DiscardedBatch(reading.shardId(), condition, List.copyOf(batch.records()), invocations));
    }

    @SuppressWarnings("JavaUtilDate") // the event's own type
    private static Instant arrival(KinesisEventRecord record) {
        return record.getKinesis().getApproximateArrivalTimestamp().toInstant();
    }
}
