package io.github.taxitrips;

import static io.github.taxitrips.delivery.ScriptedSender.THROTTLED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import io.github.taxitrips.TaxiTripsProperties.OnExhausted;
import io.github.taxitrips.TaxiTripsProperties.OnQuarantineFailure;
import io.github.taxitrips.delivery.Delivery;
import io.github.taxitrips.delivery.DeliveryException;
import io.github.taxitrips.delivery.FirehoseCallException;
import io.github.taxitrips.delivery.RecordError;
import io.github.taxitrips.delivery.RetryMemory;
import io.github.taxitrips.delivery.ScriptedSender;
import io.github.taxitrips.intake.Intake;
import io.github.taxitrips.intake.JsonTripValidator;
import io.github.taxitrips.intake.KinesisEventReader;
import io.github.taxitrips.intake.Rejection;
import io.github.taxitrips.local.KinesisEventWriter;
import io.github.taxitrips.local.TripGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.retry.RetryPolicy;

@ExtendWith(OutputCaptureExtension.class)
class ForwardTripsTests {

    private static final Rejection WATERMARK = Rejection.of(Rejection.Reason.WRONG_TYPE);

    private final TripGenerator generator = new TripGenerator(1);
    private final ScriptedSender trips = new ScriptedSender();
    private final ScriptedSender quarantine = new ScriptedSender();
    private int maxRetries = 3;
    private boolean withQuarantine;
    private OnQuarantineFailure onQuarantineFailure = OnQuarantineFailure.FAIL_BATCH;
    private OnExhausted onExhausted = OnExhausted.FAIL_BATCH;
    private long remainingMillis = Long.MAX_VALUE;

    @Test
    void answersWithTheCounts(CapturedOutput output) {
        trips.answers.add(Map.of(0, THROTTLED));
        byte[] zero = generator.unclean(new Rejection(Rejection.Reason.ZERO, "pickup_latitude"));
        String result = function().apply(event(generator.trip(), zero, generator.unclean(WATERMARK), generator.trip()));
        assertThat(result)
                .isEqualTo("{\"received\":4,\"aggregated\":0,\"skipped\":0,\"delivered\":2,\"undelivered\":0,"
                        + "\"rejected\":{\"wrong_type\":1,\"zero:pickup_latitude\":1},\"quarantined\":0,"
                        + "\"records\":2,\"retried\":1,\"calls\":2,\"concurrency\":1}");
        assertThat(output.getOut().lines()).hasSize(1).first().asString().endsWith(result);
        // Every trip has a longitude of -73 or -74, which no timestamp of a log can hold.
        assertThat(output).doesNotContain("-73.", "-74.", "1000000");
    }

    @Test
    void noCleanRecordIsSuccessWithoutACall() {
        String result = function().apply(event(generator.unclean(Rejection.of(Rejection.Reason.NOT_JSON))));
        assertThat(result).contains("\"received\":1", "\"delivered\":0", "{\"not_json\":1}", "\"calls\":0");
        assertThat(trips.calls).isEmpty();
    }

    @Test
    void anEventWithoutRecordsIsSuccess() {
        assertThat(function().apply(new KinesisEvent())).contains("\"received\":0");
    }

    @Test
    void allFailedRaisesAndLogsTheIdsWithTheirCodes(CapturedOutput output) {
        trips.answers.add(Map.of(0, THROTTLED, 1, new RecordError("InternalFailure", "?")));
        assertThatExceptionOfType(DeliveryException.AllRecordsFailed.class)
                .isThrownBy(
                        () -> function().apply(event(generator.trip(), generator.unclean(WATERMARK), generator.trip())))
                .withMessageContaining("All 2 records failed on the first attempt")
                .withMessageContaining("Lambda is to send the batch again")
                .satisfies(e -> {
                    assertThat(e.report().received()).isEqualTo(3);
                    assertThat(e.report().undelivered()).isEqualTo(2);
                    assertThat(e.report().rejected()).isEqualTo(Map.of("wrong_type", 1));
                    assertThat(e.report().calls()).isEqualTo(1);
                });
        assertThat(output)
                .contains("Undelivered, ServiceUnavailableException: [1000000]")
                .contains("Undelivered, InternalFailure: [1000002]");
    }

    @Test
    void exhaustedRetriesRaiseAndLogWhatIsLeft(CapturedOutput output) {
        maxRetries = 2;
        trips.answers.addAll(List.of(Map.of(2, THROTTLED), Map.of(0, THROTTLED), Map.of(0, THROTTLED)));
        assertThatExceptionOfType(DeliveryException.RetriesExhausted.class)
                .isThrownBy(() -> function().apply(event(generator.trip(), generator.trip(), generator.trip())))
                .withMessageContaining("1 records failed in each of 3 attempts")
                .withMessageContaining("taxi-trips.retry.max-retries")
                .satisfies(e -> {
                    assertThat(e.report().delivered()).isEqualTo(2);
                    assertThat(e.report().undelivered()).isEqualTo(1);
                    assertThat(e.report().retried()).isEqualTo(2);
                });
        assertThat(output).contains("[1000002]").doesNotContain("1000001");
    }

    @Test
    void refusalNamesTheCause() {
        FirehoseCallException refusal = refusal();
        trips.answers.add(refusal);
        assertThatExceptionOfType(DeliveryException.Refused.class)
                .isThrownBy(() -> function().apply(event(generator.trip())))
                .withMessageContaining("delivery stream x failed: ResourceNotFoundException")
                .withCause(refusal);
    }

    @Test
    void endedTimeRaises() {
        remainingMillis = 0;
        assertThatExceptionOfType(DeliveryException.OutOfTime.class)
                .isThrownBy(() -> function().apply(event(generator.trip(), generator.trip())))
                .withMessageContaining("taxi-trips.retry.time-budget");
        assertThat(trips.calls).isEmpty();
    }

    @Test
    void manyIdsAreSplitOverLines(CapturedOutput output) {
        Map<Integer, RecordError> all = new HashMap<>();
        for (int i = 0; i < 500; i++) {
            all.put(i, THROTTLED);
        }
        trips.answers.addAll(List.of(all, all, all, all, all));
        byte[][] payloads = Stream.generate(generator::trip).limit(2_500).toArray(byte[][]::new);
        assertThatExceptionOfType(DeliveryException.class)
                .isThrownBy(() -> function().apply(event(payloads)));
        assertThat(output.getOut().lines().filter(line -> line.contains("Undelivered")))
                .hasSize(3);
    }

    @Test
    void retryOfAFailedBatchSkipsWhatWasDelivered() {
        maxRetries = 0;
        ForwardTrips function = function();
        KinesisEvent event = event(generator.trip(), generator.trip(), generator.trip());
        trips.answers.add(Map.of(1, THROTTLED));
        assertThatExceptionOfType(DeliveryException.class).isThrownBy(() -> function.apply(event));

        assertThat(function.apply(event)).contains("\"received\":3", "\"skipped\":2", "\"delivered\":1");
        assertThat(trips.sent(1)).containsExactly(trips.sent(0).get(1));
        // The success is forgotten: the same event again is a new delivery.
        assertThat(function.apply(event)).contains("\"skipped\":0", "\"delivered\":3");
    }

    @Test
    void anEventWithoutRecordsForgetsNothing() {
        maxRetries = 0;
        ForwardTrips function = function();
        KinesisEvent event = event(generator.trip(), generator.trip());
        trips.answers.add(Map.of(1, THROTTLED));
        assertThatExceptionOfType(DeliveryException.class).isThrownBy(() -> function.apply(event));
        KinesisEvent hollow = new KinesisEvent();
        hollow.setRecords(Collections.singletonList(null));
        assertThat(function.apply(new KinesisEvent())).contains("\"received\":0");
        assertThat(function.apply(hollow)).contains("\"empty\":1");
        assertThat(function.apply(event)).contains("\"skipped\":1");
    }

    @Test
    void reportsTheLowestSequenceNumberThatFailed() {
        maxRetries = 0;
        onExhausted = OnExhausted.REPORT_FAILURES;
        KinesisEvent event = event(generator.trip(), generator.trip(), generator.trip(), generator.trip());
        trips.answers.add(Map.of(3, THROTTLED, 1, THROTTLED));
        ForwardTrips function = function();
        String second = event.getRecords().get(1).getKinesis().getSequenceNumber();
        assertThat(function.apply(event))
                .isEqualTo("{\"batchItemFailures\":[{\"itemIdentifier\":\"" + second + "\"}]}");
        assertThat(function.apply(event)).isEqualTo("{\"batchItemFailures\":[]}");
        assertThat(trips.calls.get(1)).hasSize(2);
    }

    @Test
    void reportsATotalFailureFromTheFirstTrip() {
        onExhausted = OnExhausted.REPORT_FAILURES;
        KinesisEvent event = event(generator.unclean(WATERMARK), generator.trip());
        trips.answers.add(Map.of(0, THROTTLED));
        assertThat(function().apply(event))
                .contains(event.getRecords().get(1).getKinesis().getSequenceNumber());
    }

    @Test
    void refusalIsRaisedEvenWhereFailuresAreReported() {
        onExhausted = OnExhausted.REPORT_FAILURES;
        trips.answers.add(refusal());
        assertThatExceptionOfType(DeliveryException.Refused.class)
                .isThrownBy(() -> function().apply(event(generator.trip())));
    }

    @Test
    void failureThatCannotBeReportedIsRaised() {
        onExhausted = OnExhausted.REPORT_FAILURES;
        KinesisEvent event = event(generator.trip());
        event.getRecords().get(0).getKinesis().setSequenceNumber(null);
        trips.answers.add(Map.of(0, THROTTLED));
        assertThatExceptionOfType(DeliveryException.AllRecordsFailed.class)
                .isThrownBy(() -> function().apply(event));
    }

    @Test
    void rejectedRecordsGoToQuarantine() {
        withQuarantine = true;
        assertThat(function().apply(event(generator.trip(), generator.unclean(WATERMARK))))
                .contains("\"delivered\":1", "\"quarantined\":1", "\"calls\":2");
        assertThat(quarantine.calls).hasSize(1);
        assertThat(quarantine.sent(0)).hasSize(1).first().asString().contains("\"reason\":\"wrong_type\"");
    }

    @Test
    void quarantineThatThrottlesIsRetried() {
        withQuarantine = true;
        quarantine.answers.add(Map.of(0, THROTTLED));
        assertThat(function().apply(event(generator.unclean(WATERMARK))))
                .contains("\"quarantined\":1", "\"retried\":1");
    }

    @Test
    void quarantineThatCannotBeWrittenFailsTheBatchAndIsAllThatIsRepeated() {
        withQuarantine = true;
        maxRetries = 0;
        ForwardTrips function = function();
        KinesisEvent event = event(generator.trip(), generator.unclean(WATERMARK));
        quarantine.answers.add(Map.of(0, THROTTLED));
        assertThatExceptionOfType(DeliveryException.RetriesExhausted.class)
                .isThrownBy(() -> function.apply(event))
                .satisfies(e -> assertThat(e.report().quarantined()).isZero());
        assertThat(function.apply(event)).contains("\"skipped\":1", "\"delivered\":0", "\"quarantined\":1");
        assertThat(trips.calls).hasSize(1);
        assertThat(quarantine.calls).hasSize(2);
    }

    @Test
    void retryOfAFailedBatchDoesNotRepeatTheQuarantine() {
        withQuarantine = true;
        ForwardTrips function = function();
        KinesisEvent event = event(generator.trip(), generator.unclean(WATERMARK));
        trips.answers.add(Map.of(0, THROTTLED));
        assertThatExceptionOfType(DeliveryException.class).isThrownBy(() -> function.apply(event));
        assertThat(function.apply(event)).contains("\"delivered\":1", "\"quarantined\":1");
        assertThat(quarantine.calls).hasSize(1);
    }

    @Test
    void quarantineThatCannotBeWrittenMayBeAWarningOnly(CapturedOutput output) {
        withQuarantine = true;
        onQuarantineFailure = OnQuarantineFailure.WARN;
        quarantine.answers.add(refusal());
        assertThat(function().apply(event(generator.trip(), generator.unclean(WATERMARK))))
                .contains("\"delivered\":1", "\"quarantined\":0");
        assertThat(output).contains("Not quarantined, ResourceNotFoundException: [wrong_type]");
    }

    @Test
    void unquarantinedRecordIsReported() {
        withQuarantine = true;
        maxRetries = 0;
        onExhausted = OnExhausted.REPORT_FAILURES;
        KinesisEvent event = event(generator.trip(), generator.unclean(WATERMARK), generator.trip());
        quarantine.answers.add(Map.of(0, THROTTLED));
        assertThat(function().apply(event))
                .contains(event.getRecords().get(1).getKinesis().getSequenceNumber());
    }

    private static FirehoseCallException refusal() {
        return new FirehoseCallException(
                "PutRecordBatch to delivery stream x failed: ResourceNotFoundException",
                new RecordError("ResourceNotFoundException", "no x"),
                false,
                null);
    }

    private ForwardTrips function() {
        RetryPolicy policy = RetryPolicy.builder()
                .maxRetries(maxRetries)
                .delay(Duration.ZERO)
                .predicate(failure -> failure instanceof FirehoseCallException call && call.isTransient())
                .build();
        return new ForwardTrips(
                new Intake(new JsonTripValidator(), true),
                new Delivery(trips, policy, settings(false), Runnable::run),
                withQuarantine ? new Delivery(quarantine, policy, settings(true), Runnable::run) : null,
                onQuarantineFailure,
                new RetryMemory(1_000),
                onExhausted,
                () -> remainingMillis);
    }

    private static Delivery.Settings settings(boolean retryTotalFailure) {
        return new Delivery.Settings(Duration.ZERO, Duration.ofSeconds(1), 1, 0, retryTotalFailure);
    }

    private static KinesisEvent event(byte[]... payloads) {
        return new KinesisEventReader()
                .read(new KinesisEventWriter(Instant.EPOCH.plusMillis(1)).event(List.of(payloads)));
    }
}
