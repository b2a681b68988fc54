package io.github.taxitrips.local.mapping;

import io.github.taxitrips.local.mapping.DiscardedBatch.Condition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What becomes of batches that are not done with: they are split, come again, or are given up. */
final class Retries {

    private static final Logger log = LoggerFactory.getLogger(Retries.class);

    /** How long a batch waits that the on-failure destination did not take. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Time time;
    private final Consumer<DiscardedBatch> onFailure;
    private final Tally tally;
    private MappingSettings settings;

    Retries(MappingSettings settings, Time time, Consumer<DiscardedBatch> onFailure, Tally tally) {
        this.settings = settings;
        this.time = time;
        this.onFailure = onFailure;
        this.tally = tally;
    }

    /** Goes on with other settings, batches that failed before among what they hold for. */
    void change(MappingSettings changed) {
        settings = changed;
    }

    /** Returns the next batch of a lane, without records that are too old; null when there is none for now. */
    @Nullable Batch next(Lane lane) {
        Batch batch = lane.next(time.instant());
        while (batch != null) {
            int expired = expired(batch);
            if (expired == 0) {
                return batch;
            }
            if (expired < batch.size()) {
                lane.putFirst(batch.part(expired, batch.size()));
            }
            discard(lane, Condition.RECORD_AGE_EXCEEDED, batch.part(0, expired), batch.retries());
            batch = lane.next(time.instant());
        }
        return null;
    }

    private int expired(Batch batch) {
        Duration age = settings.maximumRecordAge();
        int expired = 0;
        if (age != null) {
            Instant oldest = time.instant().minus(age);
            while (expired < batch.size()
                    && KinesisRecords.arrival(batch.records().get(expired)).isBefore(oldest)) {
                expired++;
            }
        }
        return expired;
    }

    /** Decides on a batch whose invocation failed as a whole. */
    void fail(Lane lane, Batch batch) {
        int size = batch.size();
        if (settings.bisectBatchOnFunctionError() && size > 1) {
            lane.putFirst(batch.part(size / 2, size));
            lane.putFirst(batch.part(0, size / 2));
        } else {
            retry(lane, batch);
        }
    }

    /** Decides on a batch that is done with up to a record. */
    void goOn(Lane lane, Batch batch, int succeeded) {
        lane.reading().finish(lane, batch.part(0, succeeded));
        Batch left = batch.part(succeeded, batch.size());
        if (settings.bisectBatchOnFunctionError() && succeeded > 0) {
            lane.putFirst(left);
        } else {
            retry(lane, left);
        }
    }

    private void retry(Lane lane, Batch batch) {
        int retry = batch.retries() + 1;
        int most = settings.maximumRetryAttempts();
        // What closes a tumbling window has no records to give up.
        if (most >= 0 && batch.retries() >= most && batch.size() > 0) {
            discard(lane, Condition.RETRY_ATTEMPTS_EXHAUSTED, batch, retry);
        } else {
            lane.putFirst(new Batch(batch.records(), retry, batch.functionError()));
            lane.restUntil(time.instant().plus(new Backoff(settings.maximumBackOff()).before(retry)));
        }
    }

    private void discard(Lane lane, Condition condition, Batch batch, int invocations) {
        ShardReading reading = lane.reading();
        try {
            onFailure.accept(new DiscardedBatch(
                    reading.shard().id(),
                    condition,
                    List.copyOf(batch.records()),
                    invocations,
                    batch.functionError(),
                    lane.window(batch)));
        } catch (RuntimeException e) {
            log.error("A batch that is to be given up comes again, for the on-failure destination does not take it", e);
            tally.lastError = e.toString();
            lane.putFirst(batch);
            lane.restUntil(time.instant().plus(PAUSE));
            return;
        }
        tally.discardedBatches++;
        tally.discardedRecords += batch.size();
        reading.finish(lane, batch);
    }
}
