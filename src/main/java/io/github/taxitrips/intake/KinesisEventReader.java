package io.github.taxitrips.intake;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent.Record;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.ErrorReportConfiguration;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads the JSON of a Kinesis event, as Lambda receives it, in one streaming pass: {@code Records} with a capital R,
 * each with its base64 {@code kinesis.data}. Members that a {@link KinesisEvent} does not have are passed over.
 *
 * <p>The shape is that of the AWS Lambda Developer Guide, "Using Lambda to process records from Amazon Kinesis Data
 * Streams"; the result equals what AWS's own aws-lambda-java-serialization makes of the same text, but for an arrival time
 * in milliseconds, which is read as such. An event written as Lambda writes it today goes to {@link UsualEventReader}; one
 * that it does not take is parsed from its start.
 *
 * <p>The same records in other clothes are taken as well: the array that EventBridge Pipes passes, whose records have the
 * members of {@code kinesis} in their own place; the object that Lambda writes to an S3 bucket for a discarded batch, whose
 * {@code payload} is the event; and the event of a tumbling window, as a {@link WindowEvent}.
 */
public final class KinesisEventReader {

    private static final double LEAST_MILLISECONDS = 1e11;

    /**
     * Quotes nothing of the event where its syntax is wrong, for events hold where people went. An event is bounded as a
     * whole, so that numbers and names need no limit of their own; the limit on nesting, 500 levels, stays.
     */
    private final JsonFactory factory = JsonFactory.builder()
            .errorReportConfiguration(ErrorReportConfiguration.builder()
                    .maxErrorTokenLength(0)
                    .maxRawContentLength(0)
                    .build())
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    /**
     * Reads one event.
     *
     * @param json the event in UTF-8
     * @throws InvalidEventException if it is not JSON, has no {@code Records}, or a record has no data or data that is
     *     not base64
     */
    public KinesisEvent read(byte[] json) {
        KinesisEvent usual = UsualEventReader.read(json);
        return usual != null ? usual : parse(json);
    }

    /** Reads whatever is JSON, and says what is wrong. */
    KinesisEvent parse(byte[] json) {
        return parse(json, "event", true);
    }

    private KinesisEvent parse(byte[] json, String name, boolean mayBeDiscarded) {
        Members members;
        try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), json)) {
            members = members(parser, json, name);
            if (parser.nextToken() != null) {
                throw new InvalidEventException(name, "goes on after its end" + at(parser));
            }
        } catch (JacksonException e) {
            throw new InvalidEventException(name, "is not JSON: " + JsonProblem.describe(e));
        }
        if (members.records == null && members.payload != null && mayBeDiscarded) {
            return parse(members.payload.getBytes(StandardCharsets.UTF_8), "payload", false);
        }
        return members.event();
    }

    /** What an event has of the members that count. */
    private static final class Members {
        private @Nullable List<KinesisEventRecord> records;
        private @Nullable String payload;
        private @Nullable String state;
        private final Set<String> names = new HashSet<>();

        KinesisEvent event() {
            boolean window = names.contains("window");
            if (records == null && !window) {
                throw new InvalidEventException("Records", problem());
            }
            KinesisEvent event = window ? new WindowEvent(state == null ? "{}" : state) : new KinesisEvent();
            event.setRecords(records == null ? List.of() : records);
            return event;
        }

        private String problem() {
            String other = OtherEvent.ofMembers(names);
            if (other != null) {
                return "is missing: this " + other;
            }
            return names.contains("records")
                    ? "is missing, records is there; write it with a capital R, as Lambda does"
                    : "is missing; expected an array of Kinesis records";
        }
    }

    private static Members members(JsonParser parser, byte[] json, String event) {
        Members members = new Members();
        JsonToken first = parser.nextToken();
        if (first == JsonToken.START_ARRAY) {
            members.records = records(parser, true);
            if (members.records.isEmpty()) {
                throw new InvalidEventException(event, "is no object but an array, and an empty one");
            }
            return members;
        }
        if (first != JsonToken.START_OBJECT) {
            throw new InvalidEventException(
                    event, first == null ? "is empty; expected a Kinesis event" : "is no object but " + kind(first));
        }
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            members.names.add(name);
            switch (name) {
                case "Records" -> members.records = records(parser, false);
                case "payload" -> members.payload = text(parser);
                case "state" -> members.state = source(parser, json);
                default -> parser.skipChildren();
            }
        }
        return members;
    }

    /** The value as it is written, to be given back so; null for none. */
    private static @Nullable String source(JsonParser parser, byte[] json) {
        boolean none = parser.currentToken() == JsonToken.VALUE_NULL;
        int start = Math.toIntExact(parser.currentTokenLocation().getByteOffset());
        parser.skipChildren();
        parser.finishToken();
        int end = Math.toIntExact(parser.currentLocation().getByteOffset());
        return none ? null : new String(json, start, end - start, StandardCharsets.UTF_8);
    }

    /** @param flat whether a record has the members of {@code kinesis} in its own place */
    private static List<KinesisEventRecord> records(JsonParser parser, boolean flat) {
        expect(parser, JsonToken.START_ARRAY, () -> "Records", "an array of Kinesis records");
        List<KinesisEventRecord> records = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            records.add(record(parser, records.size(), flat));
        }
        return records;
    }

    private static KinesisEventRecord record(JsonParser parser, int index, boolean flat) {
        expect(parser, JsonToken.START_OBJECT, () -> where(index, ""), "an object with kinesis.data");
        KinesisEventRecord event = new KinesisEventRecord();
        Record inPlace = new Record();
        String source = null;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "kinesis" -> event.setKinesis(kinesis(parser, index));
                case "eventSource" -> event.setEventSource(text(parser));
                case "eventID" -> event.setEventID(text(parser));
                case "invokeIdentityArn" -> event.setInvokeIdentityArn(text(parser));
                case "eventName" -> event.setEventName(text(parser));
                case "eventVersion" -> event.setEventVersion(text(parser));
                case "eventSourceARN" -> event.setEventSourceARN(text(parser));
                case "awsRegion" -> event.setAwsRegion(text(parser));
                case "EventSource" -> source = text(parser);
                default -> {
                    if (flat) {
                        member(parser, name, inPlace, index, "");
                    } else {
                        parser.skipChildren();
                    }
                }
            }
        }
        String other = OtherEvent.ofSource(source == null ? event.getEventSource() : source);
        if (event.getKinesis() == null && other != null) {
            throw new InvalidEventException(where(index, ""), other);
        }
        if (event.getKinesis() == null && flat) {
            event.setKinesis(withData(inPlace, index, ""));
        }
        if (event.getKinesis() == null) {
            throw new InvalidEventException(where(index, ".kinesis"), "is missing; expected an object with data");
        }
        return event;
    }

    private static Record kinesis(JsonParser parser, int index) {
        expect(parser, JsonToken.START_OBJECT, () -> where(index, ".kinesis"), "an object with data");
        Record record = new Record();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            member(parser, name, record, index, ".kinesis");
        }
        return withData(record, index, ".kinesis");
    }

    private static void member(JsonParser parser, String name, Record record, int index, String where) {
        switch (name) {
            case "data" -> record.setData(data(parser, index, where + ".data"));
            case "sequenceNumber" -> record.setSequenceNumber(text(parser));
            case "partitionKey" -> record.setPartitionKey(text(parser));
            case "kinesisSchemaVersion" -> record.setKinesisSchemaVersion(text(parser));
            case "encryptionType" -> record.setEncryptionType(text(parser));
            case "approximateArrivalTimestamp" -> record.setApproximateArrivalTimestamp(date(parser));
            default -> parser.skipChildren();
        }
    }

    private static Record withData(Record record, int index, String where) {
        if (record.getData() == null) {
            throw new InvalidEventException(
                    where(index, where + ".data"), "is missing; expected the payload in base64");
        }
        return record;
    }

    private static ByteBuffer data(JsonParser parser, int index, String where) {
        expect(parser, JsonToken.VALUE_STRING, () -> where(index, where), "the payload in base64");
        try {
            return ByteBuffer.wrap(parser.getBinaryValue());
        } catch (StreamReadException e) {
            throw new InvalidEventException(
                    where(index, where),
                    "is not base64: " + e.getOriginalMessage() + "; encode the payload, padding included");
        }
    }

    private static @Nullable String text(JsonParser parser) {
        String text = parser.getValueAsString();
        parser.skipChildren();
        return text;
    }

    private static @Nullable Date date(JsonParser parser) {
        Date date = date(parser.getValueAsDouble());
        parser.skipChildren();
        return date;
    }

    /**
     * Seconds with a fraction, as Lambda writes them; AWS's own reading takes zero for none. What would be after the year
     * 5138 is milliseconds, as other writers have it.
     */
    @SuppressWarnings("JavaUtilDate") // the event's own type
    static @Nullable Date date(double time) {
        return time == 0 ? null : new Date((long) (time < LEAST_MILLISECONDS ? time * 1_000 : time));
    }

    /** Told only of what is wrong: an event has thousands of places. */
    private static String where(int index, String member) {
        return "Records[" + index + "]" + member;
    }

    private static void expect(JsonParser parser, JsonToken wanted, Supplier<String> where, String expected) {
        JsonToken token = parser.currentToken();
        if (token != wanted) {
            throw new InvalidEventException(where.get(), "is " + kind(token) + "; expected " + expected);
        }
    }

    private static String kind(@Nullable JsonToken token) {
        if (token == null) {
            return "cut off";
        }
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_NULL -> "null";
            case VALUE_TRUE, VALUE_FALSE -> "a boolean";
            default -> "a number";
        };
    }

    private static String at(JsonParser parser) {
        return " at line " + parser.currentLocation().getLineNr() + ", column "
                + parser.currentLocation().getColumnNr();
    }
}
