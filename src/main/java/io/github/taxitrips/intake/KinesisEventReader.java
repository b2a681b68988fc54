package io.github.taxitrips.intake;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent.Record;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.ErrorReportConfiguration;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads the JSON of a Kinesis event, as Lambda receives it, in one streaming pass: {@code Records} with a capital R,
 * each with its base64 {@code kinesis.data}. Members that a {@link KinesisEvent} does not have are passed over.
 *
 * <p>The shape is that of the AWS Lambda Developer Guide, "Using Lambda to process records from Amazon Kinesis Data
 * Streams"; the result equals what AWS's own aws-lambda-java-serialization makes of the same text. An event written as
 * Lambda writes it today goes to {@link UsualEventReader}; one that it does not take is parsed from its start.
 */
public final class KinesisEventReader {

    /** Quotes at most two characters of the event where its syntax is wrong; events hold where people went. */
    private final JsonFactory factory = JsonFactory.builder()
            .errorReportConfiguration(ErrorReportConfiguration.builder()
                    .maxErrorTokenLength(0)
                    .maxRawContentLength(0)
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
        try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), json)) {
            KinesisEvent event = event(parser);
            if (parser.nextToken() != null) {
                throw new InvalidEventException("event", "goes on after its end" + at(parser));
            }
            return event;
        } catch (JacksonException e) {
            throw notJson("event", e);
        }
    }

    private static KinesisEvent event(JsonParser parser) {
        JsonToken first = parser.nextToken();
        if (first != JsonToken.START_OBJECT) {
            throw new InvalidEventException(
                    "event", first == null ? "is empty; expected a Kinesis event" : "is no object but " + kind(first));
        }
        List<KinesisEventRecord> records = null;
        boolean lowerCase = false;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            if (name.equals("Records")) {
                records = records(parser);
            } else {
                lowerCase |= name.equals("records");
                parser.skipChildren();
            }
        }
        if (records == null) {
            throw new InvalidEventException(
                    "Records",
                    lowerCase
                            ? "is missing, records is there; write it with a capital R, as Lambda does"
                            : "is missing; expected an array of Kinesis records");
        }
        KinesisEvent event = new KinesisEvent();
        event.setRecords(records);
        return event;
    }

    private static List<KinesisEventRecord> records(JsonParser parser) {
        expect(parser, JsonToken.START_ARRAY, () -> "Records", "an array of Kinesis records");
        List<KinesisEventRecord> records = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            records.add(record(parser, records.size()));
        }
        return records;
    }

    private static KinesisEventRecord record(JsonParser parser, int index) {
        expect(parser, JsonToken.START_OBJECT, () -> where(index, ""), "an object with kinesis.data");
        KinesisEventRecord event = new KinesisEventRecord();
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
                default -> parser.skipChildren();
            }
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
            switch (name) {
                case "data" -> record.setData(data(parser, index));
                case "sequenceNumber" -> record.setSequenceNumber(text(parser));
                case "partitionKey" -> record.setPartitionKey(text(parser));
                case "kinesisSchemaVersion" -> record.setKinesisSchemaVersion(text(parser));
                case "encryptionType" -> record.setEncryptionType(text(parser));
                case "approximateArrivalTimestamp" -> record.setApproximateArrivalTimestamp(date(parser));
                default -> parser.skipChildren();
            }
        }
        if (record.getData() == null) {
            throw new InvalidEventException(
                    where(index, ".kinesis.data"), "is missing; expected the payload in base64");
        }
        return record;
    }

    private static ByteBuffer data(JsonParser parser, int index) {
        expect(parser, JsonToken.VALUE_STRING, () -> where(index, ".kinesis.data"), "the payload in base64");
        try {
            return ByteBuffer.wrap(parser.getBinaryValue());
        } catch (StreamReadException e) {
            throw new InvalidEventException(
                    where(index, ".kinesis.data"),
                    "is not base64: " + e.getOriginalMessage() + "; encode the payload, padding included");
        }
    }

    private static @Nullable String text(JsonParser parser) {
        String text = parser.getValueAsString();
        parser.skipChildren();
        return text;
    }

    /** Seconds with a fraction, as Lambda writes them; AWS's own reading takes zero for none. */
    @SuppressWarnings("JavaUtilDate") // the event's own type
    private static @Nullable Date date(JsonParser parser) {
        double seconds = parser.getValueAsDouble();
        parser.skipChildren();
        return seconds == 0 ? null : new Date((long) (seconds * 1000));
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

    private static InvalidEventException notJson(String where, JacksonException e) {
        return new InvalidEventException(
                where,
                "is not JSON: " + e.getOriginalMessage() + " at line "
                        + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr());
    }

    private static String at(JsonParser parser) {
        return " at line " + parser.currentLocation().getLineNr() + ", column "
                + parser.currentLocation().getColumnNr();
    }
}
