package io.github.taxitrips.local;

import io.github.taxitrips.intake.Rejection;
import io.github.taxitrips.local.producer.RecordGenerator;
import io.github.taxitrips.local.producer.TableFile;
import io.github.taxitrips.local.producer.TripGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.core.io.FileSystemResource;

/** Writes the sample events of the folder {@code events}. */
final class SampleEvents {

    private SampleEvents() {}

    /** Writes every sample into the folder named by the first argument, {@code events} without one. */
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args.length == 0 ? "events" : args[0]);
        Files.createDirectories(folder);
        for (Map.Entry<String, byte[]> sample : all().entrySet()) {
            Files.write(folder.resolve(sample.getKey()), sample.getValue());
        }
    }

    /** Returns the samples by file name. */
    static Map<String, byte[]> all() {
        RecordGenerator readings =
                RecordGenerator.of(TableFile.read(new FileSystemResource(Path.of("docs/readings.yml"))), 1);
        Map<String, byte[]> samples = new LinkedHashMap<>();
        samples.put("clean.json", trips(3, 0));
        samples.put("dirty.json", trips(small(new TripGenerator(1)).size(), 1));
        samples.put("mixed.json", trips(100, 0.2));
        samples.put("large.json", trips(1_000, 0.05));
        samples.put("readings.json", event(readings, 60, 0.5));
        return samples;
    }

    private static byte[] trips(int size, double uncleanShare) {
        return event(new TripGenerator(size), size, uncleanShare);
    }

    private static byte[] event(RecordGenerator generator, int size, double uncleanShare) {
        List<byte[]> records = generator.records(size, uncleanShare, small(generator));
        return new KinesisEventWriter(Instant.parse("2026-01-01T00:00:00.125Z")).event(records);
    }

    private static List<Rejection> small(RecordGenerator generator) {
        return Stream.concat(generator.unclean().stream(), RecordGenerator.UNREADABLE.stream())
                .filter(kind -> !kind.equals(Rejection.of(Rejection.Reason.TOO_LARGE)))
                .toList();
    }
}
