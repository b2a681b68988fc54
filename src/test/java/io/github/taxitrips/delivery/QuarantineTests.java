package io.github.taxitrips.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import io.github.taxitrips.intake.Document;
import io.github.taxitrips.intake.RejectedRecord;
import io.github.taxitrips.intake.Rejection;
import io.github.taxitrips.intake.Rejection.Reason;
import io.github.taxitrips.intake.UserRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.retry.RetryPolicy;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class QuarantineTests {

    private final JsonMapper json = new JsonMapper();

    @Test
    @SuppressWarnings("JavaUtilDate")
    void describesTheRecord() {
        KinesisEventRecord carrier = Documents.carrier("s", "shardId-1", 42);
        carrier.getKinesis().setApproximateArrivalTimestamp(Date.from(Instant.parse("2026-01-02T03:04:05.678Z")));
        Document document =
                document(carrier, new Rejection(Reason.ZERO, "pickup_latitude"), "{\"é\":\"\n\"}".getBytes(UTF_8));
        assertThat(new String(document.json(), UTF_8))
                .isEqualTo("{\"reason\":\"zero\",\"field\":\"pickup_latitude\",\"event_id\":\"shardId-1:42\","
                        + "\"sequence_number\":\"42\",\"arrival_time\":\"2026-01-02T03:04:05.678Z\","
                        + "\"payload\":\"{\\\"é\\\":\\\"\\n\\\"}\",\"payload_bytes\":10,\"truncated\":false}\n");
        assertThat(document.id()).isEqualTo("zero:pickup_latitude");
        assertThat(document.source().carrier()).isSameAs(carrier);
    }

    @Test
    void leavesOutWhatTheRecordDoesNotTell() {
        Document document = document(new KinesisEventRecord(), Rejection.of(Reason.EMPTY), new byte[0]);
        assertThat(new String(document.json(), UTF_8))
                .isEqualTo("{\"reason\":\"empty\",\"payload\":\"\",\"payload_bytes\":0,\"truncated\":false}\n");
    }

    @Test
    void bytesThatAreNoTextAreInBase64() {
        byte[] bytes = {(byte) 0xC3, 0x28, 0, 1};
        JsonNode line = line(bytes);
        assertThat(line.has("payload")).isFalse();
        assertThat(Base64.getDecoder().decode(line.get("payload_base64").stringValue()))
                .isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "é", "€", "𝄞", "\u0001", "\"", "\n"})
    void textOfAnyKindIsCutToFitAndStaysText(String character) {
        for (int padding = 0; padding < 4; padding++) {
            String text = "-".repeat(padding) + character.repeat(2_000_000 / character.length());
            Document document = document(
                    Documents.carrier("s", "shardId-1", 1), Rejection.of(Reason.TOO_LARGE), text.getBytes(UTF_8));
            assertThat(document.json().length).isLessThanOrEqualTo(1_024_000);
            JsonNode line = json.readTree(document.json());
            assertThat(line.get("truncated").booleanValue()).isTrue();
            assertThat(line.get("payload_bytes").intValue()).isEqualTo(text.getBytes(UTF_8).length);
            assertThat(line.get("payload").stringValue()).hasSizeGreaterThan(30_000);
            assertThat(text).startsWith(line.get("payload").stringValue());
        }
    }

    @Test
    void longBytesAreCutToFit() {
        byte[] bytes = new byte[10_000_000];
        bytes[0] = (byte) 0xFF;
        JsonNode line = line(bytes);
        assertThat(Base64.getDecoder().decode(line.get("payload_base64").stringValue()))
                .isEqualTo(Arrays.copyOf(bytes, 160 * 1_024));
        assertThat(line.get("truncated").booleanValue()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"0, false", "1, true"})
    void whatFitsIsKeptWhole(int surplus, boolean truncated) {
        int around = line("x".repeat(1_000_000).getBytes(UTF_8)).toString().length() + 1 - 1_000_000;
        JsonNode line = line("x".repeat(1_024_000 - around + surplus).getBytes(UTF_8));
        assertThat(line.get("truncated").booleanValue()).isEqualTo(truncated);
    }

    /** Two parts, of 2,000 lines in four calls and of one more, of which the first call fails. */
    @ParameterizedTest
    @CsvSource({"true, 5, 1501", "false, 1, 0"})
    void restIsTriedUnlessCallsAreRefused(boolean isTransient, int calls, int quarantined) {
        ScriptedSender sender = new ScriptedSender();
        sender.answers.add(ScriptedSender.callFailure(new RecordError("Code", "message"), isTransient));
        RetryPolicy once = RetryPolicy.builder()
                .maxRetries(0)
                .predicate(failure -> isTransient)
                .build();
        Delivery.Settings settings = new Delivery.Settings(Duration.ZERO, Duration.ZERO, 1, 0);
        List<RejectedRecord> rejected = IntStream.range(0, 2_001)
                .mapToObj(i -> new RejectedRecord(
                        new UserRecord(Documents.carrier("s", "shardId-1", i), 0, new byte[0]),
                        Rejection.of(Reason.EMPTY),
                        1))
                .toList();
        Quarantine.Outcome outcome = new Quarantine(new Delivery(sender, once, settings, Runnable::run))
                .deliver(rejected, new RetryMemory(0), () -> Long.MAX_VALUE);
        assertThat(sender.calls).hasSize(calls);
        assertThat(outcome.quarantined()).isEqualTo(quarantined);
        assertThat(outcome.delivery().undelivered())
                .hasSize(2_001 - quarantined)
                .allMatch(failure -> failure.error().code().equals("Code")
                        && failure.document().id().equals("empty"));
    }

    private JsonNode line(byte[] payload) {
        return json.readTree(document(Documents.carrier("s", "shardId-1", 1), Rejection.of(Reason.NOT_JSON), payload)
                .json());
    }

    private static Document document(KinesisEventRecord carrier, Rejection rejection, byte[] payload) {
        return Quarantine.document(new RejectedRecord(new UserRecord(carrier, 0, payload), rejection, 1));
    }
}
