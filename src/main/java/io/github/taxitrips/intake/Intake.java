package io.github.taxitrips.intake;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import io.github.taxitrips.intake.Rejection.Reason;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Turns a Kinesis event into the trips to deliver and the records to set aside.
 *
 * <p>What one Kinesis record may cost is bounded: of the records in it that are set aside at most {@value
 * #MAX_REJECTED_A_CARRIER} are told one by one, and {@value #MAX_REJECTED_AN_EVENT} of an event's; where there are more, the
 * Kinesis record is set aside once, with their number.
 */
public final class Intake {

    /**
     * Largest payload that fits a Firehose record with the newline that delivery appends: 1,000 KiB before base64, from
     * the Firehose API Reference, "PutRecordBatch". Kinesis takes up to 10 MiB, so larger ones do arrive.
     */
    static final int MAX_RECORD_BYTES = 1_000 * 1_024;

    /** More than a Kinesis record of 1 MiB holds of trips, so that a record of a producer's is told in full. */
    static final int MAX_REJECTED_A_CARRIER = 5_000;

    static final int MAX_REJECTED_AN_EVENT = 20_000;

    /** Aggregated records within aggregated ones that are unpacked. No library writes any. */
    static final int MAX_AGGREGATIONS = 4;

    private final RecordValidator validator;
    private final boolean unpackAggregated;
    private final boolean splitDocuments;

    /**
     * @param validator judges each record
     * @param unpackAggregated whether records that the Kinesis Producer Library aggregated are unpacked first
     * @param splitDocuments whether a record of several JSON documents is split, and each one judged by itself
     */
    public Intake(RecordValidator validator, boolean unpackAggregated, boolean splitDocuments) {
        this.validator = validator;
        this.unpackAggregated = unpackAggregated;
        this.splitDocuments = splitDocuments;
    }

    /**
     * An event, judged.
     *
     * @param received number of records, those of aggregated records and the documents of split ones counted one by one
     * @param aggregated number of Kinesis records that were unpacked
     * @param trips the clean ones, in the event's order
     * @param rejected the others, in the event's order
     * @param reasons number of the others, by {@linkplain Rejection#toString() reason}, in alphabetical order
     */
    public record Batch(
            int received,
            int aggregated,
            List<Document> trips,
            List<RejectedRecord> rejected,
            Map<String, Integer> reasons) {}

    /** Judges every record of the event once. An event without records gives an empty batch. */
    public Batch accept(KinesisEvent event) {
        List<KinesisEventRecord> records = event.getRecords() == null ? List.of() : event.getRecords();
        Sorting sorting = new Sorting(records.size());
        for (KinesisEventRecord record : records) {
            sorting.sort(record == null ? new KinesisEventRecord() : record);
        }
        return sorting.batch();
    }

    /** An event that is being judged, and of it the Kinesis record whose turn it is. */
    private final class Sorting {

        private final List<Document> trips;
        private final List<RejectedRecord> rejected = new ArrayList<>();
        private final Map<String, Integer> reasons = new TreeMap<>();
        private int rejections;
        private int aggregated;

        private KinesisEventRecord carrier = new KinesisEventRecord();
        private int index;
        private int mostRejected;
        private int rejectedOfCarrier;

        Sorting(int size) {
            trips = new ArrayList<>(size);
        }

        void sort(KinesisEventRecord record) {
            carrier = record;
            index = 0;
            rejectedOfCarrier = 0;
            int before = rejected.size();
            mostRejected = Math.max(1, Math.min(MAX_REJECTED_A_CARRIER, MAX_REJECTED_AN_EVENT - before));
            byte[] payload = payload(record);
            unpack(payload, 0);
            if (rejectedOfCarrier > mostRejected) {
                Rejection first = rejected.get(before).rejection();
                rejected.subList(before, rejected.size()).clear();
                UserRecord whole = new UserRecord(record, UserRecord.WHOLE, payload);
                rejected.add(new RejectedRecord(whole, first, rejectedOfCarrier));
            }
        }

        private void unpack(byte[] payload, int aggregations) {
            if (!unpackAggregated || !KplAggregation.isMarked(payload)) {
                judge(payload);
                return;
            }
            List<byte[]> unpacked = aggregations < MAX_AGGREGATIONS ? KplAggregation.unpack(payload) : null;
            if (unpacked == null) {
                reject(payload, Rejection.of(Reason.BAD_AGGREGATE));
                return;
            }
            aggregated += aggregations == 0 ? 1 : 0;
            for (byte[] userRecord : unpacked) {
                unpack(userRecord, aggregations + 1);
            }
        }

        private void judge(byte[] payload) {
            Rejection rejection = judgeDocument(payload);
            if (rejection == null) {
                return;
            }
            boolean mayBeSeveral = rejection.reason() == Reason.NOT_JSON || rejection.reason() == Reason.TOO_LARGE;
            if (mayBeSeveral && Compression.isCompressed(payload)) {
                reject(payload, Rejection.of(Reason.COMPRESSED));
                return;
            }
            List<byte[]> documents = mayBeSeveral && splitDocuments ? JsonDocuments.split(payload) : List.of();
            if (documents.isEmpty()) {
                reject(payload, rejection);
            }
            for (byte[] document : documents) {
                Rejection flaw = judgeDocument(document);
                if (flaw != null) {
                    reject(document, flaw);
                }
            }
        }

        /** Takes a clean trip in, or returns what is wrong with it. */
        private @Nullable Rejection judgeDocument(byte[] payload) {
            if (isBlank(payload)) {
                return Rejection.of(Reason.EMPTY);
            }
            int newline = payload[payload.length - 1] == '\n' ? 0 : 1;
            if (payload.length + newline > MAX_RECORD_BYTES) {
                return Rejection.of(Reason.TOO_LARGE);
            }
            Verdict verdict = validator.judge(payload);
            if (verdict instanceof Verdict.Unclean unclean) {
                return unclean.rejection();
            }
            if (verdict instanceof Verdict.Clean clean) {
                byte[] json = clean.oneLine() ? payload : JsonDocuments.oneLine(payload);
                trips.add(new Document(new UserRecord(carrier, index++, payload), clean.id(), json));
            }
            return null;
        }

        private void reject(byte[] payload, Rejection rejection) {
            rejections++;
            reasons.merge(rejection.toString(), 1, Integer::sum);
            UserRecord record = new UserRecord(carrier, index++, payload);
            if (++rejectedOfCarrier <= mostRejected) {
                rejected.add(new RejectedRecord(record, rejection, 1));
            }
        }

        Batch batch() {
            return new Batch(trips.size() + rejections, aggregated, trips, rejected, reasons);
        }
    }

    private static boolean isBlank(byte[] payload) {
        for (byte b : payload) {
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                return false;
            }
        }
        return true;
    }

    private static byte[] payload(KinesisEventRecord record) {
        ByteBuffer data =
                record.getKinesis() == null ? null : record.getKinesis().getData();
        if (data == null) {
            return new byte[0];
        }
        if (data.hasArray() && data.arrayOffset() == 0 && data.remaining() == data.array().length) {
            return data.array();
        }
        byte[] copy = new byte[data.remaining()];
        data.duplicate().get(copy);
        return copy;
    }
}
