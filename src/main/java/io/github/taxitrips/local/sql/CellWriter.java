package io.github.taxitrips.local.sql;

import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Blob;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Struct;
import java.sql.Timestamp;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.duckdb.DuckDBStruct;
import org.duckdb.JsonNode;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.util.RawValue;

/** Writes the values of a column as cells. */
final class CellWriter {

    private static final JsonMapper JSON = new JsonMapper();

    /** Whether DuckDB's driver is to give a time that no zone of the Java machine has touched. */
    private final boolean isTimestamp;

    private CellWriter(boolean isTimestamp) {
        this.isTimestamp = isTimestamp;
    }

    static CellWriter of(String type) {
        return new CellWriter(type.startsWith("TIMESTAMP") && !type.endsWith("]") && !type.endsWith("TIME ZONE"));
    }

    void write(ResultSet rows, int column, DataOutputStream out) throws SQLException, IOException {
        Object value = isTimestamp ? rows.getObject(column, LocalDateTime.class) : rows.getObject(column);
        Object plain = plain(value);
        if (plain == null) {
            out.writeByte(Frame.NULL);
            return;
        }
        boolean isText = plain instanceof String;
        byte[] bytes = isText
                ? ((String) plain).getBytes(StandardCharsets.UTF_8)
                // What fails for want of memory does so before the cell is begun.
                : JSON.writeValueAsBytes(plain);
        out.writeByte(isText ? Frame.TEXT : Frame.JSON);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    /** Returns what JSON has: null, text, a number, a boolean, a list or a map. */
    private static @Nullable Object plain(@Nullable Object value) throws SQLException {
        if (value == null || value instanceof Boolean || value instanceof String) {
            return value;
        }
        if (value instanceof BigDecimal decimal) {
            return new RawValue(decimal.toPlainString());
        }
        if (value instanceof Number number) {
            return Double.isFinite(number.doubleValue()) ? number : number.toString();
        }
        if (value instanceof LocalDateTime time) {
            return DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(time);
        }
        if (value instanceof Timestamp time) {
            return DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(time.toLocalDateTime());
        }
        if (value instanceof OffsetDateTime time) {
            return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time);
        }
        if (value instanceof Blob blob) {
            return Base64.getEncoder().encodeToString(blob.getBytes(1, (int) blob.length()));
        }
        if (value instanceof JsonNode json) {
            return new RawValue(json.toString());
        }
        if (value instanceof Array array) {
            return list((Object[]) array.getArray());
        }
        if (value instanceof DuckDBStruct struct) {
            return map(struct.getMap());
        }
        if (value instanceof Struct struct) {
            return list(struct.getAttributes());
        }
        return value instanceof Map<?, ?> map ? map(map) : value.toString();
    }

    private static List<@Nullable Object> list(Object[] values) throws SQLException {
        List<@Nullable Object> list = new ArrayList<>();
        for (Object value : values) {
            list.add(plain(value));
        }
        return list;
    }

    private static Map<String, @Nullable Object> map(Map<?, ?> values) throws SQLException {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : values.entrySet()) {
            map.put(String.valueOf(plain(entry.getKey())), plain(entry.getValue()));
        }
        return map;
    }
}
