package io.github.taxitrips.local.producer;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import io.github.taxitrips.intake.InvalidEventException;
import io.github.taxitrips.intake.KinesisEventReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.BitSet;
import java.util.Collections;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MappingIterator;
import tools.jackson.databind.json.JsonMapper;

/** The records in an object in which the pipeline sets records aside, but for those that are not asked for or were sent before. */
final class SetAsideRecords implements RecordSource {

    private static final JsonMapper JSON = new JsonMapper();

    private final Kind kind;
    private final Filter filter;
    private final BitSet done;
    private final InputStream object;
    private final Iterator<KinesisEventRecord> batch;
    private final @Nullable MappingIterator<JsonNode> lines;
    private final BitSet given = new BitSet();
    private int number = -1;
    private long truncated;

    /** What set the records aside. */
    enum Kind {
        /**
         * Lambda, for a batch that it gave up: AWS Lambda Developer Guide, "Retain discarded batch records for a Kinesis Data
         * Streams event source in Lambda". The object's {@code payload} is the whole event.
         */
        FAILED,
        /** The function, as lines of its {@linkplain io.github.taxitrips.delivery.Quarantine quarantine}. */
        QUARANTINE,
        /** Firehose, which could not convert them: Amazon Data Firehose Developer Guide, "Handle failed data conversion". */
        ERRORS
    }

    /**
     * Which lines of the quarantine are asked for.
     *
     * @param reason a reason with or without its member, such as {@code zero} or {@code zero:pickup_latitude}, null for any
     * @param from the first arrival, null for any
     * @param until the arrival from which on they are not, null for none
     */
    record Filter(
            @Nullable String reason,
            @Nullable Instant from,
            @Nullable Instant until) {

        static final Filter ALL = new Filter(null, null, null);

        private boolean takes(JsonNode line) {
            String found = line.path("reason").asString("");
            if (reason != null
                    && !reason.equals(found)
                    && !reason.equals(found + ":" + line.path("field").asString(""))) {
                return false;
            }
            if (from == null && until == null) {
                return true;
            }
            try {
                Instant arrival = Instant.parse(line.path("arrival_time").asString(""));
                return (from == null || !arrival.isBefore(from)) && (until == null || arrival.isBefore(until));
            } catch (DateTimeException e) {
                return false;
            }
        }
    }

    /**
     * @param object the object's content; closed with this
     * @param done numbers, from 0, of those of its records that were sent before
     * @throws IOException if it is of another kind
     */
    SetAsideRecords(Kind kind, InputStream object, Filter filter, BitSet done) throws IOException {
        this.kind = kind;
        this.filter = filter;
        this.done = done;
        this.object = object;
        this.batch = kind == Kind.FAILED ? batch(object) : Collections.emptyIterator();
        this.lines = kind == Kind.FAILED ? null : JSON.readerFor(JsonNode.class).readValues(object);
    }

    private static Iterator<KinesisEventRecord> batch(InputStream object) throws IOException {
        try {
            return new KinesisEventReader()
                    .read(object.readAllBytes())
                    .getRecords()
                    .iterator();
        } catch (InvalidEventException e) {
            throw new IOException("it is no object of a discarded batch: " + e.getMessage(), e);
        }
    }

    @Override
    public @Nullable Item next() throws IOException {
        return lines == null ? nextOfBatch() : nextLine(lines);
    }

    private @Nullable Item nextOfBatch() {
        while (batch.hasNext()) {
            KinesisEventRecord record = batch.next();
            if (!done.get(++number)) {
                given.set(number);
                ByteBuffer data = record.getKinesis().getData().duplicate();
                byte[] bytes = new byte[data.remaining()];
                data.get(bytes);
                return new Item(bytes, record.getKinesis().getPartitionKey());
            }
        }
        return null;
    }

    private @Nullable Item nextLine(MappingIterator<JsonNode> lines) throws IOException {
        try {
            while (lines.hasNextValue()) {
                JsonNode line = lines.nextValue();
                number++;
                byte[] data = kind == Kind.ERRORS ? rawData(line) : payload(line);
                if (data != null && !done.get(number)) {
                    given.set(number);
                    return new Item(data);
                }
            }
            return null;
        } catch (JacksonException e) {
            throw new IOException("its line " + (number + 2) + " is no JSON: " + e.getOriginalMessage(), e);
        }
    }

    private byte[] rawData(JsonNode line) throws IOException {
        JsonNode data = line.path("rawData");
        if (!data.isString()) {
            throw new IOException(
                    "its line " + (number + 1) + " has no rawData, so Firehose has not written it for an error");
        }
        return data.binaryValue();
    }

    private byte @Nullable [] payload(JsonNode line) throws IOException {
        if (!line.path("reason").isString()) {
            throw new IOException("its line " + (number + 1) + " has no reason, so it is not of the quarantine");
        }
        if (!filter.takes(line)) {
            return null;
        }
        if (line.path("truncated").asBoolean(false)) {
            truncated++;
            return null;
        }
        return line.has("payload_base64")
                ? line.get("payload_base64").binaryValue()
                : line.path("payload").asString("").getBytes(StandardCharsets.UTF_8);
    }

    /** Returns the numbers of the records that it gave. */
    BitSet given() {
        return given;
    }

    /** Returns how many were asked for that the quarantine could not keep whole, which its lines say. */
    long truncated() {
        return truncated;
    }

    @Override
    public Progress progress() {
        return new Progress(given.cardinality(), -1);
    }

    @Override
    public void close() throws IOException {
        object.close();
    }
}
