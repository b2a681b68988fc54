package io.github.taxitrips.local.campaign;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import io.github.taxitrips.intake.KinesisEventReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What lies in the mapping's on-failure destination, read as the function reads it.
 *
 * @param eventIds the events of the records in it
 * @param records how many records its objects have, by why they were given up
 */
record GivenUp(Set<String> eventIds, Map<String, Integer> records) {

    private static final JsonMapper JSON = new JsonMapper();

    /** Reads every object below a folder, which need not be there. */
    static GivenUp in(Path folder) {
        Set<String> eventIds = new HashSet<>();
        Map<String, Integer> records = new TreeMap<>();
        KinesisEventReader reader = new KinesisEventReader();
        for (Path object : objects(folder)) {
            try {
                byte[] bytes = Files.readAllBytes(object);
                List<KinesisEventRecord> event = reader.read(bytes).getRecords();
                event.forEach(record -> eventIds.add(record.getEventID()));
                JsonNode root = JSON.readTree(bytes);
                records.merge(root.at("/requestContext/condition").stringValue(), event.size(), Integer::sum);
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot read " + object, e);
            }
        }
        return new GivenUp(eventIds, records);
    }

    private static List<Path> objects(Path folder) {
        if (Files.notExists(folder)) {
            return List.of();
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.filter(Files::isRegularFile).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot list " + folder, e);
        }
    }

    /** Returns how many records its objects have. */
    int recordsInAll() {
        return records.values().stream().mapToInt(count -> count).sum();
    }

    /** Returns why records were given up. */
    String why() {
        return records.keySet().stream().collect(Collectors.joining(", "));
    }
}
