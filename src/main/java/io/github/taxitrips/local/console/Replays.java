package io.github.taxitrips.local.console;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import io.github.taxitrips.intake.InvalidEventException;
import io.github.taxitrips.intake.KinesisEventReader;
import io.github.taxitrips.local.producer.Destination;
import io.github.taxitrips.local.producer.GeneratedRecords;
import io.github.taxitrips.local.producer.Mix;
import io.github.taxitrips.local.producer.Producer;
import io.github.taxitrips.local.producer.ProducerException;
import io.github.taxitrips.local.producer.RecordFiles;
import io.github.taxitrips.local.producer.RecordSource;
import io.github.taxitrips.local.producer.SetAsideObjects;
import io.github.taxitrips.settings.Table;
import io.github.taxitrips.settings.TaxiTripsProperties;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** Puts records into the desk's stream, a run at a time, as the page asks for. Safe for use by several threads. */
final class Replays implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Replays.class);

    /** Records of one run at most. */
    static final long MOST_RECORDS = 10_000_000;

    /** Records a second at most. */
    static final double MOST_RATE = 100_000;

    /** An event's first bytes are looked at to tell it from JSON lines. */
    private static final int HEAD = 64;

    private static final int LONGEST_EVENT = 64 * 1_024 * 1_024;

    /** Kinesis takes this many records a call; two calls side by side keep a shard busy. */
    private static final int CONCURRENCY = 2;

    /** How long the answers of calls that are under way are waited for. */
    private static final Duration END = Duration.ofSeconds(10);

    private final TaxiTripsProperties properties;
    private final Supplier<URI> endpoint;
    private int runs;
    private long nextId;
    private @Nullable Run run;

    /**
     * What is asked for.
     *
     * @param records most records to send; 0 for all there are, which generated ones have no end of
     * @param rate records a second at most, 0 for as many as go
     * @param unclean share of unclean records, 0 to 1
     * @param duplicates share of copies, 0 to 1
     * @param aggregated whether they are aggregated as the Kinesis Producer Library does
     * @param seed seed of all that is generated
     */
    record Wish(long records, double rate, double unclean, double duplicates, boolean aggregated, long seed) {

        /** @throws IllegalArgumentException naming the member, its value and what is allowed */
        Wish {
            if (records < 0 || records > MOST_RECORDS) {
                throw new IllegalArgumentException("records must be from 0 to " + MOST_RECORDS + ", not " + records);
            }
            if (!(rate >= 0 && rate <= MOST_RATE)) {
                throw new IllegalArgumentException("rate must be from 0 to " + (long) MOST_RATE + ", not " + rate);
            }
            var unused = new Mix.Shares(unclean, duplicates);
        }
    }

    /**
     * How far a run is.
     *
     * @param id its number
     * @param what what is sent, in words
     * @param phase {@code running}, {@code paused}, {@code done}, {@code cancelled} or {@code failed}
     * @param records records that the stream has taken
     * @param done how much of the source is read, in its own unit
     * @param total all there is of it, -1 where it is not known
     * @param throttled records that the stream did not take at first
     * @param failedCalls calls that failed as a whole
     * @param tooLarge records that no stream takes
     * @param unclean unclean records that were mixed in
     * @param duplicates copies that were mixed in
     * @param millis how long it has run
     * @param trouble what it failed of, or which files of the quarantine could not be read; null for neither
     */
    record Status(
            int id,
            String what,
            String phase,
            long records,
            long done,
            long total,
            long throttled,
            long failedCalls,
            long tooLarge,
            long unclean,
            long duplicates,
            long millis,
            @Nullable String trouble) {}

    /** @param endpoint tells where the desk's endpoint is */
    Replays(TaxiTripsProperties properties, Supplier<URI> endpoint) {
        this.properties = properties;
        this.endpoint = endpoint;
    }

    /**
     * Sends generated records.
     *
     * @throws IllegalStateException if a run is under way
     */
    Status generate(Wish wish) {
        if (wish.records == 0) {
            throw new IllegalArgumentException(
                    "records must be from 1 to " + MOST_RECORDS + " of generated ones, not 0");
        }
        return start("generated records", wish, generated(wish), null);
    }

    private synchronized RecordSource generated(Wish wish) {
        Table table = properties.table();
        long first = Math.max(nextId, GeneratedRecords.firstId(table, System.currentTimeMillis()));
        nextId = first + wish.records;
        return new GeneratedRecords(table, wish.seed, first);
    }

    /**
     * Sends the records of a file: CSV or JSON lines, each plain or gzip, or an event.
     *
     * @param file deleted when it is sent
     * @throws IllegalStateException if a run is under way
     * @throws IOException if it cannot be read, in words
     */
    Status send(String name, Wish wish, Path file) throws IOException {
        try {
            return start(name, wish, source(file), file);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    /**
     * Sends records that are in memory.
     *
     * @throws IllegalStateException if a run is under way
     */
    Status send(String name, List<byte[]> records) {
        List<RecordSource.Item> items = records.stream()
                .map(record -> new RecordSource.Item(record, null))
                .toList();
        return start(name, new Wish(0, 0, 0, 0, false, 1), new ListedRecords(items), null);
    }

    /**
     * Sends records that were set aside, and has what is sent noted.
     *
     * @param records closed when they are sent
     * @throws IllegalStateException if a run is under way
     */
    Status send(String name, SetAsideObjects records) throws IOException {
        try {
            return start(name, new Wish(0, 0, 0, 0, false, 1), records, null);
        } catch (RuntimeException e) {
            records.close();
            throw e;
        }
    }

    /**
     * Returns the bytes of a record that was mended.
     *
     * @throws IllegalArgumentException if no stream takes it
     */
    byte[] mended(String text) {
        byte[] record = text.getBytes(StandardCharsets.UTF_8);
        int size = Producer.size(properties.table(), record);
        if (size > Producer.MAX_RECORD_BYTES) {
            throw new IllegalArgumentException("mended must have at most " + Producer.MAX_RECORD_BYTES
                    + " bytes with its partition key, which a stream takes, not " + size);
        }
        return record;
    }

    private RecordSource source(Path file) throws IOException {
        byte[] head;
        try (InputStream in = Files.newInputStream(file)) {
            head = in.readNBytes(HEAD);
        }
        boolean isEvent = new String(head, StandardCharsets.ISO_8859_1)
                .replaceAll("\\s", "")
                .startsWith("{\"Records\"");
        if (!isEvent) {
            return new RecordFiles(List.of(file), properties.table());
        }
        if (Files.size(file) > LONGEST_EVENT) {
            throw new IOException("The event is larger than " + LONGEST_EVENT + " bytes: split it");
        }
        try {
            List<RecordSource.Item> items = new ArrayList<>();
            for (KinesisEventRecord record :
                    new KinesisEventReader().read(Files.readAllBytes(file)).getRecords()) {
                ByteBuffer data = record.getKinesis().getData().duplicate();
                byte[] bytes = new byte[data.remaining()];
                data.get(bytes);
                items.add(new RecordSource.Item(bytes, record.getKinesis().getPartitionKey()));
            }
            return new ListedRecords(items);
        } catch (InvalidEventException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private synchronized Status start(String what, Wish wish, RecordSource source, @Nullable Path file) {
        if (run != null && run.isUnderWay()) {
            throw new IllegalStateException("A replay is under way: cancel it, or wait until it is done");
        }
        long limit = wish.records == 0 ? Long.MAX_VALUE : wish.records;
        Mix mix = new Mix(source, new Mix.Shares(wish.unclean, wish.duplicates), limit, properties.table(), wish.seed);
        KinesisClient client = new Destination(endpoint.get()).client();
        Producer producer = new Producer(
                client,
                properties.table(),
                new Producer.Settings(
                        properties.local().stream().name(), wish.rate, 0, wish.aggregated, CONCURRENCY, 0));
        SetAsideObjects aside = source instanceof SetAsideObjects objects ? objects : null;
        if (aside != null) {
            aside.follow(() -> producer.progress().position());
        }
        Run started = new Run(++runs, what, mix, client, producer, file, aside);
        run = started;
        started.thread.setDaemon(true);
        started.thread.start();
        return started.status();
    }

    /** Holds the run up, lets it go on, or ends it. Returns how far it is, null if there is none. */
    synchronized @Nullable Status act(Act act) {
        if (run != null) {
            run.act(act);
        }
        return status();
    }

    /** What can be done to a run. */
    enum Act {
        PAUSE,
        RESUME,
        CANCEL
    }

    /** How far the run that was begun last is, null if none was. */
    synchronized @Nullable Status status() {
        return run == null ? null : run.status();
    }

    /** Ends the run, and waits until what the stream has taken of it is noted. */
    @Override
    public synchronized void close() {
        if (run != null) {
            run.act(Act.CANCEL);
            try {
                run.thread.join(END.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static final class Run implements Runnable {

        private final int id;
        private final String what;
        private final Mix source;
        private final KinesisClient client;
        private final Producer producer;
        private final @Nullable Path file;
        private final @Nullable SetAsideObjects aside;
        private final Thread thread = new Thread(this, "console-replay");
        private final long began = System.nanoTime();
        private volatile String phase = "running";
        private volatile @Nullable String trouble;
        private volatile long ended;

        Run(
                int id,
                String what,
                Mix source,
                KinesisClient client,
                Producer producer,
                @Nullable Path file,
                @Nullable SetAsideObjects aside) {
            this.id = id;
            this.what = what;
            this.source = source;
            this.client = client;
            this.producer = producer;
            this.file = file;
            this.aside = aside;
        }

        @Override
        public void run() {
            String end = "failed";
            try (client;
                    source) {
                producer.run(source);
                trouble = aside == null ? null : aside.trouble();
                end = phase.equals("cancelled") ? "cancelled" : "done";
            } catch (IOException | ProducerException e) {
                // A person knows the file by its own name.
                trouble = file == null
                        ? e.getMessage()
                        : String.valueOf(e.getMessage()).replace(file.toString(), what);
            } catch (InterruptedException e) {
                end = "cancelled";
            } catch (RuntimeException e) {
                log.warn("The replay of {} failed", what, e);
                trouble = e.toString();
            } finally {
                ended = System.nanoTime();
                finish(end);
                delete();
            }
        }

        private synchronized void finish(String end) {
            phase = end;
        }

        private void delete() {
            if (file != null) {
                try {
                    Files.deleteIfExists(file);
                } catch (IOException e) {
                    log.warn("{} could not be deleted", file, e);
                }
            }
        }

        synchronized void act(Act act) {
            if (!isUnderWay()) {
                return;
            }
            switch (act) {
                case PAUSE -> {
                    producer.pause();
                    phase = "paused";
                    note();
                }
                case RESUME -> {
                    producer.resume();
                    phase = "running";
                }
                case CANCEL -> {
                    phase = "cancelled";
                    producer.cancel();
                }
            }
        }

        /** A pause may be long, and nothing is noted in it. */
        private void note() {
            if (aside != null) {
                try {
                    aside.noteAnswered();
                } catch (IOException e) {
                    log.warn("What was sent of {} could not be noted", what, e);
                }
            }
        }

        boolean isUnderWay() {
            return ended == 0;
        }

        Status status() {
            Producer.Progress sent = producer.progress();
            RecordSource.Progress read = source.progress();
            long until = ended == 0 ? System.nanoTime() : ended;
            return new Status(
                    id,
                    what,
                    phase,
                    sent.records(),
                    read.done(),
                    read.total(),
                    sent.throttled(),
                    sent.failedCalls(),
                    sent.tooLarge(),
                    source.unclean(),
                    source.duplicates(),
                    Duration.ofNanos(until - began).toMillis(),
                    trouble);
        }
    }
}
