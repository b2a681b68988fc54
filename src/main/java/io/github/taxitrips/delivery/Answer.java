package io.github.taxitrips.delivery;

import io.github.taxitrips.delivery.DeliveryOutcome.Failure;
import io.github.taxitrips.intake.WindowEvent;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the function answers: its counts and, always, Lambda's partial batch response for a Kinesis trigger, so that the
 * answer has one shape whatever the settings are. With a tumbling window the state that came with the event is in it, too.
 *
 * <pre>{@code {"received":2,...,"batchItemFailures":[{"itemIdentifier":"<sequence number>"}],"state":{}}}</pre>
 *
 * <p>Sources: the AWS Lambda Developer Guide, "Configuring partial batch response with Kinesis Data Streams and Lambda"
 * (Lambda retries the batch from the lowest sequence number reported), and "Implementing stateful Kinesis Data Streams
 * processing in Lambda" (an answer without {@code state} fails the invocation of a window).
 */
public final class Answer {

    private Answer() {}

    /**
     * Returns the answer that reports the lowest sequence number of the failures, and none when there are none. Empty if a
     * failure's record has no sequence number to report.
     *
     * @param state what came as {@link WindowEvent#state()}, null for an event without a window
     */
    public static Optional<String> of(InvocationReport report, List<Failure> failures, @Nullable String state) {
        BigInteger lowest = null;
        for (Failure failure : failures) {
            BigInteger number = SequenceNumbers.of(failure.document().source().carrier());
            if (number == null) {
                return Optional.empty();
            }
            lowest = lowest == null ? number : lowest.min(number);
        }
        String counts = report.toJson();
        return Optional.of(counts.substring(0, counts.length() - 1)
                + ",\"batchItemFailures\":["
                + (lowest == null ? "" : "{\"itemIdentifier\":\"" + lowest + "\"}")
                + "]"
                + (state == null ? "" : ",\"state\":" + state)
                + "}");
    }
}
