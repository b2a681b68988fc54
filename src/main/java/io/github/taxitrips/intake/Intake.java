package io.github.taxitrips.intake;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns a Kinesis event into the trips to deliver, and counts what it sets aside. */
public final class Intake {

    /**
     * Largest payload that fits a Firehose record with the newline that delivery appends: 1,000 KiB before base64, from
     * the Firehose API Reference, "PutRecordBatch". Kinesis takes up to 10 MiB, so larger ones do arrive.
     */
    static final int MAX_RECORD_BYTES = 1_000 * 1_024;

    private final TripValidator validator;

    public Intake(TripValidator validator) {
        this.validator = validator;
    }

    /**
     * An event, judged.
     *
     * @param received number of records in the event
     * @param trips the clean ones, in the event's order
     * @param rejected number of the others by reason
     */
    public record Batch(int received, List<Trip> trips, Map<Rejection, Integer> rejected) {}

    /** Judges every record of the event once. An event without records gives an empty batch. */
    public Batch accept(KinesisEvent event) {
        List<KinesisEventRecord> records = event.getRecords();
        if (records == null) {
            return new Batch(0, List.of(), Map.of());
        }
        List<Trip> trips = new ArrayList<>(records.size());
        Map<Rejection, Integer> rejected = new HashMap<>();
        for (KinesisEventRecord record : records) {
            byte[] payload = payload(record);
            Verdict verdict = judge(payload);
            if (verdict instanceof Verdict.Clean clean) {
                trips.add(new Trip(clean.tripId(), payload));
            } else if (verdict instanceof Verdict.Unclean unclean) {
                rejected.merge(unclean.rejection(), 1, Integer::sum);
            }
        }
        return new Batch(records.size(), trips, Collections.unmodifiableMap(rejected));
    }

    private Verdict judge(byte[] payload) {
        if (isBlank(payload)) {
            return new Verdict.Unclean(Rejection.Reason.EMPTY, null);
        }
        int newline = payload[payload.length - 1] == '\n' ? 0 : 1;
        if (payload.length + newline > MAX_RECORD_BYTES) {
            return new Verdict.Unclean(Rejection.Reason.TOO_LARGE, null);
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

    private static byte[] payload(@Nullable KinesisEventRecord record) {
        ByteBuffer data = record == null || record.getKinesis() == null
                ? null
                : record.getKinesis().getData();
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
