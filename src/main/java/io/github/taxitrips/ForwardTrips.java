package io.github.taxitrips;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import io.github.taxitrips.delivery.Delivery;
import io.github.taxitrips.delivery.DeliveryException;
import io.github.taxitrips.delivery.DeliveryOutcome;
import io.github.taxitrips.delivery.DeliveryOutcome.Failure;
import io.github.taxitrips.delivery.InvocationReport;
import io.github.taxitrips.intake.Intake;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The function: judges the records of a Kinesis event, delivers the clean trips, and answers with the counts.
 *
 * <p>Logs one line an invocation, and the ids of what it could not deliver; never a payload.
 */
final class ForwardTrips implements Function<KinesisEvent, String> {

    private static final Logger log = LoggerFactory.getLogger(ForwardTrips.class);

    /** Keeps a line of ids, 64 characters each at most, well below the 256 KB of a CloudWatch log event. */
    private static final int IDS_A_LINE = 1_000;

    private final Intake intake;
    private final Delivery delivery;

    ForwardTrips(Intake intake, Delivery delivery) {
        this.intake = intake;
        this.delivery = delivery;
    }

    /**
     * Returns the counts as JSON, see {@link InvocationReport#toJson()}.
     *
     * @throws DeliveryException if trips could not be delivered, so that Lambda sends the batch again
     */
    @Override
    public String apply(KinesisEvent event) {
        Intake.Batch batch = intake.accept(event);
        DeliveryOutcome outcome = delivery.deliver(batch.trips());
        InvocationReport report = new InvocationReport(
                batch.received(), outcome.delivered(), batch.rejected(), outcome.retried(), outcome.calls());
        if (outcome.end() != DeliveryOutcome.End.DELIVERED) {
            logUndelivered(outcome.undelivered());
            throw exception(outcome, report);
        }
        String json = report.toJson();
        log.info("{}", json);
        return json;
    }

    private static void logUndelivered(List<Failure> failures) {
        Map<String, List<String>> idsByCode = failures.stream()
                .collect(Collectors.groupingBy(
                        failure -> failure.error().code(),
                        TreeMap::new,
                        Collectors.mapping(failure -> failure.trip().id(), Collectors.toList())));
        idsByCode.forEach((code, ids) -> {
            for (int i = 0; i < ids.size(); i += IDS_A_LINE) {
                log.error("Undelivered, {}: trip ids {}", code, ids.subList(i, Math.min(ids.size(), i + IDS_A_LINE)));
            }
        });
    }

    private static DeliveryException exception(DeliveryOutcome outcome, InvocationReport report) {
        int undelivered = outcome.undelivered().size();
        return switch (outcome.end()) {
            case REFUSED ->
                new DeliveryException.Refused(
                        String.valueOf(
                                outcome.cause() == null ? null : outcome.cause().getMessage()),
                        report,
                        outcome.cause());
            case ALL_FAILED ->
                new DeliveryException.AllRecordsFailed(
                        "All %d trips failed on the first attempt, so Lambda is to send the batch again; if this goes on, raise the delivery stream's quota or check its health."
                                .formatted(undelivered),
                        report);
            case OUT_OF_TIME ->
                new DeliveryException.OutOfTime(
                        "%d trips were undelivered after %d attempts when the time budget ended, so Lambda is to send the batch again; raise taxi-trips.retry.time-budget and the function's timeout, or make batches smaller."
                                .formatted(undelivered, outcome.attempts()),
                        report);
            default ->
                new DeliveryException.RetriesExhausted(
                        "%d trips failed in each of %d attempts, so Lambda is to send the batch again, the delivered trips included; raise the delivery stream's quota or taxi-trips.retry.max-retries."
                                .formatted(undelivered, outcome.attempts()),
                        report);
        };
    }
}
