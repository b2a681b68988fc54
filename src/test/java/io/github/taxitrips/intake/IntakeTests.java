package io.github.taxitrips.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent.Record;
import io.github.taxitrips.intake.Rejection.Reason;
import io.github.taxitrips.local.producer.KplRecordWriter;
import io.github.taxitrips.local.producer.TripGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IntakeTests {

    private final Intake intake = new Intake(new TableValidator(TripGenerator.TABLE, false), true, true);
    private final TripGenerator generator = new TripGenerator(1);

    @Test
    void keepsCleanTripsInOrderAndCountsTheRest() {
        byte[] first = generator.record();
        byte[] second = generator.record();
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
        assertThat(intake.accept(new KinesisEvent())).isEqualTo(new Intake.Batch(0, 0, List.of(), List.of(), Map.of()));
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
        byte[] trip = generator.record();
        byte[] around = new byte[trip.length + 10];
        System.arraycopy(trip, 0, around, 5, trip.length);
        KinesisEvent event = event((byte[]) null);
        event.getRecords().get(0).getKinesis().setData(ByteBuffer.wrap(around, 5, trip.length));
        assertThat(intake.accept(event).trips()).extracting(Document::json).containsExactly(trip);
        event.getRecords().get(0).getKinesis().setData(ByteBuffer.wrap(trip).asReadOnlyBuffer());
        assertThat(intake.accept(event).trips()).extracting(Document::json).containsExactly(trip);
        assertThat(event.getRecords().get(0).getKinesis().getData().remaining()).isEqualTo(trip.length);
    }

    @Test
    void documentsOfARecordAreJudgedEachByItself() {
        String one = text(generator.record()).strip();
        String two = text(generator.record()).strip();
        String zero = text(generator.unclean(new Rejection(Reason.ZERO, "pickup_latitude")))
                .strip();
        for (String separator : List.of("\n", "", " ", "\r\n", "\n\n")) {
            Intake.Batch batch =
                    intake.accept(event((one + separator + zero + separator + two + "\n").getBytes(UTF_8)));
            assertThat(batch.received()).isEqualTo(3);
            assertThat(batch.trips()).extracting(trip -> text(trip.json())).containsExactly(one, two);
            assertThat(batch.reasons()).isEqualTo(Map.of("zero:pickup_latitude", 1));
            assertThat(batch.trips()).extracting(trip -> trip.source().index()).containsExactly(0, 2);
        }
    }

    @Test
    void brokenDocumentSpoilsOnlyItselfWhereLinesTellItApart() {
        String one = text(generator.record()).strip();
        String two = text(generator.record()).strip();
        for (String broken : List.of(
                one.substring(0, 100),
                one.substring(0, one.length() - 1),
                one.replace("}", ",}"),
                "\u0000\u0000",
                "\uFEFF" + one,
                "{\n \"type\": \"trip\",\n \"trip_id\": 7,,\n}",
                "{\"a\":[")) {
            for (String payload :
                    List.of(broken + "\n" + one + "\n" + two, one + "\n" + broken + "\n" + two, one + two + broken)) {
                Intake.Batch batch = intake.accept(event(payload.getBytes(UTF_8)));
                assertThat(batch.trips())
                        .as(payload)
                        .extracting(trip -> text(trip.json()))
                        .containsExactly(one, two);
                assertThat(batch.reasons()).as(payload).isEqualTo(Map.of("not_json", 1));
            }
        }
    }

    @Test
    void escapesAndCharactersOfEveryLengthAreRead() {
        String trip = text(generator.record())
                .replace(
                        "\"type\":\"trip\"",
                        "\"type\":\"\\u0074ri\\u0070\",\"x\":\"\u0080\u07FF\u0800\uFFFF\uD800\uDC00\uDBFF\uDFFF\"");
        assertThat(trip).contains("\\u0074ri");
        assertThat(intake.accept(event(trip.getBytes(UTF_8))).trips()).hasSize(1);
    }

    @Test
    void documentsTogetherMayBeLargerThanARecord() {
        byte[] large = ofLength(900_000, true);
        Intake.Batch batch = intake.accept(event(joined(large, generator.record(), large, ofLength(1_024_001, true))));
        assertThat(batch.trips()).hasSize(3);
        assertThat(batch.reasons()).isEqualTo(Map.of("too_large", 1));
    }

    @Test
    void withoutSplittingSeveralDocumentsAreNotJson() {
        byte[] two = joined(generator.record(), generator.record());
        assertThat(new Intake(new TableValidator(TripGenerator.TABLE, false), true, false)
                        .accept(event(two))
                        .reasons())
                .isEqualTo(Map.of("not_json", 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 1_000, 50_000})
    void beginningsWithoutAnEndAreReadInTimeThatGrowsWithThePayload(int beginnings) {
        // Each beginning could be read to the end of the payload: at 50,000 of them that would take minutes.
        String payload = "{}" + "{\"a\":[\n".repeat(beginnings);
        Intake.Batch batch = intake.accept(event(payload.getBytes(UTF_8)));
        assertThat(batch.trips()).isEmpty();
        assertThat(batch.received()).isBetween(2, 20);
    }

    @Test
    void tripOverSeveralLinesBecomesOne() {
        String trip = text(generator.record()).strip();
        String pretty = "\n" + trip.replace(",", ",\r\n  ").replace("{", "{\n");
        for (String end : List.of("", "\n", "\r\n")) {
            byte[] json = intake.accept(event((pretty + end).getBytes(UTF_8)))
                    .trips()
                    .get(0)
                    .json();
            assertThat(text(json)).isEqualTo(pretty.replace('\n', ' ').replace('\r', ' ') + end);
        }
        byte[] lines = pretty.getBytes(UTF_8);
        intake.accept(event(lines));
        assertThat(text(lines)).as("the payload, which others share").isEqualTo(pretty);
        // One that is a line already is not copied.
        byte[] line = generator.record();
        assertThat(intake.accept(event(line)).trips().get(0).json()).isSameAs(line);
    }

    @Test
    void linesOfATripThatAValidatorOfOnesOwnPassedAreJoinedToo() {
        Intake own = new Intake(payload -> new Verdict.Clean("x"), true, true);
        assertThat(text(own.accept(event("{\n}\n".getBytes(UTF_8)))
                        .trips()
                        .get(0)
                        .json()))
                .isEqualTo("{ }\n");
    }

    @Test
    void compressedRecordsHaveAReasonOfTheirOwn() throws IOException {
        ByteArrayOutputStream zlib = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(zlib)) {
            out.write(generator.record());
        }
        byte[] zstd = {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, 0x04, 0};
        byte[] bomb = gzip(new byte[50_000_000]);
        for (byte[] payload : List.of(gzip(generator.record()), zlib.toByteArray(), zstd, bomb)) {
            assertThat(intake.accept(event(payload)).reasons()).isEqualTo(Map.of("compressed", 1));
        }
        assertThat(intake.accept(event("x^2".getBytes(UTF_8), "xx".getBytes(UTF_8), "x".getBytes(UTF_8)))
                        .reasons())
                .isEqualTo(Map.of("not_json", 3));
    }

    @Test
    void damagedAggregateHasAReasonOfItsOwn() {
        byte[] record = aggregate(generator.record());
        byte[] cut = Arrays.copyOf(record, 4);
        byte[] damaged = record.clone();
        damaged[10] ^= 1;
        KinesisEvent event = event(cut, damaged, record);
        assertThat(intake.accept(event).reasons()).isEqualTo(Map.of("bad_aggregate", 2));
        assertThat(intake.accept(event).trips()).hasSize(1);
        assertThat(new Intake(new TableValidator(TripGenerator.TABLE, false), false, true)
                        .accept(event)
                        .reasons())
                .isEqualTo(Map.of("not_json", 3));
    }

    @Test
    void aggregatesWithinAggregatesAreUnpackedToADepth() {
        byte[] trip = generator.record();
        byte[] nested = trip;
        for (int depth = 1; depth <= 4; depth++) {
            nested = aggregate(nested, trip);
            Intake.Batch batch = intake.accept(event(nested));
            assertThat(batch.trips()).hasSize(depth + 1);
            assertThat(batch.aggregated()).isEqualTo(1);
            assertThat(batch.trips().stream().map(t -> t.source().index()).distinct())
                    .hasSize(depth + 1);
        }
        Intake.Batch tooDeep = intake.accept(event(aggregate(nested, trip)));
        assertThat(tooDeep.trips()).hasSize(4);
        assertThat(tooDeep.reasons()).isEqualTo(Map.of("bad_aggregate", 1));
    }

    @Test
    void carrierOfTooManyRejectionsIsToldOnce() {
        byte[][] empty = Stream.generate(() -> new byte[0])
                .limit(Intake.MAX_REJECTED_A_CARRIER)
                .toArray(byte[][]::new);
        byte[] atTheLimit = aggregate(empty);
        byte[] beyond = aggregate(Stream.concat(Stream.of(empty), Stream.of("1".getBytes(UTF_8), generator.record()))
                .toArray(byte[][]::new));
        Intake.Batch batch = intake.accept(event(beyond, atTheLimit));
        assertThat(batch.received()).isEqualTo(2 * Intake.MAX_REJECTED_A_CARRIER + 2);
        assertThat(batch.trips()).hasSize(1);
        assertThat(batch.reasons()).isEqualTo(Map.of("empty", 2 * Intake.MAX_REJECTED_A_CARRIER, "not_an_object", 1));
        assertThat(batch.rejected()).hasSize(1 + Intake.MAX_REJECTED_A_CARRIER);
        RejectedRecord first = batch.rejected().get(0);
        assertThat(first.count()).isEqualTo(Intake.MAX_REJECTED_A_CARRIER + 1);
        assertThat(first.record().index()).isEqualTo(UserRecord.WHOLE);
        assertThat(first.record().payload()).isEqualTo(beyond);

        byte[][] many = Stream.generate(() -> atTheLimit).limit(6).toArray(byte[][]::new);
        assertThat(intake.accept(event(many)).rejected()).hasSize(Intake.MAX_REJECTED_AN_EVENT + 2);
    }

    private static Map<Rejection, Integer> counts(Intake.Batch batch) {
        return batch.rejected().stream()
                .collect(Collectors.groupingBy(RejectedRecord::rejection, Collectors.summingInt(record -> 1)));
    }

    private int trips(byte[] payload) {
        return intake.accept(event(payload)).trips().size();
    }

    private byte[] ofLength(int length, boolean newline) {
        String trip = new String(generator.record(), UTF_8).trim();
        String padding = " ".repeat(length - trip.length() - (newline ? 1 : 0));
        return (trip.substring(0, trip.length() - 1) + padding + "}" + (newline ? "\n" : "")).getBytes(UTF_8);
    }

    static KinesisEvent event(byte @Nullable []... payloads) {
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

    private static String text(byte[] json) {
        return new String(json, UTF_8);
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Stream.of(parts).forEach(bytes::writeBytes);
        return bytes.toByteArray();
    }

    private static byte[] gzip(byte[] data) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(data);
        }
        return bytes.toByteArray();
    }

    private static byte[] aggregate(byte[]... records) {
        KplRecordWriter writer = new KplRecordWriter();
        Stream.of(records).forEach(record -> writer.add("key", record));
        return writer.toBytes();
    }
}
