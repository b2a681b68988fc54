package io.github.taxitrips.local.sql;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes an answer as JSON: {@code {"columns":[{"name":"...","type":"..."}],"rows":[[...]],"truncated":false}}. Rows are lists,
 * as two columns may have the same name. An answer that ends early has {@code error}, a problem, in place of {@code truncated}.
 */
public final class JsonRows implements Rows {

    private final JsonGenerator json;

    /** @param out takes the answer, and is not closed */
    public JsonRows(JsonMapper mapper, OutputStream out) {
        json = mapper.createGenerator(out);
        json.configure(tools.jackson.core.StreamWriteFeature.AUTO_CLOSE_TARGET, false);
    }

    @Override
    public void columns(List<Column> columns) {
        json.writeStartObject();
        json.writeArrayPropertyStart("columns");
        for (Column column : columns) {
            json.writeStartObject();
            json.writeStringProperty("name", column.name());
            json.writeStringProperty("type", column.type());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayPropertyStart("rows");
    }

    @Override
    public void row(List<Cell> cells) throws IOException {
        json.writeStartArray();
        for (Cell cell : cells) {
            if (cell.isJson()) {
                json.writeRawValue(cell.text());
            } else {
                json.writeString(cell.text());
            }
        }
        json.writeEndArray();
    }

    /** Ends the answer. */
    public void end(boolean truncated, @Nullable Object problem) {
        json.writeEndArray();
        if (problem == null) {
            json.writeBooleanProperty("truncated", truncated);
        } else {
            json.writePOJOProperty("error", problem);
        }
        json.writeEndObject();
        json.flush();
    }
}
