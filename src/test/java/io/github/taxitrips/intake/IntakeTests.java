package io.github.taxitrips.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent.Record;
import io.github.taxitrips.intake.Rejection.Reason;
import io.github.taxitrips.local.TripGenerator;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IntakeTests {

    private final Intake intake = new Intake(new JsonTripValidator(), true);
    private final TripGenerator generator = new TripGenerator(1);

    @Test
    void keepsCleanTripsInOrderAndCountsTheRest() {
        byte[] first = generator.trip();
        byte[] second = generator.trip();
        byte[] zero = generator.unclean(new Rejection(Reason.ZERO, "pickup_latitude"));
        byte[] watermark = generator.unclean(Rejection.of(Reason.WRONG_TYPE));

        Intake.Batch batch = intake.accept(event(zero, first, watermark, second, zero));

        assertThat(batch.received()).isEqualTo(5);
        assertThat(batch.trips()).extracting(Document::json).containsExactly(first, second);
        assertThat(batch.trips()).extracting(Document::id).containsExactly("1000000", "1000001");
        assertThat(counts(batch))
                .isEqualTo(
                        Map.of(new Rejection(Reason.ZERO, "pickup_latitude"), 2, Rejection.of(Reason.WRONG_TYPE), 1));
    }

    @Test
    void everyKindOfUncleanRecordIsSetAsideForItsOwnReason() {
        for (Rejection kind : TripGenerator.UNCLEAN) {
            assertThat(counts(intake.accept(event(generator.unclean(kind))))).isEqualTo(Map.of(kind, 1));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n", "\r\n\t  "})
    void blankRecordsAreEmpty(String payload) {
        assertThat(counts(intake.accept(event(payload.getBytes(UTF_8)))))
                .isEqualTo(Map.of(Rejection.of(Reason.EMPTY), 1));
    }

    @Test
    void recordsWithoutDataAreEmpty() {
        KinesisEvent event = event((byte[]) null);
        event.setRecords(Arrays.asList(event.getRecords().get(0), new KinesisEventRecord(), null));
        assertThat(counts(intake.accept(event))).isEqualTo(Map.of(Rejection.of(Reason.EMPTY), 3));
    }

    @Test
    void anEventWithoutRecordsIsAnEmptyBatch() {
        assertThat(intake.accept(new KinesisEvent())).isEqualTo(new Intake.Batch(0, 0, List.of(), List.of()));
    }

    @Test
    void largestRecordIsExactlyWhatFirehoseTakes() {
        int limit = 1_024_000;
        assertThat(trips(ofLength(limit, true))).isEqualTo(1);
        assertThat(trips(ofLength(limit + 1, true))).isZero();
        // The newline that delivery adds counts.
        assertThat(trips(ofLength(limit - 1, false))).isEqualTo(1);
        assertThat(trips(ofLength(limit, false))).isZero();
        assertThat(counts(intake.accept(event(ofLength(limit, false)))))
                .isEqualTo(Map.of(Rejection.of(Reason.TOO_LARGE), 1));
    }

    @Test
    void readsBuffersThatAreNoWholeArray() {
        byte[] trip = generator.trip();
        byte[] around = new byte[trip.length + 10];
        System.arraycopy(trip, 0, around, 5, trip.length);
        KinesisEvent event = event((byte[]) null);
        event.getRecords().get(0).getKinesis().setData(ByteBuffer.wrap(around, 5, trip.length));
        assertThat(intake.accept(event).trips()).extracting(Document::json).containsExactly(trip);
        event.getRecords().get(0).getKinesis().setData(ByteBuffer.wrap(trip).asReadOnlyBuffer());
        assertThat(intake.accept(event).trips()).extracting(Document::json).containsExactly(trip);
        assertThat(event.getRecords().get(0).getKinesis().getData().remaining()).isEqualTo(trip.length);
    }

    private static Map<Rejection, Integer> counts(Intake.Batch batch) {
        return batch.rejected().stream()
                .collect(Collectors.groupingBy(RejectedRecord::rejection, Collectors.summingInt(record -> 1)));
    }

    private int trips(byte[] payload) {
        return intake.accept(event(payload)).trips().size();
    }

    private byte[] ofLength(int length, boolean newline) {
        String trip = new String(generator.trip(), UTF_8).trim();
        String padding = " ".repeat(length - trip.length() - (newline ? 1 : 0));
        return (trip.substring(0, trip.length() - 1) + padding + "}" + (newline ? "\n" : "")).getBytes(UTF_8);
    }

    private static KinesisEvent event(byte @Nullable []... payloads) {
        KinesisEvent event = new KinesisEvent();
        event.setRecords(Stream.of(payloads)
                .map(payload -> {
                    Record data = new Record();
                    data.setData(payload == null ? null : ByteBuffer.wrap(payload));
                    KinesisEventRecord record = new KinesisEventRecord();
                    record.setKinesis(data);
                    return record;
                })
                .toList());
        return event;
    }
}
