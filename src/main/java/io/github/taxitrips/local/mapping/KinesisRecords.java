package io.github.taxitrips.local.mapping;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent.Record;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Date;
import tools.jackson.core.JsonGenerator;

/** The records of a stream as Lambda passes them to a function. */
@SuppressWarnings("JavaUtilDate") // the event's own type
public final class KinesisRecords {

    private KinesisRecords() {}

    /**
     * Returns a record.
     *
     * @param streamArn ARN of the stream
     * @param shardId such as {@code shardId-000000000000}
     * @param sequenceNumber its place in the shard
     * @param partitionKey its key
     * @param data its bytes, not copied and not to be changed
     * @param arrival when it arrived
     */
    public static KinesisEventRecord of(
            String streamArn,
            String shardId,
            String sequenceNumber,
            String partitionKey,
            byte[] data,
            Instant arrival) {
        Record kinesis = new Record();
        kinesis.setKinesisSchemaVersion("1.0");
        kinesis.setPartitionKey(partitionKey);
        kinesis.setSequenceNumber(sequenceNumber);
        kinesis.setData(ByteBuffer.wrap(data));
        kinesis.setApproximateArrivalTimestamp(Date.from(arrival));
        KinesisEventRecord record = new KinesisEventRecord();
        record.setEventSource("aws:kinesis");
        record.setEventVersion("1.0");
        record.setEventID(shardId + ":" + sequenceNumber);
        record.setEventName("aws:kinesis:record");
        record.setInvokeIdentityArn("arn:aws:iam::123456789012:role/taxi-trips");
        record.setAwsRegion("us-east-1");
        record.setEventSourceARN(streamArn);
        record.setKinesis(kinesis);
        return record;
    }

    /** Returns when a record arrived in its stream. */
    static Instant arrival(KinesisEventRecord record) {
        return record.getKinesis().getApproximateArrivalTimestamp().toInstant();
    }

    /** Writes a record as an element of an event's {@code Records}. */
    public static void write(JsonGenerator json, KinesisEventRecord record) {
        Record kinesis = record.getKinesis();
        json.writeStartObject();
        json.writeStringProperty("eventSource", record.getEventSource());
        json.writeStringProperty("eventVersion", record.getEventVersion());
        json.writeStringProperty("eventID", record.getEventID());
        json.writeStringProperty("eventName", record.getEventName());
        json.writeStringProperty("invokeIdentityArn", record.getInvokeIdentityArn());
        json.writeStringProperty("awsRegion", record.getAwsRegion());
        json.writeStringProperty("eventSourceARN", record.getEventSourceARN());
        json.writeObjectPropertyStart("kinesis");
        json.writeStringProperty("kinesisSchemaVersion", kinesis.getKinesisSchemaVersion());
        json.writeStringProperty("partitionKey", kinesis.getPartitionKey());
        json.writeStringProperty("sequenceNumber", kinesis.getSequenceNumber());
        byte[] data = new byte[kinesis.getData().remaining()];
        kinesis.getData().duplicate().get(data);
        json.writeBinaryProperty("data", data);
        json.writeNumberProperty(
                "approximateArrivalTimestamp",
                BigDecimal.valueOf(arrival(record).toEpochMilli(), 3));
        json.writeEndObject();
        json.writeEndObject();
    }
}
