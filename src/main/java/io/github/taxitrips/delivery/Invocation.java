package io.github.taxitrips.delivery;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import io.github.taxitrips.intake.Intake;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An invocation of the function and what became of its records, for those who tell others: log, metrics, console.
 *
 * @param event the event as it came
 * @param request who asked for it, null where nobody says
 * @param batch what the event was found to hold
 * @param trips what became of the clean trips that were not delivered before
 * @param quarantine what became of the lines for rejected records; its documents hold no bytes
 * @param hasQuarantine whether rejected records have a place to go to
 * @param report the counts
 * @param ended when it was over but for this
 * @param took time that delivering took, waits and quarantine included
 * @param isFirst whether it is the first one of its environment
 */
public record Invocation(
        KinesisEvent event,
        @Nullable Request request,
        Intake.Batch batch,
        DeliveryOutcome trips,
        DeliveryOutcome quarantine,
        boolean hasQuarantine,
        InvocationReport report,
        Instant ended,
        Duration took,
        boolean isFirst) {

    /**
     * What Lambda says of an invocation.
     *
     * @param id the request's id
     * @param functionName the function's name
     * @param functionVersion the function's version, {@code $LATEST} or a number
     * @param traceId AWS X-Ray's header of the trace, null if there is none
     */
    public record Request(
            String id,
            String functionName,
            String functionVersion,
            @Nullable String traceId) {}

    /** Told of each invocation before it answers or raises. What a listener throws is logged and changes nothing. */
    @FunctionalInterface
    public interface Listener {

        /** Takes an invocation that has ended, in the thread that it ran in. */
        void ended(Invocation invocation);
    }
}
