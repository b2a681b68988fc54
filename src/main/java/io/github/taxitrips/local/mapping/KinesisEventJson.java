package io.github.taxitrips.local.mapping;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import java.io.StringWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes events in the JSON that Lambda passes to a function. */
final class KinesisEventJson {

    private static final JsonFactory JSON = new JsonFactory();

    private KinesisEventJson() {}

    /** Returns the event of records, with the members of its tumbling window if there is one. */
    static String event(String shardId, List<KinesisEventRecord> records, @Nullable Window window) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeArrayPropertyStart("Records");
            records.forEach(record -> KinesisRecords.write(json, record));
            json.writeEndArray();
            if (window != null) {
                json.writeObjectPropertyStart("window");
                json.writeStringProperty("start", window.start().toString());
                json.writeStringProperty("end", window.end().toString());
                json.writeEndObject();
                json.writeName("state");
                json.writeRawValue(window.state());
                json.writeStringProperty("shardId", shardId);
                json.writeStringProperty("eventSourceARN", records.get(0).getEventSourceARN());
                json.writeBooleanProperty("isFinalInvokeForWindow", window.isFinal());
                json.writeBooleanProperty("isWindowTerminatedEarly", window.isTerminatedEarly());
            }
            json.writeEndObject();
        }
        return text.toString();
    }
}
