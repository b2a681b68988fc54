package io.github.taxitrips.delivery;

import io.github.taxitrips.intake.Document;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of the documents of one delivery: each is either delivered or undelivered.
 *
 * @param end how it ended
 * @param delivered documents that Firehose acknowledged, in order
 * @param undelivered documents that it did not, in order, each with its last error
 * @param attempts rounds of calls, the first included; 0 when there was nothing to send
 * @param retried documents sent again, counted once a retry
 * @param calls {@code PutRecordBatch} calls
 * @param records Firehose records that hold the documents
 * @param concurrency most calls that were under way at once
 * @param cause why a call was refused, with {@link End#REFUSED} only
 */
public record DeliveryOutcome(
        End end,
        List<Document> delivered,
        List<Failure> undelivered,
        int attempts,
        int retried,
        int calls,
        int records,
        int concurrency,
        @Nullable RuntimeException cause) {

    /** The outcome of delivering nothing. */
    public static final DeliveryOutcome NOTHING =
            new DeliveryOutcome(End.DELIVERED, List.of(), List.of(), 0, 0, 0, 0, 0, null);

    /** How a delivery ends. */
    public enum End {
        /** Firehose took every document. */
        DELIVERED,
        /** Every document failed on the first attempt, so retrying is left to Lambda. */
        ALL_FAILED,
        /** The retry policy allows no further retry. */
        EXHAUSTED,
        /** The next wait or call could outlive the time budget or the invocation, or waiting was interrupted. */
        OUT_OF_TIME,
        /** A call cannot succeed however often it is repeated. */
        REFUSED
    }

    /**
     * A document that was not delivered.
     *
     * @param document the document
     * @param error its last error
     */
    public record Failure(Document document, RecordError error) {}
}
