package io.github.taxitrips.local.campaign;

import io.github.taxitrips.local.aws.Faults;
import java.time.Duration;
import java.util.Locale;
import java.util.Random;

/** What goes wrong at the endpoint while an invocation is under way. */
enum Weather {
    CALM(0.50, 0, 0, Faults.SERVICE_UNAVAILABLE),
    /** Some records of each call are throttled, and retries mend it. */
    THROTTLING(0.14, 0.1, 0, Faults.SERVICE_UNAVAILABLE),
    /** So many records are throttled that some fail in each attempt. */
    HEAVY_THROTTLING(0.12, 0.7, 0, Faults.SERVICE_UNAVAILABLE),
    /** Every other call fails with status 503. */
    FAILED_CALLS(0.08, 0, 0.5, Faults.SERVICE_UNAVAILABLE),
    /** Every other call fails with status 500. */
    INTERNAL_FAILURES(0.04, 0, 0.5, Faults.INTERNAL_FAILURE),
    /** The connection of every other call is closed without an answer. */
    RESETS(0.05, 0, 0.5, Faults.CONNECTION_RESET),
    /** Throttled records and failed calls at once. */
    STORM(0.05, 0.5, 0.4, Faults.SERVICE_UNAVAILABLE),
    /** Answers come too late for the client, but what they acknowledge is stored. */
    TIMEOUTS(0.02, 0, 0, Faults.SERVICE_UNAVAILABLE),
    /** Of the trials that give up only: three in four records are throttled, always. */
    STEADY_THROTTLING(0, 0.75, 0, Faults.SERVICE_UNAVAILABLE),
    /** Of the trial of refused calls only: the delivery stream is unknown. */
    REFUSALS(0, 0, 1, "ResourceNotFoundException");

    /** Share of invocations with {@link #REFUSALS} where there are any. */
    static final double REFUSALS_SHARE = 0.1;

    private final double share;
    private final double throttledRecords;
    private final double failedCalls;
    private final String errorCode;

    Weather(double share, double throttledRecords, double failedCalls, String errorCode) {
        this.share = share;
        this.throttledRecords = throttledRecords;
        this.failedCalls = failedCalls;
        this.errorCode = errorCode;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** Draws the weather of an invocation, each with its share. */
    static Weather draw(Random random) {
        double left = random.nextDouble();
        for (Weather weather : values()) {
            left -= weather.share;
            if (left < 0) {
                return weather;
            }
        }
        return CALM;
    }

    /**
     * Returns the faults to make.
     *
     * @param tooLate a latency for which no client waits
     * @param seed seed of the faults
     */
    Faults faults(Duration tooLate, long seed) {
        return new Faults(throttledRecords, failedCalls, this == TIMEOUTS ? tooLate : Duration.ZERO, errorCode, seed);
    }
}
