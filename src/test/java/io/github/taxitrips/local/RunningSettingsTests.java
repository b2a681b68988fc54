package io.github.taxitrips.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.taxitrips.local.RunningSettings.Part;
import io.github.taxitrips.settings.TaxiTripsProperties;
import io.github.taxitrips.settings.TaxiTripsProperties.OnExhausted;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.FileSystemResource;
import org.springframework.util.unit.DataSize;

/** A change at run time is bound and checked as at the start, takes effect as a whole or not at all, and is told of. */
class RunningSettingsTests {

    private final StandardEnvironment environment = new StandardEnvironment();
    private final TaxiTripsProperties started = bound(environment);
    private final RunningSettings settings = new RunningSettings(environment, started);
    private final List<String> told = new ArrayList<>();

    RunningSettingsTests() {
        settings.listen(Part.FUNCTION, changed -> told.add("function"));
        settings.listen(Part.MAPPING, changed -> told.add("mapping"));
    }

    /** Binds what application.yml has, and a command line, which a change has to stand before. */
    private static TaxiTripsProperties bound(StandardEnvironment environment) {
        try {
            new YamlPropertySourceLoader()
                    .load("application.yml", new FileSystemResource("application.yml"))
                    .forEach(environment.getPropertySources()::addLast);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource("commandLine", Map.of("taxi-trips.retry.max-retries", "5")));
        return Binder.get(environment)
                .bind("taxi-trips", TaxiTripsProperties.class)
                .get();
    }

    @Test
    void startsWithWhatTheApplicationHas() {
        assertThat(settings.values(Part.FUNCTION))
                .isEqualTo(Map.of(
                        "taxi-trips.on-exhausted",
                        "fail-batch",
                        "taxi-trips.packing.enabled",
                        false,
                        "taxi-trips.packing.max-record-size",
                        "64KB",
                        "taxi-trips.retry.memory",
                        20_000,
                        "taxi-trips.retry.max-retries",
                        5));
        assertThat(settings.values(Part.MAPPING))
                .isEqualTo(Map.of(
                        "taxi-trips.local.mapping.batch-size",
                        1000,
                        "taxi-trips.local.mapping.maximum-batching-window",
                        "1s",
                        "taxi-trips.local.mapping.bisect-batch-on-function-error",
                        true,
                        "taxi-trips.local.mapping.report-batch-item-failures",
                        true,
                        "taxi-trips.local.mapping.maximum-retry-attempts",
                        -1));
        assertThat(settings.changed()).isNull();
    }

    @Test
    void changesAddUpAndThePartIsTold() {
        settings.change(Map.of("taxi-trips.packing.enabled", "true", "taxi-trips.retry.max-retries", "0"));
        assertThat(told).containsExactly("function");
        settings.change(Map.of("taxi-trips.local.mapping.maximum-batching-window", "1500ms"));
        assertThat(told).containsExactly("function", "mapping");
        settings.change(Map.of("taxi-trips.on-exhausted", "REPORT_FAILURES"));

        TaxiTripsProperties now = settings.current();
        assertThat(now.packing().enabled()).isTrue();
        assertThat(now.retry().maxRetries()).isZero();
        assertThat(now.onExhausted()).isEqualTo(OnExhausted.REPORT_FAILURES);
        assertThat(now.local().mapping().maximumBatchingWindow()).isEqualTo(Duration.ofMillis(1500));
        assertThat(now.table()).isEqualTo(started.table());
        assertThat(settings.values(Part.MAPPING))
                .containsEntry("taxi-trips.local.mapping.maximum-batching-window", "1500ms");
        assertThat(settings.changed()).isNotNull();
    }

    @Test
    void whatIsAsItWasIsNoChange() {
        settings.change(Map.of());
        settings.change(Map.of("taxi-trips.packing.max-record-size", "65536"));
        assertThat(told).isEmpty();
        assertThat(settings.changed()).isNull();
    }

    @Test
    void changeThatAListenerCannotTakeIsTakenBackForAll() {
        List<Integer> memories = new ArrayList<>();
        IllegalStateException failure = new IllegalStateException("not in this weather");
        boolean[] fails = {true};
        settings.listen(Part.FUNCTION, changed -> memories.add(changed.retry().memory()));
        settings.listen(Part.FUNCTION, changed -> {
            if (fails[0] && changed.retry().memory() == 7) {
                throw failure;
            }
        });
        settings.listen(Part.FUNCTION, changed -> memories.add(changed.retry().memory()));
        Map<String, String> wanted = Map.of("taxi-trips.retry.memory", "7");
        assertThatThrownBy(() -> settings.change(wanted)).isSameAs(failure);
        assertThat(memories).containsExactly(7, 20_000, 20_000);
        assertThat(settings.current()).isSameAs(started);
        assertThat(settings.changed()).isNull();
        settings.change(Map.of("taxi-trips.packing.enabled", "true"));
        assertThat(settings.current().retry().memory()).isEqualTo(20_000);
        fails[0] = false;
        settings.change(wanted);
        assertThat(memories).endsWith(7, 7);
        assertThat(settings.current().retry().memory()).isEqualTo(7);
    }

    @Test
    void startComesBack() {
        settings.change(Map.of("taxi-trips.retry.memory", "0", "taxi-trips.local.mapping.batch-size", "7"));
        assertThat(settings.current()).isNotEqualTo(started);
        settings.started().forEach((name, value) -> settings.change(Map.of(name, value.toString())));
        assertThat(settings.current()).isEqualTo(started);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "taxi-trips.retry.memory|many|must be a whole number from 0 to 1000000",
                "taxi-trips.retry.memory|1000001|must be a whole number from 0 to 1000000",
                "taxi-trips.retry.max-retries|-1|must be a whole number from 0 to 10",
                "taxi-trips.packing.max-record-size|2000KB|must be a size from 1KB to 1000KB",
                "taxi-trips.packing.max-record-size|big|must be a size from 1KB to 1000KB",
                "taxi-trips.on-exhausted|give-up|must be one of fail-batch, report-failures",
                "taxi-trips.packing.enabled|maybe|must be true or false",
                "taxi-trips.local.mapping.batch-size|1.5|must be a whole number from 1 to 10000",
                "taxi-trips.local.mapping.maximum-batching-window|6m|must be a duration from 0s to 5m",
                "taxi-trips.local.mapping.maximum-batching-window|${HOME}|and no placeholder"
            })
    void wrongValueIsExplainedAsAtTheStartAndNothingChanges(String name, String value, String allowed) {
        Map<String, String> wanted =
                Map.of("taxi-trips.local.mapping.report-batch-item-failures", "false", name, value);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings.change(wanted))
                .withMessageContaining("The setting " + name + " has the value \"" + value + "\"")
                .withMessageContaining(allowed);
        assertThat(settings.current()).isSameAs(started);
        assertThat(told).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "taxi-trips.retry.max-wait",
                "taxi-trips.local.mapping.parallelization-factor",
                "taxi-trips.packing.ENABLED",
                "server.port",
                ""
            })
    void whatCannotChangeIsToldWithWhatCan(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings.change(Map.of("taxi-trips.packing.enabled", "true", name, "1")))
                .withMessageContainingAll(
                        '"' + name + '"', "taxi-trips.on-exhausted", "taxi-trips.local.mapping.maximum-retry-attempts");
        assertThat(settings.current()).isSameAs(started);
    }

    @Test
    void longTextIsNotRepeatedWhole() {
        String nines = "9".repeat(10_000);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings.change(Map.of("taxi-trips.retry.memory", nines)))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings.change(Map.of(nines, "1")))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(800));
    }

    /** What is told can be given back, and means the same. */
    @Property(tries = 100)
    void writtenValuesAreRead(
            @ForAll @LongRange(min = 1024, max = 1_024_000) long size,
            @ForAll @LongRange(min = 0, max = 300_000_000_000L) long window,
            @ForAll @IntRange(max = 1_000_000) int memory,
            @ForAll boolean partly) {
        RunningSettings one = new RunningSettings(environment, started);
        one.change(Map.of(
                "taxi-trips.packing.max-record-size",
                size + "B",
                "taxi-trips.local.mapping.maximum-batching-window",
                window + "ns",
                "taxi-trips.retry.memory",
                String.valueOf(memory),
                "taxi-trips.local.mapping.report-batch-item-failures",
                String.valueOf(partly)));
        assertThat(one.current().packing().maxRecordSize()).isEqualTo(DataSize.ofBytes(size));
        assertThat(one.current().local().mapping().maximumBatchingWindow()).isEqualTo(Duration.ofNanos(window));
        RunningSettings other = new RunningSettings(environment, started);
        for (Part part : Part.values()) {
            one.values(part).forEach((name, value) -> other.change(Map.of(name, value.toString())));
        }
        assertThat(other.current()).isEqualTo(one.current());
    }
}
