package io.github.taxitrips.local.campaign;

import io.github.taxitrips.local.lake.DeliveryStream;
import io.github.taxitrips.local.lake.Lake;
import io.github.taxitrips.local.lake.LakeFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads what arrived in a data lake and compares it, line by line, with what should have. */
final class Arrivals {

    private static final JsonMapper JSON = new JsonMapper();

    private final CampaignStream stream;
    private final Map<String, Integer> trips = new HashMap<>();
    private final Map<PoisonId, String> poison = new HashMap<>();
    private long foreign;
    private long misjudged;

    /** @param stream what was sent */
    Arrivals(CampaignStream stream) {
        this.stream = stream;
    }

    /** Reads every file of a lake. */
    void read(Lake lake) {
        for (LakeFile file : lake.files()) {
            Consumer<String> reader =
                    file.folder().equals(DeliveryStream.QUARANTINE) ? this::readQuarantined : this::readTrip;
            try (BufferedReader lines = Files.newBufferedReader(file.path())) {
                lines.lines().forEach(reader);
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot read " + file.path(), e);
            }
        }
    }

    /** Reads a line, without its newline, that arrived among the trips. */
    void readTrip(String line) {
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
        String id = TripLine.id(bytes);
        if (!Arrays.equals(bytes, stream.clean().get(id))) {
            foreign++;
        } else {
            trips.merge(id, 1, Integer::sum);
        }
    }

    /** Reads a line, without its newline, that arrived in the quarantine. */
    void readQuarantined(String text) {
        JsonNode line = JSON.readTree(text);
        byte[] start = line.has("payload")
                ? line.get("payload").stringValue().getBytes(StandardCharsets.UTF_8)
                : Base64.getDecoder().decode(line.get("payload_base64").stringValue());
        PoisonId id = PoisonId.of(
                line.get("event_id").stringValue(), line.get("payload_bytes").intValue(), start);
        String reason = line.get("reason").stringValue()
                + (line.has("field") ? ":" + line.get("field").stringValue() : "");
        if (reason.equals(stream.poison().get(id))) {
            poison.put(id, reason);
        } else {
            misjudged++;
        }
    }

    /** Clean trips that arrived at least once. */
    int delivered() {
        return trips.size();
    }

    /** How often each clean trip that arrived did so, by its id. */
    Map<String, Integer> trips() {
        return trips;
    }

    /** Clean trips of certain Kinesis records, by the ids of their events, that did not arrive. */
    int missingTrips(Set<String> eventIds) {
        return Math.toIntExact(stream.carriers().entrySet().stream()
                .filter(trip -> eventIds.contains(trip.getValue()) && !trips.containsKey(trip.getKey()))
                .count());
    }

    /** Records to be rejected of certain Kinesis records that did not arrive in the quarantine. */
    int missingPoison(Set<String> eventIds) {
        return Math.toIntExact(stream.poison().keySet().stream()
                .filter(id -> eventIds.contains(id.eventId()) && !poison.containsKey(id))
                .count());
    }

    /** Lines among the trips that are no clean trip of the stream. */
    long foreign() {
        return foreign;
    }

    /** Rejected records that arrived in the quarantine at least once, by the reason for which they should have. */
    Map<String, Integer> rejected() {
        Map<String, Integer> counts = new TreeMap<>();
        poison.values().forEach(reason -> counts.merge(reason, 1, Integer::sum));
        return counts;
    }

    /** Lines in the quarantine that are not of a record to be rejected for their reason. */
    long misjudged() {
        return misjudged;
    }
}
