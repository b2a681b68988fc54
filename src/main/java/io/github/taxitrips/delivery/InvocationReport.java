package io.github.taxitrips.delivery;

import io.github.taxitrips.intake.Intake;
import java.io.StringWriter;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The counts of one invocation. {@code received} is the sum of {@code skipped}, {@code delivered}, {@code undelivered}
 * and all of {@code rejected}.
 *
 * @param received records in the event, those of aggregated records and the documents of split ones counted one by one
 * @param aggregated Kinesis records that were unpacked
 * @param skipped trips that an earlier, failed invocation of the same batch had delivered
 * @param delivered trips that Firehose took
 * @param undelivered trips that it did not
 * @param rejected records set aside, by {@linkplain io.github.taxitrips.intake.Rejection#toString() reason}, in the
 *     order of the reasons
 * @param quarantined rejected records that the quarantine's delivery stream took, in this invocation or an earlier one
 * @param records Firehose records that held the trips
 * @param retried how often a trip or a rejected record was sent again: one that three retries sent counts three times
 * @param throttled how often a Firehose record was refused because of its delivery stream's throughput: one that was three
 *     times counts three times
 * @param calls {@code PutRecordBatch} calls
 * @param concurrency most calls that were under way at once
 * @param payloadBytes data that Firehose took, of trips and of quarantine
 * @param billedBytes the same as Firehose bills it, see {@link Traffic.Call#billedBytes}
 */
public record InvocationReport(
        int received,
        int aggregated,
        int skipped,
        int delivered,
        int undelivered,
        Map<String, Integer> rejected,
        int quarantined,
        int records,
        int retried,
        int throttled,
        int calls,
        int concurrency,
        long payloadBytes,
        long billedBytes) {

    private static final JsonFactory JSON = new JsonFactory();

    /**
     * Counts.
     *
     * @param batch what came in
     * @param trips what became of its trips
     * @param quarantine what became of its rejected records
     * @param skipped trips that were not delivered again
     * @param quarantined rejected records in quarantine
     */
    public static InvocationReport of(
            Intake.Batch batch, DeliveryOutcome trips, DeliveryOutcome quarantine, int skipped, int quarantined) {
        Traffic traffic = trips.traffic().and(quarantine.traffic());
        return new InvocationReport(
                batch.received(),
                batch.aggregated(),
                skipped,
                trips.delivered().size(),
                trips.undelivered().size(),
                batch.reasons(),
                quarantined,
                trips.traffic().records(),
                traffic.retried(),
                traffic.throttled(),
                traffic.calls().size(),
                traffic.concurrency(),
                traffic.payloadBytes(),
                traffic.billedBytes());
    }

    /** Returns the counts as a JSON object with the names of this record's components. */
    public String toJson() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeNumberProperty("received", received);
            json.writeNumberProperty("aggregated", aggregated);
            json.writeNumberProperty("skipped", skipped);
            json.writeNumberProperty("delivered", delivered);
            json.writeNumberProperty("undelivered", undelivered);
            json.writeObjectPropertyStart("rejected");
            rejected.forEach(json::writeNumberProperty);
            json.writeEndObject();
            json.writeNumberProperty("quarantined", quarantined);
            json.writeNumberProperty("records", records);
            json.writeNumberProperty("retried", retried);
            json.writeNumberProperty("throttled", throttled);
            json.writeNumberProperty("calls", calls);
            json.writeNumberProperty("concurrency", concurrency);
            json.writeNumberProperty("payloadBytes", payloadBytes);
            json.writeNumberProperty("billedBytes", billedBytes);
            json.writeEndObject();
        }
        return text.toString();
    }
}
