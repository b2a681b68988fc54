package io.github.taxitrips.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent.Record;
import io.github.taxitrips.intake.Document;
import io.github.taxitrips.intake.UserRecord;
import java.util.List;
import java.util.stream.IntStream;

/** Documents for tests, each from a Kinesis record of its own. */
final class Documents {

    static final String STREAM = "arn:aws:kinesis:us-east-1:123456789012:stream/trips";

    private Documents() {}

    /** Documents with ids and sequence numbers from 0, and {@code trip <id>} for content. */
    static List<Document> of(int count) {
        return IntStream.range(0, count).mapToObj(i -> of(i, "trip " + i)).toList();
    }

    static Document of(int sequenceNumber, String json) {
        return of(STREAM, "shardId-0", sequenceNumber, 0, json);
    }

    static Document of(String stream, String shard, long sequenceNumber, int index, String json) {
        byte[] bytes = json.getBytes(UTF_8);
        return new Document(
                new UserRecord(carrier(stream, shard, sequenceNumber), index, bytes),
                Long.toString(sequenceNumber),
                bytes);
    }

    /** A document of so many bytes, the last a newline. */
    static Document ofLength(int id, int length) {
        byte[] bytes = new byte[length];
        bytes[length - 1] = '\n';
        return new Document(new UserRecord(carrier(STREAM, "shardId-0", id), 0, bytes), Integer.toString(id), bytes);
    }

    static KinesisEventRecord carrier(String stream, String shard, long sequenceNumber) {
        Record kinesis = new Record();
        kinesis.setSequenceNumber(Long.toString(sequenceNumber));
        KinesisEventRecord carrier = new KinesisEventRecord();
        carrier.setEventSourceARN(stream);
        carrier.setEventID(shard + ":" + sequenceNumber);
        carrier.setKinesis(kinesis);
        return carrier;
    }
}
