package io.github.taxitrips.delivery;

import io.github.taxitrips.intake.Rejection;
import java.io.StringWriter;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The counts of one invocation. {@code received} is the sum of {@code delivered}, of all {@code rejected}, and of the
 * trips that could not be delivered.
 *
 * @param received records in the event
 * @param delivered trips that Firehose took
 * @param rejected records set aside, by reason
 * @param retried trips sent again, counted once a retry
 * @param calls {@code PutRecordBatch} calls
 */
public record InvocationReport(int received, int delivered, Map<Rejection, Integer> rejected, int retried, int calls) {

    private static final JsonFactory JSON = new JsonFactory();

    /**
     * Returns the counts as JSON, for example
     * {@code {"received":3,"delivered":2,"rejected":{"zero:pickup_latitude":1},"retried":0,"calls":1}}.
     */
    public String toJson() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeNumberProperty("received", received);
            json.writeNumberProperty("delivered", delivered);
            json.writeObjectPropertyStart("rejected");
            rejectedByName().forEach(json::writeNumberProperty);
            json.writeEndObject();
            json.writeNumberProperty("retried", retried);
            json.writeNumberProperty("calls", calls);
            json.writeEndObject();
        }
        return text.toString();
    }

    /** Returns the rejections by the name that JSON and logs give them, in the order of the names. */
    public Map<String, Integer> rejectedByName() {
        Map<String, Integer> byName = new TreeMap<>();
        rejected.forEach((rejection, count) -> byName.merge(rejection.toString(), count, Integer::sum));
        return byName;
    }
}
