package io.github.taxitrips.delivery;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import io.github.taxitrips.delivery.DeliveryOutcome.End;
import io.github.taxitrips.delivery.DeliveryOutcome.Failure;
import io.github.taxitrips.intake.Document;
import io.github.taxitrips.intake.Intake;
import io.github.taxitrips.intake.RejectedRecord;
import io.github.taxitrips.intake.WindowEvent;
import io.github.taxitrips.settings.TaxiTripsProperties.OnExhausted;
import io.github.taxitrips.settings.TaxiTripsProperties.OnQuarantineFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The function: judges the records of a Kinesis event, delivers the clean trips, sends the others to quarantine if there
 * is one, and answers with the counts and with what Lambda is to retry.
 *
 * <p>Its {@linkplain Invocation.Listener listeners} are told of each invocation, and log it.
 */
public final class ForwardTrips implements Function<KinesisEvent, String> {

    private static final Logger log = LoggerFactory.getLogger(ForwardTrips.class);

    private final Intake intake;
    private final Delivery delivery;
    private final @Nullable Quarantine quarantine;
    private final OnQuarantineFailure onQuarantineFailure;
    private final RetryMemory memory;
    private final OnExhausted onExhausted;
    private final Duration timeBudget;
    private final Deadline deadline;
    private final List<Invocation.Listener> listeners;
    private final AtomicBoolean first = new AtomicBoolean(true);

    /**
     * @param intake judges the records
     * @param delivery delivers clean trips
     * @param quarantine takes rejected records, null to drop them
     * @param onQuarantineFailure what to do when it cannot
     * @param memory what failed invocations delivered
     * @param onExhausted what to do when trips are left undelivered
     * @param timeBudget time for all deliveries of an invocation
     * @param deadline when an invocation has to be over whose event is no {@link TimedEvent}
     * @param listeners told of each invocation
     */
    public ForwardTrips(
            Intake intake,
            Delivery delivery,
            @Nullable Quarantine quarantine,
            OnQuarantineFailure onQuarantineFailure,
            RetryMemory memory,
            OnExhausted onExhausted,
            Duration timeBudget,
            Deadline deadline,
            List<Invocation.Listener> listeners) {
        this.intake = intake;
        this.delivery = delivery;
        this.quarantine = quarantine;
        this.onQuarantineFailure = onQuarantineFailure;
        this.memory = memory;
        this.onExhausted = onExhausted;
        this.timeBudget = timeBudget;
        this.deadline = deadline;
        this.listeners = List.copyOf(listeners);
    }

    /**
     * Returns the counts and what Lambda is to retry, see {@link Answer}.
     *
     * @throws DeliveryException if trips could not be delivered and are not reported, so that Lambda sends the batch
     *     again
     */
    @Override
    public String apply(KinesisEvent event) {
        // The thread goes from one invocation to the next; an interrupt was meant for one of them.
        Thread.interrupted();
        try {
            return forward(event);
        } finally {
            Thread.interrupted();
        }
    }

    private String forward(KinesisEvent passed) {
        Deadline end = (passed instanceof TimedEvent timed ? timed.deadline() : deadline).within(timeBudget);
        KinesisEvent event = passed instanceof TimedEvent timed ? timed.event() : passed;
        Intake.Batch batch = intake.accept(event);
        List<Document> trips = memory.undelivered(batch.trips(), Document::source);
        // Where the lab raises; a batch that comes again is retried here, too.
        boolean firstSight = trips.isEmpty() || !memory.hasFailed(trips.get(0).source());
        long start = System.nanoTime();
        DeliveryOutcome delivered = delivery.deliver(trips, end, firstSight);
        // After an Error nothing more is begun.
        Quarantine.Outcome setAside = quarantine == null || isBroken(delivered)
                ? Quarantine.Outcome.NONE
                : quarantine.deliver(batch.rejected(), memory, end);
        DeliveryOutcome quarantined = setAside.delivery();

        InvocationReport report = InvocationReport.of(
                batch, delivered, quarantined, batch.trips().size() - trips.size(), setAside.quarantined());
        tell(new Invocation(
                event,
                passed instanceof TimedEvent timed ? timed.request() : null,
                batch,
                delivered,
                quarantined,
                quarantine != null,
                report,
                Instant.now(),
                Duration.ofNanos(System.nanoTime() - start),
                first.getAndSet(false)));

        boolean quarantineFailed =
                quarantined.end() != End.DELIVERED && onQuarantineFailure == OnQuarantineFailure.FAIL_BATCH;
        if (delivered.end() == End.DELIVERED && !quarantineFailed && !isBroken(quarantined)) {
            memory.forget(batch.trips(), Document::source);
            memory.forget(batch.rejected(), RejectedRecord::record);
            return answer(event, report, List.of()).orElseThrow();
        }
        memory.remember(
                Stream.of(delivered, quarantined)
                        .flatMap(outcome -> outcome.delivered().stream())
                        .toList(),
                last(event));
        rethrow(delivered);
        rethrow(quarantined);
        DeliveryOutcome failed = delivered.end() == End.DELIVERED ? quarantined : delivered;
        if (onExhausted == OnExhausted.REPORT_FAILURES && failed.end() != End.REFUSED) {
            Stream<Failure> failures = quarantineFailed
                    ? Stream.concat(delivered.undelivered().stream(), quarantined.undelivered().stream())
                    : delivered.undelivered().stream();
            return answer(event, report, failures.toList()).orElseThrow(() -> DeliveryException.of(failed, report));
        }
        throw DeliveryException.of(failed, report);
    }

    private static boolean isBroken(DeliveryOutcome outcome) {
        return outcome.end() == End.BROKEN;
    }

    /** Lets an {@link Error} go on, now that what is known is logged and remembered. */
    private static void rethrow(DeliveryOutcome outcome) {
        if (isBroken(outcome) && outcome.cause() instanceof Error error) {
            throw error;
        }
    }

    private static Optional<String> answer(KinesisEvent event, InvocationReport report, List<Failure> failures) {
        return Answer.of(report, failures, event instanceof WindowEvent window ? window.state() : null);
    }

    private static @Nullable KinesisEventRecord last(KinesisEvent event) {
        List<KinesisEventRecord> records = event.getRecords();
        return records == null || records.isEmpty() ? null : records.get(records.size() - 1);
    }

    private void tell(Invocation invocation) {
        for (Invocation.Listener listener : listeners) {
            try {
                listener.ended(invocation);
            } catch (RuntimeException e) {
                log.warn("{} failed", listener, e);
            }
        }
    }
}
