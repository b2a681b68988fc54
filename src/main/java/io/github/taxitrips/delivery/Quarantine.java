package io.github.taxitrips.delivery;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent.Record;
import io.github.taxitrips.intake.Document;
import io.github.taxitrips.intake.RejectedRecord;
import io.github.taxitrips.intake.UserRecord;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Describes rejected records as JSON lines for the quarantine's delivery stream.
 *
 * <p>A line has the members {@code reason}, {@code field} (absent when it is the record as a whole), {@code event_id},
 * {@code sequence_number}, {@code arrival_time} (ISO 8601, UTC), {@code payload} when the record is text in valid UTF-8,
 * {@code payload_base64} when it is not, {@code payload_bytes} (its full length) and {@code truncated}.
 */
public final class Quarantine {

    /** Largest line with its newline: what Firehose takes as one record, see {@link SdkFirehoseSender}. */
    static final int MAX_LINE_BYTES = 1_000 * 1_024;

    /** A payload cut to this length fits a line even if JSON spells each of its bytes with six. */
    static final int TRUNCATED_PAYLOAD_BYTES = 160 * 1_024;

    private static final JsonFactory JSON = new JsonFactory();

    private Quarantine() {}

    /** Returns a document a record, in order. */
    public static List<Document> documents(List<RejectedRecord> rejected) {
        return rejected.stream().map(Quarantine::document).toList();
    }

    private static Document document(RejectedRecord rejected) {
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
