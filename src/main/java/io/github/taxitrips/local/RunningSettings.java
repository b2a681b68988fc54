package io.github.taxitrips.local;

import io.github.taxitrips.settings.SettingFailureAnalyzer;
import io.github.taxitrips.settings.SettingsValidator;
import io.github.taxitrips.settings.TaxiTripsProperties;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.validation.ValidationBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.OriginTrackedMapPropertySource;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginTrackedValue;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.util.unit.DataSize;

/**
 * The settings in force, of which some can change while the local run is at work: on Lambda those of the function by an update of
 * its configuration, those of the mapping by one of the event source mapping. A change is bound and checked as at the start, with
 * the same words, and lasts until the process ends. Safe for use by several threads.
 */
public final class RunningSettings {

    private static final Logger log = LoggerFactory.getLogger(RunningSettings.class);

    /** Longer ones are none of these settings', and would only be quoted. */
    private static final int LONGEST = 100;

    private static final List<Changeable> CHANGEABLE = List.of(
            new Changeable(Part.FUNCTION, "taxi-trips.on-exhausted", TaxiTripsProperties::onExhausted),
            new Changeable(Part.FUNCTION, "taxi-trips.packing.enabled", all -> all.packing()
                    .enabled()),
            new Changeable(Part.FUNCTION, "taxi-trips.packing.max-record-size", all -> all.packing()
                    .maxRecordSize()),
            new Changeable(
                    Part.FUNCTION, "taxi-trips.retry.memory", all -> all.retry().memory()),
            new Changeable(Part.FUNCTION, "taxi-trips.retry.max-retries", all -> all.retry()
                    .maxRetries()),
            ofMapping("batch-size", TaxiTripsProperties.Mapping::batchSize),
            ofMapping("maximum-batching-window", TaxiTripsProperties.Mapping::maximumBatchingWindow),
            ofMapping("bisect-batch-on-function-error", TaxiTripsProperties.Mapping::bisectBatchOnFunctionError),
            ofMapping("report-batch-item-failures", TaxiTripsProperties.Mapping::reportBatchItemFailures),
            ofMapping("maximum-retry-attempts", TaxiTripsProperties.Mapping::maximumRetryAttempts));

    private final ConfigurableEnvironment environment;
    private final TaxiTripsProperties started;
    private final List<Listener> listeners = new ArrayList<>();
    private Map<String, String> changes = Map.of();
    private volatile TaxiTripsProperties current;
    private volatile @Nullable Instant changed;

    /** What a setting is of. */
    public enum Part {
        /** Takes effect with new execution environments. */
        FUNCTION,
        /** Takes effect with the next batch. */
        MAPPING
    }

    private record Changeable(Part part, String name, Function<TaxiTripsProperties, Object> value) {}

    private record Listener(Part part, Consumer<TaxiTripsProperties> told) {}

    /**
     * @param environment where the settings are from
     * @param started those that the application was started with
     */
    RunningSettings(ConfigurableEnvironment environment, TaxiTripsProperties started) {
        this.environment = environment;
        this.started = started;
        this.current = started;
    }

    private static Changeable ofMapping(String name, Function<TaxiTripsProperties.Mapping, Object> value) {
        return new Changeable(
                Part.MAPPING,
                "taxi-trips.local.mapping." + name,
                all -> value.apply(all.local().mapping()));
    }

    /** Calls back after each change of a part, before {@link #change} returns. */
    public synchronized void listen(Part part, Consumer<TaxiTripsProperties> listener) {
        listeners.add(new Listener(part, listener));
    }

    /** Returns the settings in force. */
    public TaxiTripsProperties current() {
        return current;
    }

    /** Returns when they were changed last, null if they are those of the start. */
    public @Nullable Instant changed() {
        return changed;
    }

    /** Returns what can change of a part, by name: numbers, booleans and texts, written as in {@code application.yml}. */
    public Map<String, Object> values(Part part) {
        return values(current, CHANGEABLE.stream().filter(setting -> setting.part == part));
    }

    /** Returns the same of all parts, as it was at the start. */
    public Map<String, Object> started() {
        return values(started, CHANGEABLE.stream());
    }

    private static Map<String, Object> values(TaxiTripsProperties settings, Stream<Changeable> names) {
        Map<String, Object> values = new LinkedHashMap<>();
        names.forEach(setting -> values.put(setting.name, written(setting.value.apply(settings))));
        return values;
    }

    private static Object written(Object value) {
        if (value instanceof DataSize size) {
            return size.toBytes() % 1024 == 0 ? size.toKilobytes() + "KB" : size.toBytes() + "B";
        }
        if (value instanceof Duration time) {
            return time.toNanosPart() == 0
                    ? time.toSeconds() + "s"
                    : time.toNanosPart() % 1_000_000 == 0 ? time.toMillis() + "ms" : time.toNanos() + "ns";
        }
        return value instanceof Enum<?> one
                ? one.name().toLowerCase(Locale.ROOT).replace('_', '-')
                : value;
    }

    /**
     * Changes settings, all of those that are named or none.
     *
     * @param wanted values by full name, such as {@code taxi-trips.packing.enabled}, as they would stand in a file of properties
     * @throws RuntimeException what a listener throws, such as an own bean of whoever extends the function; nothing is changed then
     * @throws IllegalArgumentException if one cannot change, naming those that can, or a value is wrong, in the words of a start
     */
    public synchronized void change(Map<String, String> wanted) {
        wanted.forEach(RunningSettings::check);
        Map<String, String> merged = new LinkedHashMap<>(changes);
        merged.putAll(wanted);
        TaxiTripsProperties before = current;
        TaxiTripsProperties after = bind(merged);
        List<Changeable> different = CHANGEABLE.stream()
                .filter(setting -> !setting.value.apply(before).equals(setting.value.apply(after)))
                .toList();
        Map<String, String> changesBefore = changes;
        Instant changedBefore = changed;
        changes = merged;
        if (different.isEmpty()) {
            return;
        }
        current = after;
        changed = Instant.now();
        List<Listener> concerned = listeners.stream()
                .filter(listener -> different.stream().anyMatch(setting -> setting.part == listener.part))
                .toList();
        try {
            concerned.forEach(listener -> listener.told.accept(after));
        } catch (RuntimeException e) {
            changes = changesBefore;
            current = before;
            changed = changedBefore;
            takeBack(concerned, before, e);
            throw e;
        }
        log.info(
                "Settings changed: {}",
                different.stream()
                        .map(setting -> "%s=%s (was %s)"
                                .formatted(
                                        setting.name,
                                        written(setting.value.apply(after)),
                                        written(setting.value.apply(before))))
                        .collect(Collectors.joining(", ")));
    }

    /** Tells those who may have been told of a change that failed what is in force. */
    private static void takeBack(List<Listener> told, TaxiTripsProperties before, RuntimeException failure) {
        for (Listener listener : told) {
            try {
                listener.told.accept(before);
            } catch (RuntimeException e) {
                failure.addSuppressed(e);
            }
        }
    }

    private static void check(String name, String value) {
        if (CHANGEABLE.stream().noneMatch(setting -> setting.name.equals(name))) {
            throw new IllegalArgumentException("%s is not among the settings that can change at run time: %s."
                    .formatted(
                            quoted(name),
                            CHANGEABLE.stream().map(Changeable::name).collect(Collectors.joining(", "))));
        }
        // A placeholder would be told with what stands for it, such as a variable of the environment.
        if (value.length() > LONGEST || value.contains("${")) {
            throw new IllegalArgumentException(
                    "The setting %s has the value %s, but must be a value of at most %d characters, and no placeholder."
                            .formatted(name, quoted(value), LONGEST));
        }
    }

    private static String quoted(String text) {
        return '"' + (text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...") + '"';
    }

    private TaxiTripsProperties bind(Map<String, String> values) {
        Origin origin = new Origin() {
            @Override
            public String toString() {
                return "the change at run time";
            }
        };
        Map<String, Object> tracked = new LinkedHashMap<>();
        values.forEach((name, value) -> tracked.put(name, OriginTrackedValue.of(value, origin)));
        ConfigurableEnvironment overlaid =
                new Overlaid(environment, new OriginTrackedMapPropertySource("changes", tracked));
        try {
            return Binder.get(overlaid, new ValidationBindHandler(new SettingsValidator(overlaid)))
                    .bindOrCreate("taxi-trips", Bindable.of(TaxiTripsProperties.class));
        } catch (BindException e) {
            var explained = new SettingFailureAnalyzer(overlaid).analyze(e);
            throw new IllegalArgumentException(
                    explained == null ? e.getMessage() : Objects.requireNonNull(explained.getDescription()), e);
        }
    }

    /** An environment with a source of properties in front of all others. */
    private static final class Overlaid extends StandardEnvironment {

        Overlaid(ConfigurableEnvironment environment, PropertySource<?> first) {
            for (PropertySource<?> source : environment.getPropertySources()) {
                if (!ConfigurationPropertySources.isAttachedConfigurationPropertySource(source)) {
                    getPropertySources().addLast(source);
                }
            }
            getPropertySources().addFirst(first);
            ConfigurationPropertySources.attach(this);
        }

        @Override
        protected void customizePropertySources(MutablePropertySources sources) {
            // none of its own
        }
    }
}
