package io.github.taxitrips.delivery;

import io.github.taxitrips.intake.Document;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What became of the documents of one delivery: each is either delivered or undelivered.
 *
 * @param end how it ended
 * @param delivered documents that Firehose acknowledged, in order
 * @param undelivered documents that it did not, in order, each with its last error
 * @param traffic what it took of Firehose
 * @param cause what ended it, with {@link End#REFUSED} and {@link End#BROKEN} always, with {@link End#INTERRUPTED} if it is
 *     known
 */
public record DeliveryOutcome(
        End end,
        List<Document> delivered,
        List<Failure> undelivered,
        Traffic traffic,
        @Nullable Throwable cause) {

    /** The outcome of delivering nothing. */
    public static final DeliveryOutcome NOTHING =
            new DeliveryOutcome(End.DELIVERED, List.of(), List.of(), Traffic.NONE, null);

    /** Returns the outcome of this delivery and the next one as one, which ended as the first that failed did. */
    DeliveryOutcome and(DeliveryOutcome next) {
        DeliveryOutcome telling = end == End.DELIVERED ? next : this;
        return new DeliveryOutcome(
                telling.end,
                Stream.concat(delivered.stream(), next.delivered.stream()).toList(),
                Stream.concat(undelivered.stream(), next.undelivered.stream()).toList(),
                traffic.and(next.traffic),
                telling.cause);
    }

    /** How a delivery ends. */
    public enum End {
        /** Firehose took every document. */
        DELIVERED,
        /** Every document failed on the first attempt, and retrying is left to Lambda. */
        ALL_FAILED,
        /** The retry policy allows no further retry. */
        EXHAUSTED,
        /** The next wait or call could outlive the time budget or the invocation. */
        OUT_OF_TIME,
        /** A call cannot succeed however often it is repeated. */
        REFUSED,
        /** The thread was interrupted. */
        INTERRUPTED,
        /** An {@link Error} came up, as when memory runs out. */
        BROKEN
    }

    /**
     * A document that was not delivered.
     *
     * @param document the document
     * @param error its last error
     */
    public record Failure(Document document, RecordError error) {}
}
