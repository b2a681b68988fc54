package io.github.taxitrips.delivery;

import static io.github.taxitrips.delivery.ScriptedSender.INTERNAL;
import static io.github.taxitrips.delivery.ScriptedSender.THROTTLED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import io.github.taxitrips.intake.Intake;
import io.github.taxitrips.intake.KinesisEventReader;
import io.github.taxitrips.intake.Rejection;
import io.github.taxitrips.intake.TableValidator;
import io.github.taxitrips.intake.WindowEvent;
import io.github.taxitrips.local.KinesisEventWriter;
import io.github.taxitrips.local.producer.KplRecordWriter;
import io.github.taxitrips.local.producer.TripGenerator;
import io.github.taxitrips.settings.TaxiTripsProperties.OnExhausted;
import io.github.taxitrips.settings.TaxiTripsProperties.OnQuarantineFailure;
import io.github.taxitrips.telemetry.InvocationLog;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.IntStream;
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
    private Duration timeBudget = Duration.ZERO;
    private Duration callTimeout = Duration.ofSeconds(1);
    private int maxRecordBytes;

    @Test
    void answersWithTheCounts(CapturedOutput output) {
        trips.answers.add(Map.of(0, THROTTLED));
        byte[] zero = generator.unclean(new Rejection(Rejection.Reason.ZERO, "pickup_latitude"));
        byte[] first = generator.record();
        byte[] second = generator.record();
        int bytes = first.length + second.length;
        String result = function().apply(event(first, zero, generator.unclean(WATERMARK), second));
        assertThat(result)
                .isEqualTo(
                        "{\"received\":4,\"aggregated\":0,\"skipped\":0,\"delivered\":2,\"undelivered\":0,"
                                + "\"rejected\":{\"wrong_type\":1,\"zero:pickup_latitude\":1},\"quarantined\":0,"
                                + "\"records\":2,\"retried\":1,\"throttled\":1,\"calls\":2,\"concurrency\":1,"
                                + "\"payloadBytes\":%d,\"billedBytes\":10240,\"batchItemFailures\":[]}",
                        bytes);
        assertThat(output.getOut().lines())
                .hasSize(2)
                .first()
                .asString()
                .endsWith("received 4, delivered 2, undelivered 0, skipped 0, rejected 2");
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
    void allFailedRaisesAndLogsTheIdsWithTheirCodes(CapturedOutput output) {
        RecordError other = new RecordError("Other", "?");
        trips.answers.add(Map.of(0, THROTTLED, 1, INTERNAL, 2, INTERNAL, 3, other, 4, other));
        byte[][] payloads = Stream.generate(generator::record).limit(6).toArray(byte[][]::new);
        payloads[1] = generator.unclean(WATERMARK);
        assertThatExceptionOfType(DeliveryException.AllRecordsFailed.class)
                .isThrownBy(() -> function().apply(event(payloads)))
                .withMessageContaining(
                        "All 5 records failed on the first attempt, so Lambda is to send the batch again: "
                                + "1 x ServiceUnavailableException (Slow down.), 2 x InternalFailure (Something broke.), "
                                + "2 x Other (?). A fault of the service;")
                .satisfies(e -> {
                    assertThat(e.report().received()).isEqualTo(6);
                    assertThat(e.report().undelivered()).isEqualTo(5);
                    assertThat(e.report().rejected()).isEqualTo(Map.of("wrong_type", 1));
                    assertThat(e.report().calls()).isEqualTo(1);
                });
        assertThat(output)
                .contains(
                        "Undelivered to trips, ServiceUnavailableException, 1 of 1: [1000000] Raise the delivery stream's quota")
                .contains("Undelivered to trips, InternalFailure, 2 of 2: [1000002, 1000003] A fault of the service");
    }

    @Test
    void exhaustedRetriesRaiseAndLogWhatIsLeft(CapturedOutput output) {
        maxRetries = 2;
        trips.answers.addAll(List.of(Map.of(2, THROTTLED), Map.of(0, THROTTLED), Map.of(0, THROTTLED)));
        assertThatExceptionOfType(DeliveryException.RetriesExhausted.class)
                .isThrownBy(() -> function().apply(event(generator.record(), generator.record(), generator.record())))
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
                .isThrownBy(() -> function().apply(event(generator.record())))
                .withMessageContaining("delivery stream x failed: ResourceNotFoundException")
                .withCause(refusal);
    }

    @Test
    void endedTimeRaises() {
        KinesisEvent event = new TimedEvent(event(generator.record(), generator.record()), () -> 0, null);
        assertThatExceptionOfType(DeliveryException.OutOfTime.class)
                .isThrownBy(() -> function().apply(event))
                .withMessageContaining("taxi-trips.retry.time-budget");
        assertThat(trips.calls).isEmpty();
    }

    @Test
    void manyIdsAreSplitOverLines(CapturedOutput output) {
        Map<Integer, RecordError> all = new HashMap<>();
        for (int i = 0; i < 500; i++) {
            all.put(i, THROTTLED);
        }
        trips.answers.addAll(List.of(all, all, all, all));
        byte[][] payloads = Stream.generate(generator::record).limit(2_000).toArray(byte[][]::new);
        assertThatExceptionOfType(DeliveryException.class)
                .isThrownBy(() -> function().apply(event(payloads)));
        assertThat(output.getOut().lines().filter(line -> line.contains("Undelivered")))
                .hasSize(2);
    }

    @Test
    void retryOfAFailedBatchSkipsWhatWasDelivered() {
        maxRetries = 0;
        ForwardTrips function = function();
        KinesisEvent event = event(generator.record(), generator.record(), generator.record());
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
        KinesisEvent event = event(generator.record(), generator.record());
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
        KinesisEvent event = event(generator.record(), generator.record(), generator.record(), generator.record());
        trips.answers.add(Map.of(3, THROTTLED, 1, THROTTLED));
        ForwardTrips function = function();
        String second = event.getRecords().get(1).getKinesis().getSequenceNumber();
        assertThat(function.apply(event))
                .contains("\"undelivered\":2")
                .endsWith(",\"batchItemFailures\":[{\"itemIdentifier\":\"" + second + "\"}]}");
        assertThat(function.apply(event)).endsWith(",\"batchItemFailures\":[]}");
        assertThat(trips.calls.get(1)).hasSize(2);
    }

    @Test
    void reportsATotalFailureFromTheFirstTrip() {
        onExhausted = OnExhausted.REPORT_FAILURES;
        KinesisEvent event = event(generator.unclean(WATERMARK), generator.record());
        trips.answers.add(Map.of(0, THROTTLED));
        assertThat(function().apply(event))
                .contains(event.getRecords().get(1).getKinesis().getSequenceNumber());
    }

    @Test
    void refusalIsRaisedEvenWhereFailuresAreReported() {
        onExhausted = OnExhausted.REPORT_FAILURES;
        trips.answers.add(refusal());
        assertThatExceptionOfType(DeliveryException.Refused.class)
                .isThrownBy(() -> function().apply(event(generator.record())));
    }

    @Test
    void failureThatCannotBeReportedIsRaised() {
        onExhausted = OnExhausted.REPORT_FAILURES;
        KinesisEvent event = event(generator.record());
        event.getRecords().get(0).getKinesis().setSequenceNumber(null);
        trips.answers.add(Map.of(0, THROTTLED));
        assertThatExceptionOfType(DeliveryException.AllRecordsFailed.class)
                .isThrownBy(() -> function().apply(event));
    }

    @Test
    void rejectedRecordsGoToQuarantine() {
        withQuarantine = true;
        assertThat(function().apply(event(generator.record(), generator.unclean(WATERMARK))))
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
        KinesisEvent event = event(generator.record(), generator.unclean(WATERMARK));
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
        KinesisEvent event = event(generator.record(), generator.unclean(WATERMARK));
        trips.answers.add(Map.of(0, THROTTLED));
        assertThatExceptionOfType(DeliveryException.class).isThrownBy(() -> function.apply(event));
        assertThat(function.apply(event)).contains("\"delivered\":1", "\"quarantined\":1");
        assertThat(quarantine.calls).hasSize(1);
        // The success is forgotten.
        assertThat(function.apply(event)).contains("\"quarantined\":1");
        assertThat(quarantine.calls).hasSize(2);
    }

    @Test
    void quarantineThatCannotBeWrittenMayBeAWarningOnly(CapturedOutput output) {
        withQuarantine = true;
        onQuarantineFailure = OnQuarantineFailure.WARN;
        quarantine.answers.add(refusal());
        assertThat(function().apply(event(generator.record(), generator.unclean(WATERMARK))))
                .contains("\"delivered\":1", "\"quarantined\":0");
        assertThat(output)
                .contains(
                        "Not quarantined in rejected, ResourceNotFoundException, 1 of 1: [wrong_type] Check taxi-trips.quarantine.delivery-stream-name");
    }

    @Test
    void unquarantinedRecordIsReported() {
        withQuarantine = true;
        maxRetries = 0;
        onExhausted = OnExhausted.REPORT_FAILURES;
        KinesisEvent event = event(generator.record(), generator.unclean(WATERMARK), generator.record());
        quarantine.answers.add(Map.of(0, THROTTLED));
        assertThat(function().apply(event))
                .contains(event.getRecords().get(1).getKinesis().getSequenceNumber());
    }

    @Test
    void packedTotalFailureIsRetriedInTheInvocation() {
        maxRecordBytes = 65_536;
        trips.answers.add(Map.of(0, THROTTLED));
        assertThat(function().apply(event(generator.record(), generator.record())))
                .contains("\"delivered\":2", "\"records\":1", "\"retried\":2", "\"calls\":2");
    }

    @Test
    void totalFailureOfABatchThatFailedBeforeIsRetriedInTheInvocation() {
        KinesisEvent event = event(generator.record(), generator.record());
        Map<Integer, RecordError> all = Map.of(0, THROTTLED, 1, THROTTLED);
        trips.answers.addAll(List.of(all, all));
        ForwardTrips function = function();
        assertThatExceptionOfType(DeliveryException.AllRecordsFailed.class).isThrownBy(() -> function.apply(event));
        assertThat(function.apply(event)).contains("\"delivered\":2", "\"retried\":2", "\"calls\":2");
        // It is forgotten with the success.
        trips.answers.add(all);
        assertThatExceptionOfType(DeliveryException.AllRecordsFailed.class).isThrownBy(() -> function.apply(event));
    }

    @Test
    void whatTheMemoryLeavesOfABatchIsRetriedInTheInvocation() {
        maxRetries = 1;
        KinesisEvent event = event(generator.record(), generator.record());
        trips.answers.addAll(List.of(Map.of(1, THROTTLED), Map.of(0, THROTTLED)));
        ForwardTrips function = function();
        assertThatExceptionOfType(DeliveryException.RetriesExhausted.class).isThrownBy(() -> function.apply(event));
        trips.answers.add(Map.of(0, THROTTLED));
        assertThat(function.apply(event)).contains("\"skipped\":1", "\"delivered\":1", "\"retried\":1");
    }

    @Test
    void errorGoesOnOnceWhatIsKnownIsLoggedAndRemembered(CapturedOutput output) {
        maxRetries = 0;
        withQuarantine = true;
        quarantine.answers.add(new OutOfMemoryError("none left"));
        KinesisEvent event = event(generator.record(), generator.unclean(WATERMARK));
        ForwardTrips function = function();
        assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> function.apply(event));
        assertThat(output)
                .contains("delivered 1,", "Not quarantined in rejected, OutOfMemoryError, 1 of 1: [wrong_type]");
        assertThat(function.apply(event)).contains("\"skipped\":1", "\"delivered\":0", "\"quarantined\":1");
    }

    @Test
    void afterAnErrorNothingMoreIsBegun() {
        withQuarantine = true;
        trips.answers.add(new StackOverflowError("deep"));
        KinesisEvent event = event(generator.record(), generator.unclean(WATERMARK));
        ForwardTrips function = function();
        assertThatExceptionOfType(StackOverflowError.class).isThrownBy(() -> function.apply(event));
        assertThat(quarantine.calls).isEmpty();
        assertThat(function.apply(event)).contains("\"delivered\":1", "\"quarantined\":1");
    }

    @Test
    void interruptEndsItsInvocationAndNoOther() {
        trips.answers.add((Supplier<Map<Integer, RecordError>>) () -> {
            Thread.currentThread().interrupt();
            return Map.of(1, THROTTLED);
        });
        KinesisEvent event = event(generator.record(), generator.record());
        Thread.currentThread().interrupt();
        ForwardTrips function = function();
        assertThatExceptionOfType(DeliveryException.Interrupted.class)
                .isThrownBy(() -> function.apply(event))
                .withMessageContaining("interrupted")
                .withMessageNotContaining("credentials");
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(function.apply(event)).contains("\"skipped\":1", "\"delivered\":1");
    }

    @Test
    void timeBudgetIsOneForTripsAndQuarantine() {
        withQuarantine = true;
        // Time enough for a slow machine to begin the first call, and less than a call needs after it.
        timeBudget = Duration.ofMillis(900);
        callTimeout = Duration.ofMillis(100);
        trips.answers.add((Supplier<Map<Integer, RecordError>>) () -> {
            LockSupport.parkNanos(Duration.ofMillis(850).toNanos());
            return Map.of();
        });
        assertThatExceptionOfType(DeliveryException.OutOfTime.class)
                .isThrownBy(() -> function().apply(event(generator.record(), generator.unclean(WATERMARK))))
                .withMessageContaining("no call was begun")
                .satisfies(e -> assertThat(e.report().delivered()).isEqualTo(1));
        assertThat(quarantine.calls).isEmpty();
    }

    @Test
    void placesOfRejectedRecordsAreLoggedWhereThereIsNoQuarantine(CapturedOutput output) {
        KinesisEvent event = event(generator.unclean(WATERMARK), generator.record());
        function().apply(event);
        assertThat(output)
                .contains("1 of 1: [wrong_type " + event.getRecords().get(0).getEventID() + "]");

        byte[][] many =
                Stream.generate(() -> generator.unclean(WATERMARK)).limit(250).toArray(byte[][]::new);
        function().apply(event(many));
        assertThat(output.getOut().lines().filter(line -> line.contains("100 of 250: [")))
                .hasSize(1)
                .allSatisfy(line -> assertThat(line.split("wrong_type")).hasSize(101));
        withQuarantine = true;
        function().apply(event);
        assertThat(output.getOut().lines().filter(line -> line.contains("wrong_type shardId")))
                .hasSize(2);
    }

    @Test
    void stateOfAWindowIsGivenBack() {
        WindowEvent event = new WindowEvent("{\"1\": 2}");
        event.setRecords(event(generator.record()).getRecords());
        for (KinesisEvent passed : List.of(event, new TimedEvent(event, () -> Long.MAX_VALUE, null))) {
            assertThat(function().apply(passed)).endsWith(",\"batchItemFailures\":[],\"state\":{\"1\": 2}}");
        }
    }

    @Test
    void oneRecordOfManyUncleanOnesCostsOneLine() {
        withQuarantine = true;
        KplRecordWriter writer = new KplRecordWriter();
        IntStream.range(0, 5_001).forEach(i -> writer.add("key", new byte[0]));
        writer.add("key", generator.record());
        assertThat(function().apply(event(writer.toBytes())))
                .contains(
                        "\"received\":5002",
                        "\"delivered\":1",
                        "{\"empty\":5001}",
                        "\"quarantined\":5001",
                        "\"calls\":2");
        assertThat(quarantine.sent(0)).hasSize(1).first().asString().contains("\"rejected\":5001");
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
        Delivery.Settings settings = new Delivery.Settings(Duration.ZERO, callTimeout, 1, maxRecordBytes);
        return new ForwardTrips(
                new Intake(new TableValidator(TripGenerator.TABLE, false), true, true),
                new Delivery(trips, policy, settings, Runnable::run),
                withQuarantine ? new Quarantine(new Delivery(quarantine, policy, settings, Runnable::run)) : null,
                onQuarantineFailure,
                new RetryMemory(1_000),
                onExhausted,
                timeBudget,
                () -> Long.MAX_VALUE,
                List.of(new InvocationLog("trips", "rejected", "", 0)));
    }

    private static KinesisEvent event(byte[]... payloads) {
        return new KinesisEventReader()
                .read(new KinesisEventWriter(Instant.EPOCH.plusMillis(1)).event(List.of(payloads)));
    }
}
