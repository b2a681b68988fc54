package io.github.taxitrips.local;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import io.github.taxitrips.local.mapping.KinesisRecords;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes Kinesis events in the JSON that Lambda passes to a function. */
public final class KinesisEventWriter {

    private static final String STREAM_ARN = "arn:aws:kinesis:us-east-1:123456789012:stream/nyc-taxi-trips";
    private static final String SHARD = "shardId-000000000000";
    private static final BigInteger FIRST_SEQUENCE_NUMBER =
            new BigInteger("49665430000000000000000000000000000000000000000000000002");
    private static final JsonFactory JSON = new JsonFactory();

    private final Instant arrival;
    private BigInteger sequenceNumber = FIRST_SEQUENCE_NUMBER;

    /**
     * A stream of one shard; sequence numbers rise from event to event.
     *
     * @param arrival the time at which all records arrived in the stream
     */
    public KinesisEventWriter(Instant arrival) {
        this.arrival = arrival;
    }

    /** Returns an event of the given payloads, one record each, as JSON with a record a line. */
    public byte[] event(List<byte[]> payloads) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            json.writeRaw("{\"Records\":[");
            String separator = "\n";
            for (byte[] payload : payloads) {
                json.writeRaw(separator);
                KinesisRecords.write(json, record(payload));
                separator = ",\n";
            }
            json.writeRaw("\n]}\n");
        }
        return bytes.toByteArray();
    }

    private KinesisEventRecord record(byte[] payload) {
        String number = sequenceNumber.toString();
        sequenceNumber = sequenceNumber.add(BigInteger.ONE);
        return KinesisRecords.of(STREAM_ARN, SHARD, number, number.substring(number.length() - 4), payload, arrival);
    }
}
