package io.github.taxitrips.delivery;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent.Record;
import io.github.taxitrips.delivery.DeliveryOutcome.End;
import io.github.taxitrips.delivery.DeliveryOutcome.Failure;
import io.github.taxitrips.intake.Document;
import io.github.taxitrips.intake.RejectedRecord;
import io.github.taxitrips.intake.UserRecord;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Sends rejected records to a delivery stream of their own, as JSON lines.
 *
 * <p>A line has the members {@code reason}, {@code field} (absent when it is the record as a whole), {@code event_id},
 * {@code sequence_number}, {@code arrival_time} (ISO 8601, UTC), {@code payload} when the record is text in valid UTF-8,
 * {@code payload_base64} when it is not, {@code payload_bytes} (its full length), {@code truncated}, and {@code rejected}
 * when the line stands for so many records that came in one Kinesis record, whose payload it has: its reason is the first
 * one's.
 */
public final class Quarantine {

    /** Lines that are in memory at once: as many calls of 500 as may be under way by default. */
    private static final int LINES_AT_ONCE = 2_000;

    /** Largest line with its newline: what Firehose takes as one record, see {@link SdkFirehoseSender}. */
    static final int MAX_LINE_BYTES = 1_000 * 1_024;

    /** A payload cut to this length fits a line even if JSON spells each of its bytes with six. */
    static final int TRUNCATED_PAYLOAD_BYTES = 160 * 1_024;

    private static final JsonFactory JSON = new JsonFactory();
    private static final byte[] NO_BYTES = {};

    private final Delivery delivery;

    /** @param delivery sends the lines */
    public Quarantine(Delivery delivery) {
        this.delivery = delivery;
    }

    /**
     * What became of rejected records.
     *
     * @param delivery what became of their lines; its documents hold no bytes any more
     * @param quarantined records in quarantine, from this invocation or an earlier one
     */
    public record Outcome(DeliveryOutcome delivery, int quarantined) {

        /** The outcome where there is no quarantine. */
        public static final Outcome NONE = new Outcome(DeliveryOutcome.NOTHING, 0);
    }

    /**
     * Sends a line for each record that the memory does not know as delivered. Where a part of them cannot be sent because
     * calls are refused or time is over, the rest is not tried.
     */
    public Outcome deliver(List<RejectedRecord> rejected, RetryMemory memory, Deadline deadline) {
        List<RejectedRecord> pending = memory.undelivered(rejected, RejectedRecord::record);
        DeliveryOutcome outcome = DeliveryOutcome.NOTHING;
        for (int i = 0; i < pending.size(); i += LINES_AT_ONCE) {
            List<RejectedRecord> part = pending.subList(i, Math.min(pending.size(), i + LINES_AT_ONCE));
            boolean goesOn = outcome.end() == End.DELIVERED || outcome.end() == End.EXHAUSTED;
            outcome = outcome.and(goesOn ? send(part, deadline) : unsent(part, outcome));
        }
        Set<UserRecord> missing = Collections.newSetFromMap(new IdentityHashMap<>());
        outcome.undelivered().forEach(failure -> missing.add(failure.document().source()));
        int quarantined = rejected.stream()
                .filter(record -> !missing.contains(record.record()))
                .mapToInt(RejectedRecord::count)
                .sum();
        return new Outcome(outcome, quarantined);
    }

    private DeliveryOutcome send(List<RejectedRecord> rejected, Deadline deadline) {
        DeliveryOutcome sent =
                delivery.deliver(rejected.stream().map(Quarantine::document).toList(), deadline);
        return new DeliveryOutcome(
                sent.end(),
                sent.delivered().stream().map(Document::withoutJson).toList(),
                sent.undelivered().stream()
                        .map(failure -> new Failure(failure.document().withoutJson(), failure.error()))
                        .toList(),
                sent.traffic(),
                sent.cause());
    }

    private static DeliveryOutcome unsent(List<RejectedRecord> rejected, DeliveryOutcome before) {
        RecordError error =
                before.undelivered().get(before.undelivered().size() - 1).error();
        return new DeliveryOutcome(
                before.end(),
                List.of(),
                rejected.stream()
                        .map(record -> new Failure(
                                new Document(record.record(), record.rejection().toString(), NO_BYTES), error))
                        .toList(),
                Traffic.NONE,
                before.cause());
    }

    /** Returns the line of a record. */
    public static Document document(RejectedRecord rejected) {
        byte[] payload = rejected.record().payload();
        byte[] line = payload.length < MAX_LINE_BYTES ? line(rejected, payload) : null;
        if (line == null || line.length > MAX_LINE_BYTES) {
            line = line(rejected, truncate(payload));
        }
        return new Document(rejected.record(), rejected.rejection().toString(), line);
    }

    @SuppressWarnings("JavaUtilDate") // the event's own type
    private static byte[] line(RejectedRecord rejected, byte[] payload) {
        UserRecord record = rejected.record();
        Record kinesis = record.carrier().getKinesis();
        ByteArrayOutputStream line = new ByteArrayOutputStream(payload.length + 256);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), line)) {
            json.writeStartObject();
            json.writeStringProperty("reason", rejected.rejection().reason().toString());
            write(json, "field", rejected.rejection().field());
            write(json, "event_id", record.carrier().getEventID());
            if (kinesis != null) {
                write(json, "sequence_number", kinesis.getSequenceNumber());
                Date arrival = kinesis.getApproximateArrivalTimestamp();
                write(
                        json,
                        "arrival_time",
                        arrival == null ? null : arrival.toInstant().toString());
            }
            String text = text(payload);
            if (text != null) {
                json.writeStringProperty("payload", text);
            } else {
                json.writeBinaryProperty("payload_base64", payload);
            }
            json.writeNumberProperty("payload_bytes", record.payload().length);
            json.writeBooleanProperty("truncated", payload.length < record.payload().length);
            if (rejected.count() > 1) {
                json.writeNumberProperty("rejected", rejected.count());
            }
            json.writeEndObject();
            json.writeRaw('\n');
        }
        return line.toByteArray();
    }

    private static void write(JsonGenerator json, String name, @Nullable String value) {
        if (value != null) {
            json.writeStringProperty(name, value);
        }
    }

    private static @Nullable String text(byte[] payload) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(payload))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /** Cuts at the start of a UTF-8 character, so that text stays text. */
    private static byte[] truncate(byte[] payload) {
        int length = Math.min(payload.length, TRUNCATED_PAYLOAD_BYTES);
        if (length < payload.length && text(payload) != null) {
            while ((payload[length] & 0xC0) == 0x80) {
                length--;
            }
        }
        return Arrays.copyOf(payload, length);
    }
}
