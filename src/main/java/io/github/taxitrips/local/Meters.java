package io.github.taxitrips.local;

import io.github.taxitrips.delivery.Invocation;
import io.github.taxitrips.telemetry.Measure;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.stereotype.Component;

/**
 * The {@linkplain Measure measures} of invocations as meters, in whatever registries there are: {@code taxi.trips.} and the
 * measure's name with dots before its capitals. Counts and bytes are counters, times are timers, and {@code
 * taxi.trips.rejected.by.reason} has the tag {@code reason}.
 */
@Component
@ConditionalOnWebApplication
final class Meters implements Invocation.Listener {

    /** How the names begin. */
    static final String PREFIX = "taxi.trips.";

    private final MeterRegistry registry;
    private final Map<Measure, Counter> counters = new EnumMap<>(Measure.class);
    private final Map<Measure, Timer> timers = new EnumMap<>(Measure.class);

    /** Registers them, so that they are there before the first invocation. */
    Meters(MeterRegistry registry) {
        this.registry = registry;
        for (Measure measure : Measure.values()) {
            switch (measure.unit()) {
                case COUNT -> counters.put(measure, registry.counter(name(measure)));
                case BYTES ->
                    counters.put(
                            measure,
                            Counter.builder(name(measure)).baseUnit("bytes").register(registry));
                case MILLISECONDS -> timers.put(measure, registry.timer(name(measure)));
            }
        }
    }

    /** The name of a measure's meter. */
    static String name(Measure measure) {
        return PREFIX + measure.toString().replaceAll("(?=[A-Z])", ".").toLowerCase(Locale.ROOT);
    }

    @Override
    public void ended(Invocation invocation) {
        counters.forEach((measure, counter) -> counter.increment((double) measure.of(invocation)));
        timers.forEach((measure, timer) -> timer.record(Duration.ofMillis(measure.of(invocation))));
        Measure.rejections(invocation)
                .forEach((reason, count) -> registry.counter(PREFIX + "rejected.by.reason", "reason", reason)
                        .increment(count));
    }
}
