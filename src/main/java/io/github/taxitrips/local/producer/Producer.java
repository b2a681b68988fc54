package io.github.taxitrips.local.producer;

import io.github.taxitrips.settings.Table;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;

/**
 * Puts the records of a source into a Kinesis stream, at a pace, in calls side by side. A record's partition key is the one that it had before, else
 * the value of the table's id, else its number.
 *
 * <p>What Kinesis does not take, single records of a call or whole calls, is sent again with growing waits, and after others
 * of its key: order within a key is kept only as far as Kinesis takes everything. When it takes nothing for half a minute,
 * refuses for good, or cannot be reached from the start, the run ends. It tells up to which record everything is taken, so that another run with the same source can
 * go on from there and sends nothing that is missing, but may send the last few calls twice.
 *
 * <p>A run is begun once, by one thread; any other may look at it, hold it up and end it.
 */
public final class Producer {

    /** The service's default limit for a record with its partition key: Kinesis Data Streams Developer Guide, "Quotas and limits". */
    public static final int MAX_RECORD_BYTES = 1_048_576;

    /** Characters of a partition key, by the Kinesis Data Streams API Reference, PutRecordsRequestEntry. */
    private static final int MAX_KEY = 256;

    /** How long a record may wait for others of its call. */
    private static final long LINGER = TimeUnit.MILLISECONDS.toNanos(50);

    private static final Duration FIRST_WAIT = Duration.ofMillis(50);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final KinesisClient client;
    private final Settings settings;
    private final KeyAndTime.Finder finder;
    private final Semaphore room;
    private final Acknowledged acknowledged;
    private final Tally tally = new Tally();
    private final Object state = new Object();
    private boolean paused;
    private boolean cancelled;
    private long held;
    private @Nullable ProducerException failure;

    /**
     * How records are sent.
     *
     * @param stream the stream's name
     * @param rate records a second at most, 0 for as many as go
     * @param speedUp how much faster than in the records' own times they are sent, 0 for regardless of them. Records that are
     *     not in order of time are sent as soon as their turn comes.
     * @param aggregated whether records are aggregated as the Kinesis Producer Library does
     * @param concurrency calls under way at once
     * @param skip number of records of the source that are not sent
     */
    public record Settings(
            String stream, double rate, double speedUp, boolean aggregated, int concurrency, long skip) {}

    /**
     * How far a run is.
     *
     * @param records records that are taken, those within aggregated ones each by itself
     * @param kinesisRecords records as Kinesis counts them
     * @param bytes their data
     * @param calls calls of PutRecords
     * @param throttled records that Kinesis did not take at first
     * @param failedCalls calls that failed as a whole
     * @param tooLarge records that were left out because no stream takes them
     * @param position number of records of the source, from the first on, that need not be sent again
     */
    public record Progress(
            long records,
            long kinesisRecords,
            long bytes,
            long calls,
            long throttled,
            long failedCalls,
            long tooLarge,
            long position) {}

    /**
     * @param client calls Kinesis, each call once
     * @param table the table whose records are sent
     */
    public Producer(KinesisClient client, Table table, Settings settings) {
        this.client = client;
        this.settings = settings;
        this.finder = new KeyAndTime.Finder(table);
        this.room = new Semaphore(2 * settings.concurrency);
        this.acknowledged = new Acknowledged(settings.skip);
    }

    /**
     * Sends what the source has, until it has no more or {@link #cancel} is called, and waits for the last answer.
     *
     * @throws IOException if the source cannot be read on; what was read is sent
     * @throws ProducerException if Kinesis refuses, or takes nothing any more
     * @throws InterruptedException if the thread is interrupted
     */
    public void run(RecordSource source) throws IOException, InterruptedException {
        ExecutorService calls = Executors.newFixedThreadPool(settings.concurrency, task -> {
            Thread thread = new Thread(task, "producer");
            thread.setDaemon(true);
            return thread;
        });
        try {
            read(source, calls);
        } finally {
            calls.shutdown();
            while (!calls.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                // What is under way ends by the client's time limits, and what it sends must be known.
            }
        }
        synchronized (state) {
            if (failure != null) {
                throw failure;
            }
        }
    }

    private void read(RecordSource source, ExecutorService calls) throws IOException, InterruptedException {
        for (long i = 0; i < settings.skip && !isCancelled(); i++) {
            if (source.next() == null) {
                return;
            }
        }
        Call call = new Call(settings.skip, settings.aggregated);
        try {
            Pace pace = new Pace(settings.rate, settings.speedUp, System.nanoTime());
            long opened = System.nanoTime();
            long position = settings.skip;
            RecordSource.Item item;
            while (!isCancelled() && (item = source.next()) != null) {
                byte[] record = item.data();
                KeyAndTime known = finder.find(record);
                long due = pace.next(known.time()) + held();
                if (call.isStarted() && Math.max(due, System.nanoTime()) - opened > LINGER) {
                    call = handOver(call, calls);
                }
                if (!await(due)) {
                    break;
                }
                String key = key(item.partitionKey() == null ? known.id() : item.partitionKey(), position);
                if (!call.fits(key, record)) {
                    call = handOver(call, calls);
                }
                if (!call.isStarted()) {
                    opened = System.nanoTime();
                }
                if (!call.add(key, record)) {
                    tally.tooLarge();
                    source.leftOut();
                }
                position++;
            }
        } finally {
            handOver(call, calls);
        }
    }

    /** Returns how large a record is with the partition key that it gets where it is the only one. */
    public static int size(Table table, byte[] record) {
        return Call.size(key(new KeyAndTime.Finder(table).find(record).id(), 0), record);
    }

    private static String key(@Nullable String id, long position) {
        return id == null || id.isEmpty() ? "record-" + position : id.substring(0, Math.min(id.length(), MAX_KEY));
    }

    private Call handOver(Call call, ExecutorService calls) throws InterruptedException {
        if (call.isStarted()) {
            List<Call.Entry> entries = call.entries();
            room.acquire();
            calls.execute(() -> {
                try {
                    send(entries);
                    acknowledged.add(call.start(), call.end());
                } catch (ProducerException e) {
                    fail(e);
                } catch (RuntimeException | Error e) {
                    fail(new ProducerException("A call failed: " + e, e));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } finally {
                    room.release();
                }
            });
        }
        return new Call(call.end(), settings.aggregated);
    }

    /** Sends until all is taken. */
    private void send(List<Call.Entry> entries) throws InterruptedException {
        List<Call.Entry> left = entries;
        long lastProgress = System.nanoTime();
        for (int attempt = 0; !left.isEmpty(); attempt++) {
            if (attempt > 0) {
                Thread.sleep(backOff(attempt));
            }
            if (isCancelled()) {
                throw new InterruptedException();
            }
            String trouble;
            try {
                PutRecordsResponse response = put(left);
                if (response.records().size() != left.size()) {
                    throw new ProducerException(
                            "Of " + left.size() + " records the endpoint tells what became of "
                                    + response.records().size() + ": it does not speak Kinesis",
                            null);
                }
                List<Call.Entry> refused = new ArrayList<>();
                trouble = "";
                for (int i = 0; i < left.size(); i++) {
                    PutRecordsResultEntry result = response.records().get(i);
                    if (result.errorCode() == null) {
                        tally.taken(left.get(i));
                    } else {
                        refused.add(left.get(i));
                        trouble = result.errorCode() + ": " + result.errorMessage();
                    }
                }
                tally.throttled(refused.size());
                if (refused.size() < left.size()) {
                    lastProgress = System.nanoTime();
                    attempt = 0;
                }
                left = refused;
            } catch (SdkException e) {
                tally.callFailed();
                trouble = String.valueOf(e.getMessage());
                if (e.getCause() instanceof ConnectException
                        && tally.progress(0).records() == 0) {
                    throw new ProducerException(
                            "Nobody answers there (" + e.getCause().getMessage()
                                    + "): is the local run up, and its port right?",
                            e);
                }
                if (!isTransient(e)) {
                    throw new ProducerException("Kinesis refuses: " + trouble, e);
                }
            }
            if (System.nanoTime() - lastProgress > PATIENCE.toNanos()) {
                throw new ProducerException(
                        "Kinesis took nothing for " + PATIENCE.toSeconds() + " seconds, lastly: " + trouble, null);
            }
        }
    }

    private PutRecordsResponse put(List<Call.Entry> entries) {
        tally.called();
        List<PutRecordsRequestEntry> records =
                entries.stream().map(Call.Entry::request).toList();
        return client.putRecords(request -> request.streamName(settings.stream).records(records));
    }

    private static boolean isTransient(SdkException e) {
        return e instanceof SdkServiceException service
                ? service.isThrottlingException() || service.statusCode() >= 500
                : e.getCause() instanceof IOException || e.retryable();
    }

    private static long backOff(int attempt) {
        long wait = Math.min(LONGEST_WAIT.toMillis(), FIRST_WAIT.toMillis() << Math.min(attempt, 10));
        return wait / 2 + ThreadLocalRandom.current().nextLong(wait / 2 + 1);
    }

    private void fail(ProducerException e) {
        synchronized (state) {
            failure = failure == null ? e : failure;
        }
        cancel();
    }

    /** Waits until a record is due and the run is not held up; false when the run was ended. */
    private boolean await(long due) throws InterruptedException {
        synchronized (state) {
            long wanted = due;
            while (!cancelled) {
                if (paused) {
                    long since = System.nanoTime();
                    state.wait();
                    held += System.nanoTime() - since;
                    wanted += System.nanoTime() - since;
                    continue;
                }
                long left = wanted - System.nanoTime();
                if (left <= 0) {
                    return true;
                }
                TimeUnit.NANOSECONDS.timedWait(state, left);
            }
            return false;
        }
    }

    private long held() {
        synchronized (state) {
            return held;
        }
    }

    private boolean isCancelled() {
        synchronized (state) {
            return cancelled;
        }
    }

    /** Sends no more until {@link #resume}; calls under way are finished. */
    public void pause() {
        synchronized (state) {
            paused = true;
        }
    }

    /** Sends on, at the same pace. */
    public void resume() {
        synchronized (state) {
            paused = false;
            state.notifyAll();
        }
    }

    /** Ends the run: nothing more is read, and what is under way is sent once more at most. */
    public void cancel() {
        synchronized (state) {
            cancelled = true;
            state.notifyAll();
        }
    }

    /** Returns how far the run is. */
    public Progress progress() {
        return tally.progress(acknowledged.position());
    }
}
