package io.github.taxitrips.local.producer;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import io.github.taxitrips.intake.InvalidEventException;
import io.github.taxitrips.intake.KinesisEventReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.Iterator;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** The records in an object in which the pipeline sets records aside, but for those that are not wanted. */
final class SetAsideRecords implements Closeable {

    private final Kind kind;
    private final QuarantineFilter filter;
    private final IntPredicate wanted;
    private final InputStream object;
    private final Iterator<KinesisEventRecord> batch;
    private final NumberedLines lines;
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
     * @param object the object's content; closed with this
     * @param filter which lines of the quarantine are wanted
     * @param wanted which of its records are, by their numbers from 0
     * @throws IOException if it is of another kind
     */
    SetAsideRecords(Kind kind, InputStream object, QuarantineFilter filter, IntPredicate wanted) throws IOException {
        this.kind = kind;
        this.filter = filter;
        this.wanted = wanted;
        this.object = object;
        this.batch = kind == Kind.FAILED ? batch(object) : Collections.emptyIterator();
        this.lines = new NumberedLines(object);
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

    /**
     * Returns the next record, null when there are no more.
     *
     * @throws IOException if it cannot be read, saying where
     */
    RecordSource.@Nullable Item next() throws IOException {
        try {
            return switch (kind) {
                case FAILED -> nextOfBatch();
                case QUARANTINE -> nextOfQuarantine();
                case ERRORS -> nextError();
            };
        } catch (JacksonException e) {
            throw new IOException(lines.words() + " has data that are no base64: " + e.getOriginalMessage(), e);
        }
    }

    private RecordSource.@Nullable Item nextOfBatch() {
        while (batch.hasNext()) {
            KinesisEventRecord record = batch.next();
            number++;
            if (wanted.test(number)) {
                ByteBuffer data = record.getKinesis().getData().duplicate();
                byte[] bytes = new byte[data.remaining()];
                data.get(bytes);
                return new RecordSource.Item(bytes, record.getKinesis().getPartitionKey());
            }
        }
        return null;
    }

    private RecordSource.@Nullable Item nextOfQuarantine() throws IOException {
        QuarantineLine line;
        while ((line = QuarantineLine.next(lines)) != null) {
            number = lines.number();
            if (!wanted.test(number) || !filter.takes(line)) {
                continue;
            }
            if (line.isWhole()) {
                return new RecordSource.Item(line.payload());
            }
            truncated++;
        }
        return null;
    }

    private RecordSource.@Nullable Item nextError() throws IOException {
        JsonNode line;
        while ((line = lines.next()) != null) {
            number = lines.number();
            JsonNode data = line.path("rawData");
            if (!data.isString()) {
                throw new IOException(lines.words() + " has no rawData, so Firehose has not written it for an error");
            }
            if (wanted.test(number)) {
                return new RecordSource.Item(data.binaryValue());
            }
        }
        return null;
    }

    /** Returns the number of the record that was given last. */
    int number() {
        return number;
    }

    /** Returns how many were asked for that the quarantine could not keep whole, which its lines say. */
    long truncated() {
        return truncated;
    }

    @Override
    public void close() throws IOException {
        object.close();
    }
}
