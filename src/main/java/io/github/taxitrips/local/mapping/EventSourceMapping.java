package io.github.taxitrips.local.mapping;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import io.github.taxitrips.intake.WindowEvent;
import io.github.taxitrips.local.mapping.MappingStatus.ShardStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the shards of a stream and invokes a function with their records, as Lambda's event source mapping for Kinesis
 * does: AWS Lambda Developer Guide, "Using Lambda to process records from Amazon Kinesis Data Streams", "Polling and
 * batching streams", "Retain discarded batch records for a Kinesis Data Streams event source in Lambda", "Configuring
 * partial batch response with Kinesis Data Streams and Lambda" and "Implementing stateful Kinesis Data Streams processing
 * in Lambda".
 *
 * <ul>
 *   <li>Each shard's records come in order, in batches. A batch has at most the batch size and, unless it is a single
 *       record, 6 MB; the next one waits until it is done with. With a batching window it waits to fill, see
 *       {@link Batching}. Lambda asks a shard once a second; here new records are seen within milliseconds.
 *   <li>With a parallelization factor above 1, up to so many batches of a shard are under way at once, and the order holds
 *       for the records of each partition key. The guide does not tell how batches are made then. Here a shard has as many
 *       lanes as the factor says; a record's lane follows from its partition key, so no key is in two batches at once, and
 *       each lane goes through its records as a shard does otherwise. A batch that fails holds back its own lane: the
 *       others go on, until 100,000 records of the shard wait, but the checkpoint stays before the first of its records.
 *   <li>A batch whose invocation fails is invoked again after a {@linkplain Backoff wait}, without end or up to the maximum
 *       of retries, after which it is given up.
 *   <li>With bisection, a failed batch of several records is split into two that are invoked one after the other, at once. A
 *       split is no retry.
 *   <li>With {@code ReportBatchItemFailures}, a response that names failed records means that those before the lowest one
 *       are done with, and the batch goes on from there. That is a retry, but with bisection a split, if anything was
 *       done with. The guide leaves this open; it matters for the maximum of retries and the wait only.
 *   <li>Records over the maximum age are given up before the invocation.
 *   <li>Records that are given up go to the on-failure destination first. When that cannot take them they are invoked again:
 *       Lambda would drop them.
 *   <li>With a tumbling window an invocation has records of one window, by their arrival, and the state that the function
 *       answered last; an answer without one is a failure. When the window is over, or the state has more than 1 MB, an
 *       invocation without records closes it, without an end to its retries.
 *   <li>A shard is read from its stored position on. That moves over what is done with, and no further: what was under way
 *       when a process ends comes again. With a tumbling window it moves when that is closed.
 * </ul>
 *
 * <p>It either {@linkplain #run runs} until every shard is read to its end, or {@linkplain #start lives} in a thread of its
 * own until it is closed. In a run with a factor of 1 everything happens in the caller's thread and shards take turns, a
 * batch at a time, so that the same records and answers make the same sequence of invocations. Otherwise the lanes of all
 * shards are under way at once, each invocation in a thread and an environment of its own. What has to do with the on-failure
 * destination, positions and listener is done by one thread.
 */
public final class EventSourceMapping implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EventSourceMapping.class);

    /** How long to do nothing after trouble that is not the function's. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final List<ShardReading> readings;
    private final List<Lane> lanes;
    private final EnvironmentPool environments;
    private final Time time;
    private final Consumer<FinishedInvocation> listener;
    private final Retries retries;

    /** What the mapping's thread waits for: invocations to settle, and calls to look around. */
    private final BlockingQueue<Runnable> messages = new LinkedBlockingQueue<>();

    private final Tally tally = new Tally();
    private MappingSettings settings;
    private int underWay;
    private int turn;
    private boolean broken;

    private List<ShardWatch> watches = List.of();
    private @Nullable Thread thread;
    private volatile boolean stopping;
    private volatile Duration patience = PATIENCE;

    /**
     * A batch that the function was invoked with.
     *
     * @param window what its event says of its tumbling window
     * @param response what it answered, null if it failed
     * @param outcome what that means, null for a complete failure
     * @param failure what the function, or its answer, failed of
     */
    private record Invoked(
            Lane lane,
            Batch batch,
            @Nullable Window window,
            Instant started,
            Instant ended,
            @Nullable String response,
            @Nullable BatchResponse outcome,
            @Nullable Throwable failure) {}

    /**
     * @param settings the parameters
     * @param shards the stream's shards
     * @param positions where to go on in them
     * @param environments runs the function; closed by who made it, after the mapping
     * @param time tells the age of records, and waits
     * @param onFailure takes records that are given up, or throws an exception if it cannot
     * @param listener told of each invocation that is over
     */
    public EventSourceMapping(
            MappingSettings settings,
            List<? extends Shard> shards,
            Positions positions,
            EnvironmentPool environments,
            Time time,
            Consumer<DiscardedBatch> onFailure,
            Consumer<FinishedInvocation> listener) {
        this.settings = settings;
        this.readings = shards.stream()
                .map(shard -> new ShardReading(shard, settings, positions))
                .toList();
        this.lanes =
                readings.stream().flatMap(reading -> reading.lanes().stream()).toList();
        this.environments = environments;
        this.time = time;
        this.listener = listener;
        this.retries = new Retries(settings, time, onFailure, tally);
    }

    /** Invokes the function until every shard is read to its end and every batch is done with. */
    public void run() {
        while (step()) {
            // until there is nothing left
        }
    }

    /**
     * Begins the next batches, as many as may be under way, and waits until one is invoked or the time for another one has
     * come; false when there is none. With a parallelization factor above 1 the others are still under way then, until the
     * next steps.
     *
     * @throws IllegalStateException if the thread is interrupted
     */
    public boolean step() {
        try {
            begin();
            Duration wait = untilDue();
            if (underWay == 0 && wait == null) {
                return false;
            }
            await(wait);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted with " + underWay + " batches under way", e);
        } catch (RuntimeException | Error e) {
            drain();
            throw e;
        }
    }

    /** Waits for what is under way, for the caller is going to close the environments. */
    private void drain() {
        broken = true;
        try {
            while (underWay > 0) {
                await(null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Begins to live: invokes the function as records come, until it is {@linkplain #close closed}.
     *
     * @throws IllegalStateException if it was started before
     */
    public synchronized void start() {
        if (thread != null) {
            throw new IllegalStateException("The event source mapping was started before");
        }
        watches = readings.stream()
                .map(reading -> new ShardWatch(reading.shard(), this::lookAround))
                .toList();
        thread = daemon(this::live, "event-source-mapping");
    }

    /**
     * Goes on with other settings, for each batch that is begun from now on; one that is under way is judged by those that it was
     * begun with, and one that is to come again keeps its size.
     *
     * @throws IllegalArgumentException if the parallelization factor, the starting position or the tumbling window is another
     */
    public synchronized void change(MappingSettings changed) {
        same("parallelizationFactor", settings.parallelizationFactor(), changed.parallelizationFactor());
        same("startingPosition", settings.startingPosition(), changed.startingPosition());
        same("startingPositionTimestamp", settings.startingPositionTimestamp(), changed.startingPositionTimestamp());
        same("tumblingWindow", settings.tumblingWindow(), changed.tumblingWindow());
        settings = changed;
        lanes.forEach(lane -> lane.batching().change(changed));
        retries.change(changed);
        lookAround();
    }

    private static void same(String name, Object now, Object wanted) {
        if (!now.equals(wanted)) {
            throw new IllegalArgumentException(
                    "%s is %s and cannot become %s in a mapping that there is: restart with it"
                            .formatted(name, now, wanted));
        }
    }

    private void lookAround() {
        messages.add(() -> {});
    }

    private void live() {
        try {
            while (!stopping) {
                Duration wait;
                try {
                    begin();
                    watch();
                    wait = untilDue();
                } catch (RuntimeException e) {
                    log.error("The event source mapping cannot go on for now", e);
                    note(e.toString());
                    wait = PAUSE;
                }
                await(wait);
            }
            long end = System.nanoTime() + patience.toNanos();
            for (long left = patience.toNanos(); underWay > 0 && left > 0; left = end - System.nanoTime()) {
                await(Duration.ofNanos(left));
            }
        } catch (InterruptedException e) {
            // closed
        } catch (RuntimeException | Error e) {
            log.error("The event source mapping has ended", e);
            note(e.toString());
        }
    }

    private void watch() {
        for (int i = 0; i < watches.size(); i++) {
            ShardReading reading = readings.get(i);
            if (reading.hasComeToItsEnd()) {
                watches.get(i).waitFor(reading.lastRead());
            }
        }
    }

    /** {@linkplain #close(Duration) Closes} the mapping, with ten seconds for what is under way. */
    @Override
    public void close() {
        close(PATIENCE);
    }

    /**
     * Ends a mapping that lives: begins nothing more, and waits for what is under way. What is not over by then comes again
     * after a restart.
     *
     * @param patience how long to wait
     */
    public void close(Duration patience) {
        Thread living;
        synchronized (this) {
            living = thread;
        }
        if (living == null) {
            return;
        }
        watches.forEach(ShardWatch::close);
        this.patience = patience;
        stopping = true;
        lookAround();
        try {
            living.join();
        } catch (InterruptedException e) {
            living.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    /** Returns what the mapping has done so far, and what waits for it. */
    public synchronized MappingStatus status() {
        return new MappingStatus(
                thread != null && thread.isAlive(),
                readings.stream().map(this::status).toList(),
                underWay,
                tally.invocations,
                tally.failed,
                tally.partial,
                tally.discardedBatches,
                tally.discardedRecords,
                tally.lastError);
    }

    private ShardStatus status(ShardReading reading) {
        Shard shard = reading.shard();
        String checkpoint = reading.checkpoint();
        Duration age = shard.read(checkpoint, 1).stream()
                .findFirst()
                .map(oldest -> Duration.between(KinesisRecords.arrival(oldest), time.instant()))
                .orElse(Duration.ZERO);
        return new ShardStatus(
                shard.id(), shard.recordsAfter(checkpoint), checkpoint, age.isNegative() ? Duration.ZERO : age);
    }

    private synchronized void note(String error) {
        tally.lastError = error;
    }

    private synchronized void begin() {
        boolean concurrent = thread != null || settings.lanes() > 1;
        int most = concurrent ? lanes.size() : 1;
        int first = turn;
        for (int i = 0; i < lanes.size() && underWay < most; i++) {
            int position = (first + i) % lanes.size();
            Lane lane = lanes.get(position);
            Batch batch = lane.isUnderWay() ? null : retries.next(lane);
            if (batch != null) {
                turn = (position + 1) % lanes.size();
                begin(lane, batch, concurrent);
            }
        }
    }

    private void begin(Lane lane, Batch batch, boolean concurrent) {
        lane.setUnderWay(true);
        underWay++;
        tally.invocations++;
        Window window = lane.window(batch);
        KinesisEvent event = window == null ? new KinesisEvent() : new WindowEvent(window.state());
        event.setRecords(batch.records());
        boolean partly = settings.reportBatchItemFailures();
        Runnable invocation = () -> {
            Invoked over = invoke(lane, batch, window, event, partly);
            messages.add(() -> settle(over));
        };
        if (concurrent) {
            daemon(invocation, "event-source-mapping-" + lane.name());
        } else {
            invocation.run();
        }
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private Invoked invoke(Lane lane, Batch batch, @Nullable Window window, KinesisEvent event, boolean partly) {
        Instant started = time.instant();
        String response = null;
        BatchResponse outcome = null;
        Throwable failure = null;
        try {
            response = environments.invoke(lane.name(), event);
            outcome = BatchResponse.read(response, batch, partly, window != null);
        } catch (Throwable e) {
            failure = e;
        }
        return new Invoked(lane, batch, window, started, time.instant(), response, outcome, failure);
    }

    /** Returns how long nothing has to be done unless something happens, null for ever. */
    private synchronized @Nullable Duration untilDue() {
        Instant now = time.instant();
        Duration least = null;
        for (Lane lane : lanes) {
            Instant due = lane.due(now);
            Duration wait = due == null ? null : due.isAfter(now) ? Duration.between(now, due) : Duration.ZERO;
            if (wait != null && (least == null || wait.compareTo(least) < 0)) {
                least = wait;
            }
        }
        return least;
    }

    private void await(@Nullable Duration atMost) throws InterruptedException {
        Runnable message = time.poll(messages, atMost);
        if (message != null) {
            message.run();
        }
    }

    /** What a listener throws keeps no batch from being settled. */
    private void tell(FinishedInvocation over) {
        try {
            listener.accept(over);
        } catch (RuntimeException e) {
            log.warn("A listener of invocations failed", e);
        }
    }

    private synchronized void settle(Invoked over) {
        underWay--;
        Lane lane = over.lane;
        lane.setUnderWay(false);
        if (broken) {
            return;
        }
        if (over.failure instanceof Error error) {
            // No function throws it.
            throw error;
        }
        Batch batch = over.batch;
        String error = over.failure == null ? null : over.failure.toString();
        tell(new FinishedInvocation(
                lane.reading().shard().id(),
                batch.size(),
                over.started,
                Duration.between(over.started, over.ended),
                over.response,
                error));
        BatchResponse outcome = over.outcome;
        if (outcome == null) {
            tally.failed++;
            tally.lastError = error;
            retries.fail(lane, new Batch(batch.records(), batch.retries(), true));
            return;
        }
        TumblingWindow tumbling = lane.tumbling();
        if (tumbling != null && outcome.state() != null) {
            tumbling.setState(outcome.state());
        }
        if (tumbling != null && over.window != null && over.window.isFinal()) {
            tumbling.close(over.window.isTerminatedEarly());
            lane.reading().moveCheckpoint();
        } else if (outcome.succeeded() == batch.size()) {
            lane.reading().finish(lane, batch);
        } else {
            tally.partial++;
            retries.goOn(lane, new Batch(batch.records(), batch.retries(), false), outcome.succeeded());
        }
    }
}
