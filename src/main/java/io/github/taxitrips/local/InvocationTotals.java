package io.github.taxitrips.local;

import io.github.taxitrips.delivery.Invocation;
import io.github.taxitrips.telemetry.Measure;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** Adds up the measures of invocations, for those who ask in between. Safe for use by several threads. */
public final class InvocationTotals implements Invocation.Listener {

    private final Map<Measure, Long> sums = new EnumMap<>(Measure.class);
    private final Map<String, Integer> rejected = new TreeMap<>();
    private long invocations;

    /**
     * The sums so far.
     *
     * @param invocations number of invocations
     * @param sums the sum of each measure
     * @param rejected rejected records by reason and member
     */
    public record Sums(long invocations, Map<Measure, Long> sums, Map<String, Integer> rejected) {

        /** Returns the sum of a measure. */
        public long of(Measure measure) {
            return sums.getOrDefault(measure, 0L);
        }
    }

    @Override
    public synchronized void ended(Invocation invocation) {
        invocations++;
        for (Measure measure : Measure.values()) {
            sums.merge(measure, measure.of(invocation), Long::sum);
        }
        invocation.report().rejected().forEach((reason, count) -> rejected.merge(reason, count, Integer::sum));
    }

    /** Returns the sums so far. */
    public synchronized Sums sums() {
        return new Sums(invocations, new EnumMap<>(sums), new TreeMap<>(rejected));
    }
}
