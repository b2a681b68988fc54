package io.github.taxitrips.intake;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent.Record;
import io.github.taxitrips.intake.JsonCursor.Malformed;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads an event that is written as Lambda writes it: the members it has today, each string without escapes. Anything
 * else is left to the JSON parser of {@link KinesisEventReader}, which takes about twice as long.
 */
final class UsualEventReader {

    private static final byte[][] EVENT = names("Records");
    private static final byte[][] RECORD = names(
            "kinesis",
            "eventSource",
            "eventVersion",
            "eventID",
            "eventName",
            "invokeIdentityArn",
            "awsRegion",
            "eventSourceARN");
    private static final byte[][] KINESIS = names(
            "kinesisSchemaVersion",
            "partitionKey",
            "sequenceNumber",
            "data",
            "approximateArrivalTimestamp",
            "encryptionType");

    /** Digits of a number that a double holds exactly whatever they are, point left out. */
    private static final int EXACT_DIGITS = 15;

    private final byte[] json;
    private final JsonCursor cursor;
    private final @Nullable Text[] recordTexts = new Text[RECORD.length];
    private final @Nullable Text[] kinesisTexts = new Text[KINESIS.length];

    /** A string between the quotes at {@code start - 1} and {@code end}. */
    private record Text(int start, int end, String value) {}

    private UsualEventReader(byte[] json) {
        this.json = json;
        this.cursor = new JsonCursor(json);
    }

    /** Returns the event, or null if it is written in another way or is wrong. */
    static @Nullable KinesisEvent read(byte[] json) {
        try {
            return new UsualEventReader(json).event();
        } catch (Malformed | IllegalArgumentException e) {
            return null;
        }
    }

    private KinesisEvent event() throws Malformed {
        cursor.expect('{');
        name(EVENT, 0);
        cursor.expect('[');
        List<KinesisEventRecord> records = new ArrayList<>();
        if (!cursor.accept(']')) {
            do {
                records.add(record());
            } while (cursor.accept(','));
            cursor.expect(']');
        }
        cursor.expect('}');
        if (cursor.peek() != JsonCursor.END) {
            throw new Malformed();
        }
        KinesisEvent event = new KinesisEvent();
        event.setRecords(records);
        return event;
    }

    private KinesisEventRecord record() throws Malformed {
        KinesisEventRecord record = new KinesisEventRecord();
        cursor.expect('{');
        int name = -1;
        do {
            name = name(RECORD, name + 1);
            if (name == 0) {
                record.setKinesis(kinesis());
                continue;
            }
            String text = text(recordTexts, name);
            switch (name) {
                case 1 -> record.setEventSource(text);
                case 2 -> record.setEventVersion(text);
                case 3 -> record.setEventID(text);
                case 4 -> record.setEventName(text);
                case 5 -> record.setInvokeIdentityArn(text);
                case 6 -> record.setAwsRegion(text);
                default -> record.setEventSourceARN(text);
            }
        } while (cursor.accept(','));
        cursor.expect('}');
        if (record.getKinesis() == null) {
            throw new Malformed();
        }
        return record;
    }

    private Record kinesis() throws Malformed {
        Record record = new Record();
        cursor.expect('{');
        int name = -1;
        do {
            name = name(KINESIS, name + 1);
            switch (name) {
                case 0 -> record.setKinesisSchemaVersion(text(kinesisTexts, name));
                case 1 -> record.setPartitionKey(text(kinesisTexts, name));
                case 2 -> record.setSequenceNumber(text(kinesisTexts, name));
                case 3 -> record.setData(data());
                case 4 -> record.setApproximateArrivalTimestamp(date());
                default -> record.setEncryptionType(text(kinesisTexts, name));
            }
        } while (cursor.accept(','));
        cursor.expect('}');
        if (record.getData() == null) {
            throw new Malformed();
        }
        return record;
    }

    /** Passes a member's name and colon, and returns which of the names it is. The likely one is compared first. */
    private int name(byte[][] names, int likely) throws Malformed {
        cursor.peek();
        for (int i = 0; i < names.length; i++) {
            int name = (likely + i) % names.length;
            if (cursor.accept(names[name], 0, names[name].length)) {
                cursor.expect(':');
                return name;
            }
        }
        throw new Malformed();
    }

    /** Reads a string, which for many a member is the same as in the record before. */
    private String text(@Nullable Text[] last, int name) throws Malformed {
        cursor.peek();
        Text text = last[name];
        if (text == null || !cursor.accept(json, text.start - 1, text.end + 1)) {
            int start = string();
            int end = cursor.position() - 1;
            text = new Text(start, end, new String(json, start, end - start, StandardCharsets.UTF_8));
            last[name] = text;
        }
        return text.value;
    }

    private ByteBuffer data() throws Malformed {
        cursor.expect('"');
        int start = cursor.position();
        // Whatever does not belong there, the decoder refuses.
        cursor.skipPast('"');
        int length = cursor.position() - 1 - start;
        if (length % 4 != 0) {
            // Or it would do without padding.
            throw new Malformed();
        }
        return Base64.getDecoder().decode(ByteBuffer.wrap(json, start, length));
    }

    /** Passes a string without escapes, and returns where it starts behind its quote. */
    private int string() throws Malformed {
        cursor.peek();
        int start = cursor.position() + 1;
        cursor.skipString();
        if (cursor.wasEscaped()) {
            throw new Malformed();
        }
        return start;
    }

    private @Nullable Date date() throws Malformed {
        cursor.peek();
        int start = cursor.position();
        cursor.skipNumber();
        return KinesisEventReader.date(number(start, cursor.position()));
    }

    /** Returns what {@link Double#parseDouble} does, at less cost for a number as short as a timestamp is. */
    private double number(int start, int end) {
        long digits = 0;
        int point = end - 1;
        for (int i = start; i < end; i++) {
            byte b = json[i];
            if (b == '.') {
                point = i;
            } else if (b >= '0' && b <= '9' && end - start <= EXACT_DIGITS) {
                digits = digits * 10 + (b - '0');
            } else {
                return Double.parseDouble(new String(json, start, end - start, StandardCharsets.US_ASCII));
            }
        }
        // One rounding only, as both are exact: Clinger, "How to read floating point numbers accurately", 1990.
        double scale = 1;
        for (int i = point + 1; i < end; i++) {
            scale *= 10;
        }
        return digits / scale;
    }

    /** The names in quotes. */
    private static byte[][] names(String... names) {
        return Arrays.stream(names)
                .map(name -> ('"' + name + '"').getBytes(StandardCharsets.US_ASCII))
                .toArray(byte[][]::new);
    }
}
