package io.github.taxitrips.local.console;

import io.github.taxitrips.local.InvocationTotals;
import io.github.taxitrips.local.InvocationTotals.Sums;
import io.github.taxitrips.local.firehose.FirehoseApi;
import io.github.taxitrips.local.firehose.Totals;
import io.github.taxitrips.local.kinesis.KinesisStream;
import io.github.taxitrips.local.lake.Lake;
import io.github.taxitrips.local.lake.LakeFile;
import io.github.taxitrips.local.lake.LakeStatus.StreamStatus;
import io.github.taxitrips.local.mapping.EventSourceMapping;
import io.github.taxitrips.local.mapping.MappingStatus;
import io.github.taxitrips.telemetry.Measure;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the state of the whole pipeline once a second, and remembers what happened in each of the last {@value #SECONDS} seconds.
 * All who look see the same. Safe for use by several threads.
 */
final class Pulse implements AutoCloseable {

    /** How many seconds are remembered. */
    static final int SECONDS = 300;

    private static final Logger log = LoggerFactory.getLogger(Pulse.class);

    private final InvocationTotals totals;
    private final EventSourceMapping mapping;
    private final KinesisStream stream;
    private final FirehoseApi firehose;
    private final Lake lake;
    private final Replays replays;
    private final Watch watch;
    private final Ring<Second> seconds = new Ring<>(SECONDS);
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "console-pulse");
        thread.setDaemon(true);
        return thread;
    });

    private volatile @Nullable State state;
    private @Nullable Sums before;
    private long putBefore = -1;
    private String trouble = "";

    /**
     * The pipeline at a moment.
     *
     * @param at the moment
     * @param shards the stream's shards, how many records wait in each, and for how long the oldest one has
     * @param put records in the stream, all that it keeps
     * @param mapping what stands between stream and function
     * @param invocations invocations of the function
     * @param measures the sums of the function's measures
     * @param rejected rejected records by reason
     * @param firehose what Firehose has seen
     * @param buffers how full its buffers are
     * @param files what is in the lake, by folder
     * @param replay the run that was begun last, null if there is none
     */
    record State(
            Instant at,
            List<ShardState> shards,
            long put,
            MappingState mapping,
            long invocations,
            Map<String, Long> measures,
            Map<String, Integer> rejected,
            Totals firehose,
            List<BufferState> buffers,
            Map<String, Folder> files,
            Replays.@Nullable Status replay) {}

    /** A shard: records that wait, and the age of the oldest one in milliseconds. */
    record ShardState(String id, long waiting, long ageMillis) {}

    /** What the mapping has done; see {@link MappingStatus}. */
    record MappingState(
            boolean living,
            int underWay,
            long invocations,
            long failed,
            long partial,
            long discardedRecords,
            @Nullable String lastError) {}

    /** A buffer of a delivery stream: bytes, bytes at which it is written, and milliseconds until it is; -1 while it is empty. */
    record BufferState(String stream, long bytes, long capacity, long dueMillis, int waiting) {}

    /** Files, rows and bytes in a folder of the lake. */
    record Folder(long files, long rows, long bytes) {

        private Folder and(LakeFile file) {
            return new Folder(files + 1, rows + file.rows(), bytes + file.bytes());
        }
    }

    /**
     * What happened in a second.
     *
     * @param at its end
     * @param put records put into the stream
     * @param measures what the function's measures grew by, of those that did
     * @param rejected rejected records by reason
     * @param took the longest delivery that ended in it, in milliseconds
     * @param age the greatest age of a record that was delivered in it, in milliseconds
     */
    record Second(
            Instant at, long put, Map<String, Long> measures, Map<String, Integer> rejected, long took, long age) {}

    Pulse(
            InvocationTotals totals,
            EventSourceMapping mapping,
            KinesisStream stream,
            FirehoseApi firehose,
            Lake lake,
            Replays replays,
            Watch watch) {
        this.totals = totals;
        this.mapping = mapping;
        this.stream = stream;
        this.firehose = firehose;
        this.lake = lake;
        this.replays = replays;
        this.watch = watch;
        var unused = clock.scheduleAtFixedRate(this::beat, 0, 1, TimeUnit.SECONDS);
    }

    private void beat() {
        try {
            Sums sums = totals.sums();
            long put = stream.shards().stream()
                    .mapToLong(shard -> shard.recordsAfter(null))
                    .sum();
            Instant now = Instant.now();
            if (before != null) {
                seconds.add(second(now, before, sums, Math.max(0, put - putBefore)));
            }
            before = sums;
            putBefore = put;
            state = state(now, sums, put);
        } catch (RuntimeException e) {
            // Once, and not each second.
            if (!e.toString().equals(trouble)) {
                trouble = e.toString();
                log.warn("The console cannot look at the pipeline: {}", trouble, e);
            }
        }
    }

    private Second second(Instant now, Sums then, Sums sums, long put) {
        Map<String, Long> measures = new LinkedHashMap<>();
        for (Measure measure : Measure.values()) {
            long grown = sums.of(measure) - then.of(measure);
            if (grown > 0) {
                measures.put(measure.toString(), grown);
            }
        }
        Map<String, Integer> rejected = new TreeMap<>();
        sums.rejected().forEach((reason, count) -> {
            int grown = count - then.rejected().getOrDefault(reason, 0);
            if (grown > 0) {
                rejected.put(reason, grown);
            }
        });
        Map<Measure, Long> peaks = watch.takePeaks();
        return new Second(
                now,
                put,
                measures,
                rejected,
                peaks.getOrDefault(Measure.DELIVERY_TIME, 0L),
                peaks.getOrDefault(Measure.RECORD_AGE, 0L));
    }

    private State state(Instant now, Sums sums, long put) {
        MappingStatus status = mapping.status();
        Map<String, Long> measures = new LinkedHashMap<>();
        for (Measure measure : Measure.values()) {
            measures.put(measure.toString(), sums.of(measure));
        }
        Map<String, Folder> files = new TreeMap<>();
        lake.files()
                .forEach(file -> files.merge(
                        file.folder(), new Folder(1, file.rows(), file.bytes()), (folder, added) -> folder.and(file)));
        return new State(
                now,
                status.shards().stream()
                        .map(shard -> new ShardState(
                                shard.shardId(), shard.waiting(), shard.age().toMillis()))
                        .toList(),
                put,
                new MappingState(
                        status.living(),
                        status.underWay(),
                        status.invocations(),
                        status.failed(),
                        status.partial(),
                        status.discardedRecords(),
                        status.lastError()),
                sums.invocations(),
                measures,
                sums.rejected(),
                firehose.totals(),
                lake.status().streams().stream()
                        .map(buffer -> buffer(buffer, now))
                        .toList(),
                files,
                replays.status());
    }

    private static BufferState buffer(StreamStatus buffer, Instant now) {
        Instant due = buffer.due();
        return new BufferState(
                buffer.name(),
                buffer.bytes(),
                buffer.capacity(),
                due == null ? -1 : Math.max(0, due.toEpochMilli() - now.toEpochMilli()),
                buffer.waiting());
    }

    /** The latest state, null before there is one. */
    @Nullable State state() {
        return state;
    }

    Ring<Second> seconds() {
        return seconds;
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
