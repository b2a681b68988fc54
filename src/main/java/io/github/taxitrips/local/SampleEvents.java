package io.github.taxitrips.local;

import io.github.taxitrips.intake.Rejection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

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
        List<Rejection> small = Stream.concat(TripGenerator.UNCLEAN.stream(), RecordGenerator.UNREADABLE.stream())
                .filter(kind -> kind.reason() != Rejection.Reason.TOO_LARGE)
                .toList();
        Map<String, byte[]> samples = new LinkedHashMap<>();
        samples.put("clean.json", event(3, 0, small));
        samples.put("dirty.json", event(small.size(), 1, small));
        samples.put("mixed.json", event(100, 0.2, small));
        samples.put("large.json", event(1_000, 0.05, small));
        return samples;
    }

    private static byte[] event(int size, double uncleanShare, List<Rejection> kinds) {
        List<byte[]> records = new TripGenerator(size).records(size, uncleanShare, kinds);
        return new KinesisEventWriter(Instant.parse("2026-01-01T00:00:00.125Z")).event(records);
    }
}
