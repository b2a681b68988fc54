package io.github.taxitrips;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import io.github.taxitrips.TaxiTripsProperties.OnExhausted;
import io.github.taxitrips.TaxiTripsProperties.OnQuarantineFailure;
import io.github.taxitrips.delivery.Deadline;
import io.github.taxitrips.delivery.Delivery;
import io.github.taxitrips.delivery.DeliveryException;
import io.github.taxitrips.delivery.DeliveryOutcome;
import io.github.taxitrips.delivery.DeliveryOutcome.End;
import io.github.taxitrips.delivery.DeliveryOutcome.Failure;
import io.github.taxitrips.delivery.InvocationReport;
import io.github.taxitrips.delivery.PartialBatchResponse;
import io.github.taxitrips.delivery.Quarantine;
import io.github.taxitrips.delivery.RetryMemory;
import io.github.taxitrips.intake.Document;
import io.github.taxitrips.intake.Intake;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The function: judges the records of a Kinesis event, delivers the clean trips, sends the others to quarantine if there
 * is one, and answers with the counts or with what Lambda is to retry.
 *
 * <p>Logs one line an invocation, and the ids of what it could not deliver; never a payload.
 */
final class ForwardTrips implements Function<KinesisEvent, String> {

    private static final Logger log = LoggerFactory.getLogger(ForwardTrips.class);

    /** Keeps a line of ids, 64 characters each at most, well below the 256 KB of a CloudWatch log event. */
    private static final int IDS_A_LINE = 1_000;

    private final Intake intake;
    private final Delivery delivery;
    private final @Nullable Delivery quarantine;
    private final OnQuarantineFailure onQuarantineFailure;
    private final RetryMemory memory;
    private final OnExhausted onExhausted;
    private final Deadline deadline;

    /**
     * @param intake judges the records
     * @param delivery delivers clean trips
     * @param quarantine delivers descriptions of rejected records, null to drop them
     * @param onQuarantineFailure what to do when it cannot
     * @param memory what failed invocations delivered
     * @param onExhausted what to do when trips are left undelivered
     * @param deadline when the invocation has to be over
     */
    ForwardTrips(
            Intake intake,
            Delivery delivery,
            @Nullable Delivery quarantine,
            OnQuarantineFailure onQuarantineFailure,
            RetryMemory memory,
            OnExhausted onExhausted,
            Deadline deadline) {
        this.intake = intake;
        this.delivery = delivery;
        this.quarantine = quarantine;
        this.onQuarantineFailure = onQuarantineFailure;
        this.memory = memory;
        this.onExhausted = onExhausted;
        this.deadline = deadline;
    }

    /**
     * Returns the counts as JSON, see {@link InvocationReport#toJson()}; with {@link OnExhausted#REPORT_FAILURES} a
     * {@link PartialBatchResponse} in their place.
     *
     * @throws DeliveryException if trips could not be delivered and are not reported, so that Lambda sends the batch
     *     again
     */
    @Override
    public String apply(KinesisEvent event) {
        Intake.Batch batch = intake.accept(event);
        List<Document> trips = memory.undelivered(batch.trips());
        DeliveryOutcome delivered = delivery.deliver(trips, deadline);

        List<Document> descriptions = quarantine == null ? List.of() : Quarantine.documents(batch.rejected());
        List<Document> newDescriptions = memory.undelivered(descriptions);
        DeliveryOutcome quarantined =
                quarantine == null ? DeliveryOutcome.NOTHING : quarantine.deliver(newDescriptions, deadline);
        int inQuarantine = descriptions.size() - quarantined.undelivered().size();

        InvocationReport report =
                InvocationReport.of(batch, delivered, quarantined, batch.trips().size() - trips.size(), inQuarantine);
        String json = report.toJson();
        log.info("{}", json);
        logUndelivered("Undelivered", delivered.undelivered());
        logUndelivered("Not quarantined", quarantined.undelivered());

        boolean quarantineFailed =
                quarantined.end() != End.DELIVERED && onQuarantineFailure == OnQuarantineFailure.FAIL_BATCH;
        if (delivered.end() == End.DELIVERED && !quarantineFailed) {
            memory.forget(event.getRecords());
            return onExhausted == OnExhausted.REPORT_FAILURES
                    ? PartialBatchResponse.of(List.of()).orElseThrow()
                    : json;
        }
        memory.remember(Stream.of(delivered, quarantined)
                .flatMap(outcome -> outcome.delivered().stream())
                .toList());
        DeliveryOutcome failed = delivered.end() == End.DELIVERED ? quarantined : delivered;
        if (onExhausted == OnExhausted.REPORT_FAILURES && failed.end() != End.REFUSED) {
            Stream<Failure> failures = quarantineFailed
                    ? Stream.concat(delivered.undelivered().stream(), quarantined.undelivered().stream())
                    : delivered.undelivered().stream();
            return PartialBatchResponse.of(failures.toList()).orElseThrow(() -> DeliveryException.of(failed, report));
        }
        throw DeliveryException.of(failed, report);
    }

    private static void logUndelivered(String what, List<Failure> failures) {
        Map<String, List<String>> idsByCode = failures.stream()
                .collect(Collectors.groupingBy(
                        failure -> failure.error().code(),
                        TreeMap::new,
                        Collectors.mapping(failure -> failure.document().id(), Collectors.toList())));
        idsByCode.forEach((code, ids) -> {
            for (int i = 0; i < ids.size(); i += IDS_A_LINE) {
                log.error("{}, {}: {}", what, code, ids.subList(i, Math.min(ids.size(), i + IDS_A_LINE)));
            }
        });
    }
}
