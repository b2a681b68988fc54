package io.github.taxitrips.local.campaign;

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
    /** A rejected record that the quarantine does not take is told, and fails nothing. */
    WARN("quarantine warns"),
    /** At times the delivery stream is unknown. */
    REFUSED("refused calls"),
    /** Errors are thrown in the midst of calls, which the environment survives. */
    ERRORS("errors");

    private static final int PARALLELIZATION_FACTOR = 3;

    /** Packed, so many trips are one Firehose record, which fails or does not: what a few retries have to cope with. */
    private static final int SMALL_BATCH = 100;

    private final String text;

    Trial(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }

    int parallelizationFactor() {
        return this == PARALLEL ? PARALLELIZATION_FACTOR : 1;
    }

    /** Kinesis records in a batch, of as many as other rows have. */
    int batchSize(int usual) {
        return givesUp() ? Math.min(usual, SMALL_BATCH) : usual;
    }

    /** Retries after which the mapping gives a batch up, -1 for never. */
    int maximumRetryAttempts() {
        return this == THREE_RETRIES ? 3 : this == ONE_RETRY ? 1 : -1;
    }

    /** Whether batches may be given up, so that records in them may be missing. */
    boolean givesUp() {
        return maximumRetryAttempts() >= 0;
    }

    /**
     * Returns the weather of an invocation in place of the one that was drawn.
     *
     * @param drawn the weather as every other row has it
     * @param chance a random number, at least 0 and below 1
     */
    Weather weather(Weather drawn, double chance) {
        if (givesUp()) {
            return Weather.STEADY_THROTTLING;
        }
        return this == REFUSED && chance < Weather.REFUSALS_SHARE ? Weather.REFUSALS : drawn;
    }
}
