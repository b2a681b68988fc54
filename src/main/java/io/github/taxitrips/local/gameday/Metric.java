package io.github.taxitrips.local.gameday;

import io.micrometer.core.instrument.Statistic;
import java.util.function.ToDoubleFunction;

/**
 * What an alarm watches, as the desk measures it.
 *
 * @param name the meter's name
 * @param unit what is shown behind a value
 * @param kind how it is read
 * @param value what has been counted, or what a gauge shows
 * @param calls of a mean, how many there were
 */
record Metric(String name, String unit, Kind kind, ToDoubleFunction<GameDesk> value, ToDoubleFunction<GameDesk> calls) {

    enum Kind {
        /** What comes to it in a while. */
        COUNT,
        /** What it shows at the end of a while. */
        GAUGE,
        /** What an invocation of a while takes. */
        MEAN
    }

    /** What it says at the beginning of a while. */
    record Mark(double value, double calls) {}

    static Metric count(String name) {
        return new Metric(name, "", Kind.COUNT, desk -> desk.meter(name, Statistic.COUNT), desk -> 0);
    }

    static Metric gauge(String name, String unit) {
        return new Metric(name, unit, Kind.GAUGE, desk -> desk.meter(name, Statistic.VALUE), desk -> 0);
    }

    static Metric mean(String name) {
        return new Metric(
                name,
                " s",
                Kind.MEAN,
                desk -> desk.meter(name, Statistic.TOTAL_TIME),
                desk -> desk.meter(name, Statistic.COUNT));
    }

    Mark mark(GameDesk desk) {
        return new Mark(value.applyAsDouble(desk), calls.applyAsDouble(desk));
    }

    /** Returns its value for the while since a mark. */
    double since(Mark mark, GameDesk desk) {
        double now = value.applyAsDouble(desk);
        return switch (kind) {
            case COUNT -> now - mark.value;
            case GAUGE -> now;
            case MEAN -> (now - mark.value) / Math.max(1, calls.applyAsDouble(desk) - mark.calls);
        };
    }
}
