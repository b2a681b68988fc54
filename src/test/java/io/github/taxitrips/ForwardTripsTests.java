package io.github.taxitrips;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import io.github.taxitrips.delivery.Delivery;
import io.github.taxitrips.delivery.DeliveryException;
import io.github.taxitrips.delivery.FirehoseCallException;
import io.github.taxitrips.delivery.FirehoseSender;
import io.github.taxitrips.delivery.InvocationReport;
import io.github.taxitrips.delivery.RecordError;
import io.github.taxitrips.intake.Intake;
import io.github.taxitrips.intake.JsonTripValidator;
import io.github.taxitrips.intake.KinesisEventReader;
import io.github.taxitrips.intake.Rejection;
import io.github.taxitrips.local.KinesisEventWriter;
import io.github.taxitrips.local.TripGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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

    private static final RecordError THROTTLED = new RecordError("ServiceUnavailableException", "Slow down.");

    private final TripGenerator generator = new TripGenerator(1);
    private final List<List<byte[]>> calls = new ArrayList<>();

    @Test
    void answersWithTheCounts(CapturedOutput output) {
        byte[] zero = generator.unclean(new Rejection(Rejection.Reason.ZERO, "pickup_latitude"));
        byte[] watermark = generator.unclean(Rejection.of(Rejection.Reason.WRONG_TYPE));
        String result = function(records -> calls.size() == 1 ? Map.of(0, THROTTLED) : Map.of(), RetryPolicy.builder())
                .apply(event(generator.trip(), zero, watermark, generator.trip()));
        assertThat(result)
                .isEqualTo(
                        "{\"received\":4,\"delivered\":2,\"rejected\":{\"wrong_type\":1,\"zero:pickup_latitude\":1},\"retried\":1,\"calls\":2}");
        assertThat(output.getOut().lines()).hasSize(1).first().asString().endsWith(result);
        assertThat(output).doesNotContain("40.").doesNotContain("1000000");
    }

    @Test
    void noCleanRecordIsSuccessWithoutACall() {
        String result = function(records -> Map.of(), RetryPolicy.builder())
                .apply(event(generator.unclean(Rejection.of(Rejection.Reason.NOT_JSON))));
        assertThat(result)
                .isEqualTo("{\"received\":1,\"delivered\":0,\"rejected\":{\"not_json\":1},\"retried\":0,\"calls\":0}");
        assertThat(calls).isEmpty();
    }

    @Test
    void allFailedRaisesAndLogsTheIdsWithTheirCodes(CapturedOutput output) {
        assertThatExceptionOfType(DeliveryException.AllRecordsFailed.class)
                .isThrownBy(() -> function(
                                records -> Map.of(0, THROTTLED, 1, new RecordError("InternalFailure", "?")),
                                RetryPolicy.builder())
                        .apply(event(
                                generator.trip(),
                                generator.unclean(Rejection.of(Rejection.Reason.WRONG_TYPE)),
                                generator.trip())))
                .withMessageContaining("All 2 trips failed on the first attempt")
                .withMessageContaining("Lambda is to send the batch again")
                .satisfies(e -> assertThat(e.report())
                        .isEqualTo(new InvocationReport(
                                3, 0, Map.of(Rejection.of(Rejection.Reason.WRONG_TYPE), 1), 0, 1)));
        assertThat(output)
                .contains("Undelivered, ServiceUnavailableException: trip ids [1000000]")
                .contains("Undelivered, InternalFailure: trip ids [1000002]");
    }

    @Test
    void exhaustedRetriesRaiseAndLogWhatIsLeft(CapturedOutput output) {
        assertThatExceptionOfType(DeliveryException.RetriesExhausted.class)
                .isThrownBy(() -> function(
                                records -> Map.of(records.size() - 1, THROTTLED),
                                RetryPolicy.builder().maxRetries(2))
                        .apply(event(generator.trip(), generator.trip(), generator.trip())))
                .withMessageContaining("1 trips failed in each of 3 attempts")
                .withMessageContaining("taxi-trips.retry.max-retries")
                .satisfies(e -> assertThat(e.report()).isEqualTo(new InvocationReport(3, 2, Map.of(), 2, 3)));
        assertThat(output).contains("trip ids [1000002]").doesNotContain("1000001");
    }

    @Test
    void refusalNamesTheCause() {
        FirehoseCallException refusal = new FirehoseCallException(
                "PutRecordBatch to delivery stream x failed: ResourceNotFoundException",
                new RecordError("ResourceNotFoundException", "no x"),
                false,
                null);
        assertThatExceptionOfType(DeliveryException.Refused.class)
                .isThrownBy(() -> function(
                                records -> {
                                    throw refusal;
                                },
                                RetryPolicy.builder().predicate(failure -> false))
                        .apply(event(generator.trip())))
                .withMessageContaining("delivery stream x failed: ResourceNotFoundException")
                .withCause(refusal);
    }

    @Test
    void endedTimeBudgetRaises() {
        assertThatExceptionOfType(DeliveryException.OutOfTime.class)
                .isThrownBy(() -> function(
                                records -> Map.of(0, THROTTLED),
                                RetryPolicy.builder()
                                        .delay(Duration.ofSeconds(20))
                                        .timeout(Duration.ofSeconds(10)))
                        .apply(event(generator.trip(), generator.trip())))
                .withMessageContaining("taxi-trips.retry.time-budget");
    }

    @Test
    void manyIdsAreSplitOverLines(CapturedOutput output) {
        byte[][] trips = Stream.generate(generator::trip).limit(2_500).toArray(byte[][]::new);
        assertThatExceptionOfType(DeliveryException.class)
                .isThrownBy(() -> function(ForwardTripsTests::allThrottled, RetryPolicy.builder())
                        .apply(event(trips)));
        assertThat(output.getOut().lines().filter(line -> line.contains("Undelivered")))
                .hasSize(3);
    }

    private static Map<Integer, RecordError> allThrottled(List<byte[]> records) {
        Map<Integer, RecordError> errors = new HashMap<>();
        for (int i = 0; i < records.size(); i++) {
            errors.put(i, THROTTLED);
        }
        return errors;
    }

    private ForwardTrips function(FirehoseSender sender, RetryPolicy.Builder policy) {
        FirehoseSender recording = records -> {
            assertThat(records)
                    .allSatisfy(data -> assertThat(new String(data, UTF_8)).endsWith("}\n"));
            calls.add(records);
            return sender.send(records);
        };
        RetryPolicy retryPolicy = policy.build();
        return new ForwardTrips(
                new Intake(new JsonTripValidator()), new Delivery(recording, retryPolicy, Duration.ZERO));
    }

    private static KinesisEvent event(byte[]... payloads) {
        return new KinesisEventReader()
                .read(new KinesisEventWriter(Instant.EPOCH.plusMillis(1)).event(List.of(payloads)));
    }
}
