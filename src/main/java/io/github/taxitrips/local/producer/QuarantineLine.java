package io.github.taxitrips.local.producer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A line of the quarantine, as {@link io.github.taxitrips.delivery.Quarantine} writes it. */
public final class QuarantineLine {

    private final JsonNode line;

    private QuarantineLine(JsonNode line) {
        this.line = line;
    }

    /** @throws IOException if there are more lines, and the next is none of the quarantine */
    static @Nullable QuarantineLine next(NumberedLines lines) throws IOException {
        JsonNode line = lines.next();
        if (line != null && !line.path("reason").isString()) {
            throw new IOException(lines.words() + " has no reason, so it is not of the quarantine");
        }
        return line == null ? null : new QuarantineLine(line);
    }

    /** The reason, with its member if it has one: {@code zero:pickup_latitude}. */
    public String reason() {
        String field = line.path("field").asString("");
        return line.get("reason").asString() + (field.isEmpty() ? "" : ":" + field);
    }

    /** When the record arrived in its shard, null where that is not told. */
    public @Nullable Instant arrival() {
        try {
            return Instant.parse(line.path("arrival_time").asString(""));
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** Where the record stood in its stream, {@code shardId:sequenceNumber}; empty where that is not told. */
    public String place() {
        return line.path("event_id").asString("");
    }

    /** The record's length in bytes. */
    public int bytes() {
        return line.path("payload_bytes").asInt(0);
    }

    /** Whether it has the record whole, so that it can be sent again. */
    public boolean isWhole() {
        return !line.path("truncated").asBoolean(false);
    }

    /** How many records it stands for, which came in one Kinesis record. */
    public int records() {
        return line.path("rejected").asInt(1);
    }

    /** The record's bytes, or their beginning. */
    public byte[] payload() {
        return line.has("payload_base64")
                ? line.get("payload_base64").binaryValue()
                : line.path("payload").asString("").getBytes(StandardCharsets.UTF_8);
    }
}
