package io.github.taxitrips.local.campaign;

import io.github.taxitrips.local.aws.AwsEndpoint;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;

/**
 * What goes wrong in each invocation of a row, drawn from a seed. As long as one invocation comes after the other, the n-th
 * one of each row has the same weather and the same death, but for what the row's trial changes. Safe for use by several
 * threads; invocations that are under way at once share the weather of the last that began.
 */
final class Schedule {

    /** Share of invocations in the midst of which the environment dies. */
    private static final double DEATHS = 0.02;

    /** Share of invocations that befalls what the trial is about. */
    private static final double TRIALS = 0.1;

    /** The last call at which something happens. */
    private static final int LAST_CALL = 4;

    private final Trial trial;
    private final AwsEndpoint endpoint;
    private final Duration tooLate;
    private final Random random;
    private final Random trials;
    private final Map<Weather, Integer> weather = new EnumMap<>(Weather.class);

    /**
     * @param trial what the row tries
     * @param endpoint the endpoint at which the weather is
     * @param tooLate a latency for which no client waits
     * @param seed seed of all that is drawn
     */
    Schedule(Trial trial, AwsEndpoint endpoint, Duration tooLate, long seed) {
        this.trial = trial;
        this.endpoint = endpoint;
        this.tooLate = tooLate;
        this.random = new Random(seed);
        // A source of its own, and always the same number of draws from both, for the schedule to be the same in each
        // row.
        this.trials = new Random(seed + 1);
    }

    /** Changes the weather for an invocation that is about to begin, and plans what befalls its environment. */
    synchronized void next(Mishaps mishaps) {
        Weather drawn = Weather.draw(random);
        Weather today = trial.weather(drawn, trials.nextDouble());
        weather.merge(today, 1, Integer::sum);
        endpoint.setFaults(today.faults(tooLate, random.nextLong()));
        boolean dies = random.nextDouble() < DEATHS;
        boolean tried = trials.nextDouble() < TRIALS;
        int call = 1 + random.nextInt(LAST_CALL);
        boolean answered = random.nextBoolean();
        if (dies || (tried && trial == Trial.DYING)) {
            mishaps.plan(Mishaps.Kind.DEATH, call, answered);
        } else if (tried && trial == Trial.ERRORS) {
            mishaps.plan(Mishaps.Kind.ERROR, call, answered);
        } else if (tried && trial == Trial.DEADLINE) {
            mishaps.plan(Mishaps.Kind.STALL, call, answered);
        }
    }

    /** Returns the number of invocations so far by their weather. */
    synchronized Map<Weather, Integer> weather() {
        return new EnumMap<>(weather);
    }
}
