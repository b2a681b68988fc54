package io.github.taxitrips.local.sql;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a box is to do.
 *
 * @param statement the statement, which may be anything
 * @param tables statements that make the tables, and are trusted
 * @param loads by the name of a table, the statement that fills it, which is trusted; run if the statement names the table
 * @param limits what it may take
 */
record Order(String statement, List<String> tables, Map<String, String> loads, Limits limits) {

    void write(DataOutput out) throws IOException {
        writeText(out, statement);
        out.writeInt(tables.size());
        for (String table : tables) {
            writeText(out, table);
        }
        out.writeInt(loads.size());
        for (Map.Entry<String, String> load : loads.entrySet()) {
            writeText(out, load.getKey());
            writeText(out, load.getValue());
        }
        out.writeInt(limits.rows());
        out.writeLong(limits.time().toMillis());
        out.writeLong(limits.memory());
        out.writeInt(limits.threads());
    }

    static Order read(DataInput in) throws IOException {
        String statement = readText(in);
        List<String> tables = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            tables.add(readText(in));
        }
        Map<String, String> loads = new LinkedHashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            loads.put(readText(in), readText(in));
        }
        Limits limits = new Limits(in.readInt(), Duration.ofMillis(in.readLong()), in.readLong(), in.readInt());
        return new Order(statement, tables, loads, limits);
    }

    static void writeText(DataOutput out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    static String readText(DataInput in) throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
