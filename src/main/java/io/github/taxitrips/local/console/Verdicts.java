package io.github.taxitrips.local.console;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import io.github.taxitrips.intake.Document;
import io.github.taxitrips.intake.Intake;
import io.github.taxitrips.intake.InvalidEventException;
import io.github.taxitrips.intake.KinesisEventReader;
import io.github.taxitrips.intake.RejectedRecord;
import io.github.taxitrips.intake.Rejection;
import io.github.taxitrips.intake.UserRecord;
import io.github.taxitrips.local.mapping.KinesisRecords;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.json.JsonMapper;

/** Judges what is pasted as the function would, and sends nothing. */
final class Verdicts {

    /** Records that are told one by one. */
    static final int MOST = 500;

    private static final int CHARACTERS = 4_000;
    private static final byte[] AGGREGATED = {(byte) 0xF3, (byte) 0x89, (byte) 0x9A, (byte) 0xC2};
    private static final String SHARD = "shardId-000000000000";

    private final JsonMapper json = JsonMapper.shared();
    private final Supplier<Intake> intake;

    /**
     * What was found.
     *
     * @param form what it was taken for: {@code event}, {@code kpl}, {@code document} or {@code lines}
     * @param received records in it
     * @param clean of these, the clean ones
     * @param aggregated Kinesis records that were unpacked
     * @param reasons the others, by reason
     * @param records the first of them, in order
     */
    record Judgement(
            String form, int received, int clean, int aggregated, Map<String, Integer> reasons, List<Judged> records) {}

    /**
     * A record and what is made of it.
     *
     * @param carrier the number of its Kinesis record, from 1
     * @param index its place in that, from 1; 0 for all of it
     * @param clean whether it would be delivered
     * @param id its id, null unless it is clean
     * @param reason why it would be set aside, null if it is clean
     * @param field the member that is wrong, null for the whole record
     * @param text the record, as a person reads it
     * @param from where in the text that is, -1 if nowhere
     * @param to where that ends
     * @param detail what a parser says of it, null if nothing
     */
    record Judged(
            int carrier,
            int index,
            boolean clean,
            @Nullable String id,
            @Nullable String reason,
            @Nullable String field,
            String text,
            int from,
            int to,
            @Nullable String detail) {}

    private record Place(int from, int to, @Nullable String detail) {
        static final Place NONE = new Place(-1, -1, null);
    }

    /** @param intake makes what an instance of the function would judge with that is made now */
    Verdicts(Supplier<Intake> intake) {
        this.intake = intake;
    }

    /**
     * Judges an event, an aggregated record (its bytes, or base64 of them), a JSON document, or records a line each.
     *
     * @throws InvalidEventException if it is an event that cannot be read, saying where and why
     */
    Judgement judge(byte[] pasted) {
        String text = new String(pasted, StandardCharsets.UTF_8).strip();
        if (isAggregated(pasted)) {
            return judge("kpl", event(List.of(pasted)));
        }
        byte[] decoded = base64(text);
        if (decoded != null && isAggregated(decoded)) {
            return judge("kpl", event(List.of(decoded)));
        }
        if (text.startsWith("{") && text.replaceAll("\\s", "").startsWith("{\"Records\"")) {
            return judge("event", new KinesisEventReader().read(pasted));
        }
        List<byte[]> lines = text.lines()
                .filter(line -> !line.isBlank())
                .map(line -> line.getBytes(StandardCharsets.UTF_8))
                .toList();
        if (lines.size() > 1 && !isDocument(text)) {
            return judge("lines", event(lines));
        }
        return judge("document", event(List.of(text.getBytes(StandardCharsets.UTF_8))));
    }

    private static boolean isAggregated(byte[] bytes) {
        return bytes.length > AGGREGATED.length
                && ByteBuffer.wrap(bytes, 0, AGGREGATED.length).equals(ByteBuffer.wrap(AGGREGATED));
    }

    private static byte @Nullable [] base64(String text) {
        try {
            return Base64.getMimeDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private boolean isDocument(String text) {
        try (JsonParser parser = json.createParser(text)) {
            parser.nextToken();
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (JacksonException e) {
            return false;
        }
    }

    private static KinesisEvent event(List<byte[]> payloads) {
        KinesisEvent event = new KinesisEvent();
        List<KinesisEventRecord> records = new ArrayList<>();
        for (byte[] payload : payloads) {
            records.add(KinesisRecords.of(
                    "pasted", SHARD, String.valueOf(records.size() + 1), "pasted", payload, Instant.now()));
        }
        event.setRecords(records);
        return event;
    }

    private Judgement judge(String form, KinesisEvent event) {
        Intake.Batch batch = intake.get().accept(event);
        IdentityHashMap<KinesisEventRecord, Integer> places = new IdentityHashMap<>();
        for (KinesisEventRecord record : event.getRecords()) {
            places.put(record, places.size() + 1);
        }
        List<Judged> records = new ArrayList<>();
        batch.trips().stream().limit(MOST).forEach(trip -> records.add(clean(trip, places)));
        batch.rejected().stream().limit(MOST).forEach(record -> records.add(unclean(record, places)));
        records.sort(Comparator.comparingInt(Judged::carrier).thenComparingInt(Judged::index));
        return new Judgement(
                form,
                batch.received(),
                batch.trips().size(),
                batch.aggregated(),
                batch.reasons(),
                records.subList(0, Math.min(MOST, records.size())));
    }

    private static Judged clean(Document trip, IdentityHashMap<KinesisEventRecord, Integer> places) {
        UserRecord record = trip.source();
        return new Judged(
                places.getOrDefault(record.carrier(), 0),
                record.index() + 1,
                true,
                trip.id(),
                null,
                null,
                Texts.of(record.payload(), CHARACTERS),
                -1,
                -1,
                null);
    }

    private Judged unclean(RejectedRecord rejected, IdentityHashMap<KinesisEventRecord, Integer> places) {
        UserRecord record = rejected.record();
        Rejection rejection = rejected.rejection();
        String text = Texts.of(record.payload(), CHARACTERS);
        Place place = place(text, rejection);
        return new Judged(
                places.getOrDefault(record.carrier(), 0),
                record.index() + 1,
                false,
                null,
                rejection.reason().toString(),
                rejection.field(),
                text,
                place.from,
                place.to,
                place.detail);
    }

    /** Finds what is wrong in a text: the value of the member, or where it stops to be JSON. */
    private Place place(String text, Rejection rejection) {
        String field = rejection.reason() == Rejection.Reason.WRONG_TYPE ? "type" : rejection.field();
        Place found = Place.NONE;
        try (JsonParser parser = json.createParser(text)) {
            int depth = 0;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.PROPERTY_NAME
                        && depth == 1
                        && parser.currentName().equalsIgnoreCase(field)) {
                    int from = offset(parser.currentTokenLocation());
                    parser.nextToken();
                    parser.skipChildren();
                    // To the end of the value, which is where the parser stands once it has read its text.
                    parser.getValueAsString();
                    found = new Place(from, offset(parser.currentLocation()), null);
                } else if (token.isStructStart()) {
                    depth++;
                } else if (token.isStructEnd()) {
                    depth--;
                }
            }
        } catch (JacksonException e) {
            if (rejection.reason() == Rejection.Reason.NOT_JSON && e.getLocation() != null) {
                int at = Math.max(0, Math.min(text.length(), offset(e.getLocation())));
                return new Place(Math.max(0, at - 1), Math.max(at, 1), e.getOriginalMessage());
            }
        }
        return found;
    }

    private static int offset(TokenStreamLocation location) {
        return (int) location.getCharOffset();
    }
}
