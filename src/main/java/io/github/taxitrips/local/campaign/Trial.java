package io.github.taxitrips.local.campaign;

import io.github.taxitrips.local.mapping.MappingSettings;
import java.time.Duration;

/** What a row of the campaign tries beyond what every row goes through. */
enum Trial {
    NONE(""),
    /** Several batches of a shard are under way at once. */
    PARALLEL("parallel batches"),
    /** Lambda kills an invocation that outlives its time, and some are held up until they do. */
    DEADLINE("deadline"),
    /** The mapping gives a batch up after three retries, under steady throttling in place of the changing weather. */
    THREE_RETRIES("3 retries"),
    /** The same after one retry. */
    ONE_RETRY("1 retry"),
    /** The mapping gives up what is older than half of the stream. */
    RECORD_AGE("record age"),
    /** Records come while the mapping lives, which waits for batches to fill, and longer and longer before it retries. */
    BATCHING_WINDOW("batching window"),
    /** The mapping keeps a state for each second of the stream. */
    TUMBLING_WINDOW("tumbling window"),
    /** Records come through a Kinesis endpoint that throttles, from a producer that sends again what it does not take. */
    THROTTLED_STREAM("throttled stream"),
    /** The mapping is killed while it lives, with all that is under way, and the next one goes on at its positions. */
    RESTARTS("restarts"),
    /** Environments are lost all the time, in the midst of an invocation and between two. */
    DYING("dying environments"),
    /** A rejected record that the quarantine does not take is told, and fails nothing. */
    WARN("quarantine warns"),
    /** At times the delivery stream is unknown. */
    REFUSED("refused calls"),
    /** Errors are thrown in the midst of calls, which the environment survives. */
    ERRORS("errors");

    private static final int PARALLELIZATION_FACTOR = 3;

    /**
     * Packed, so many trips are one Firehose record, which fails or does not: what a few retries have to cope with. And a kill
     * is to find shards that are done with in part.
     */
    private static final int SMALL_BATCH = 100;

    private static final int KILLS = 3;
    private static final double RECLAIMED = 0.01;
    private static final double RECLAIMED_OFTEN = 0.2;
    private static final Duration BATCHING = Duration.ofMillis(20);
    private static final Duration BACK_OFF = Duration.ofMillis(5);
    private static final Duration TUMBLING = Duration.ofSeconds(1);

    private final String text;

    Trial(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }

    int parallelizationFactor() {
        return this == PARALLEL || this == RESTARTS ? PARALLELIZATION_FACTOR : 1;
    }

    /** Whether the mapping lives while records come. */
    boolean isLive() {
        return this == BATCHING_WINDOW || this == THROTTLED_STREAM || this == RESTARTS;
    }

    /** How often the mapping is killed. */
    int kills() {
        return this == RESTARTS ? KILLS : 0;
    }

    /** Share of invocations before which Lambda reclaims the environment. */
    double reclaimed() {
        return this == DYING ? RECLAIMED_OFTEN : RECLAIMED;
    }

    /**
     * Sets the parameters of the mapping that are this trial's own.
     *
     * @param span time in which the stream's records have arrived
     */
    MappingSettings.Builder set(MappingSettings.Builder settings, Duration span) {
        return switch (this) {
            case RECORD_AGE -> settings.maximumRecordAge(span.dividedBy(2));
            case BATCHING_WINDOW -> settings.maximumBatchingWindow(BATCHING).maximumBackOff(BACK_OFF);
            case TUMBLING_WINDOW -> settings.tumblingWindow(TUMBLING);
            default -> settings;
        };
    }

    /** Kinesis records in a batch, of as many as other rows have. */
    int batchSize(int usual) {
        return maximumRetryAttempts() >= 0 || this == RESTARTS ? Math.min(usual, SMALL_BATCH) : usual;
    }

    /** Retries after which the mapping gives a batch up, -1 for never. */
    int maximumRetryAttempts() {
        return this == THREE_RETRIES ? 3 : this == ONE_RETRY ? 1 : -1;
    }

    /** Whether batches may be given up, so that records in them may be missing. */
    boolean givesUp() {
        return maximumRetryAttempts() >= 0 || this == RECORD_AGE;
    }

    /**
     * Returns the weather of an invocation in place of the one that was drawn.
     *
     * @param drawn the weather as every other row has it
     * @param chance a random number, at least 0 and below 1
     */
    Weather weather(Weather drawn, double chance) {
        if (maximumRetryAttempts() >= 0) {
            return Weather.STEADY_THROTTLING;
        }
        return this == REFUSED && chance < Weather.REFUSALS_SHARE ? Weather.REFUSALS : drawn;
    }
}
