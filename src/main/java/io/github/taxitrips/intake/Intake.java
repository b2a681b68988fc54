package io.github.taxitrips.intake;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import io.github.taxitrips.intake.Rejection.Reason;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Turns a Kinesis event into the trips to deliver and the records to set aside. */
public final class Intake {

    /**
     * Largest payload that fits a Firehose record with the newline that delivery appends: 1,000 KiB before base64, from
     * the Firehose API Reference, "PutRecordBatch". Kinesis takes up to 10 MiB, so larger ones do arrive.
     */
    static final int MAX_RECORD_BYTES = 1_000 * 1_024;

    private final TripValidator validator;
    private final boolean unpackAggregated;

    /**
     * @param validator judges each record
     * @param unpackAggregated whether records that the Kinesis Producer Library aggregated are unpacked first
     */
    public Intake(TripValidator validator, boolean unpackAggregated) {
        this.validator = validator;
        this.unpackAggregated = unpackAggregated;
    }

    /**
     * An event, judged.
     *
     * @param received number of records, those of aggregated records counted one by one
     * @param aggregated number of Kinesis records that were unpacked
     * @param trips the clean ones, in the event's order
     * @param rejected the others, in the event's order
     */
    public record Batch(int received, int aggregated, List<Document> trips, List<RejectedRecord> rejected) {}

    /** Judges every record of the event once. An event without records gives an empty batch. */
    public Batch accept(KinesisEvent event) {
        if (event.getRecords() == null) {
            return new Batch(0, 0, List.of(), List.of());
        }
        List<Document> trips = new ArrayList<>(event.getRecords().size());
        List<RejectedRecord> rejected = new ArrayList<>();
        int aggregated = 0;
        for (KinesisEventRecord record : event.getRecords()) {
            KinesisEventRecord carrier = record == null ? new KinesisEventRecord() : record;
            byte[] payload = payload(carrier);
            List<byte[]> unpacked = unpackAggregated ? KplAggregation.unpack(payload) : null;
            if (unpacked == null) {
                judge(new UserRecord(carrier, 0, payload), trips, rejected);
            } else {
                aggregated++;
                for (int i = 0; i < unpacked.size(); i++) {
                    judge(new UserRecord(carrier, i, unpacked.get(i)), trips, rejected);
                }
            }
        }
        return new Batch(trips.size() + rejected.size(), aggregated, trips, rejected);
    }

    private void judge(UserRecord record, List<Document> trips, List<RejectedRecord> rejected) {
        Verdict verdict = judge(record.payload());
        if (verdict instanceof Verdict.Clean clean) {
            trips.add(new Document(record, clean.tripId(), record.payload()));
        } else if (verdict instanceof Verdict.Unclean unclean) {
            rejected.add(new RejectedRecord(record, unclean.rejection()));
        }
    }

    private Verdict judge(byte[] payload) {
        if (isBlank(payload)) {
            return new Verdict.Unclean(Reason.EMPTY, null);
        }
        int newline = payload[payload.length - 1] == '\n' ? 0 : 1;
        if (payload.length + newline > MAX_RECORD_BYTES) {
            return new Verdict.Unclean(Reason.TOO_LARGE, null);
        }
        return validator.judge(payload);
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
