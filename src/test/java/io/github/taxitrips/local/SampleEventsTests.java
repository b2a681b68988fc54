package io.github.taxitrips.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.intake.Intake;
import io.github.taxitrips.intake.KinesisEventReader;
import io.github.taxitrips.intake.TableValidator;
import io.github.taxitrips.local.producer.TripGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SampleEventsTests {

    private static final Path EVENTS = Path.of("events");

    @Test
    void samplesAreWhatTheGeneratorMakes() throws IOException {
        Map<String, byte[]> samples = SampleEvents.all();
        for (Map.Entry<String, byte[]> sample : samples.entrySet()) {
            assertThat(EVENTS.resolve(sample.getKey()))
                    .as("made by io.github.taxitrips.local.SampleEvents")
                    .hasBinaryContent(sample.getValue());
        }
        try (Stream<Path> files = Files.list(EVENTS)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(samples.keySet());
        }
    }

    @Test
    void mainWritesThemIntoAFolder(@TempDir Path folder) throws IOException {
        SampleEvents.main(new String[] {folder.resolve("new").toString()});
        assertThat(folder.resolve("new/mixed.json")).hasSameBinaryContentAs(EVENTS.resolve("mixed.json"));
    }

    @ParameterizedTest
    @CsvSource({"clean.json, 3, 3, 0", "dirty.json, 20, 0, 20", "mixed.json, 100, 80, 20", "large.json, 1000, 950, 50"})
    void samplesHoldWhatTheirNamesSay(String name, int received, int clean, int unclean) throws IOException {
        Intake.Batch batch = new Intake(new TableValidator(TripGenerator.TABLE, false), true, true)
                .accept(new KinesisEventReader().read(Files.readAllBytes(EVENTS.resolve(name))));
        assertThat(batch.received()).isEqualTo(received);
        assertThat(batch.trips()).hasSize(clean);
        assertThat(batch.rejected()).hasSize(unclean);
    }

    @Test
    void sameSeedSameTrips() {
        assertThat(new TripGenerator(4).records(50, 0.3, TripGenerator.UNCLEAN))
                .usingRecursiveComparison()
                .isEqualTo(new TripGenerator(4).records(50, 0.3, TripGenerator.UNCLEAN));
        assertThat(new TripGenerator(4).record()).isNotEqualTo(new TripGenerator(5).record());
    }
}
