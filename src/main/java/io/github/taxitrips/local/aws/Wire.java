package io.github.taxitrips.local.aws;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.dataformat.cbor.CBORMapper;

/**
 * The two forms in which AWS clients write the same trees: JSON, and CBOR as the SDK for Java has it for Kinesis. Bytes are
 * base64 in the one and bytes in the other, times (an {@link Instant} in a tree) are seconds in the one and milliseconds in the
 * other.
 */
public final class Wire {

    private static final int MILLIS = 0;
    private static final int SECONDS = 3;
    private static final BigDecimal EARLIEST = BigDecimal.valueOf(Long.MIN_VALUE);
    private static final BigDecimal LATEST = BigDecimal.valueOf(Long.MAX_VALUE);

    /** AWS JSON 1.1. */
    public static final Wire JSON = new Wire(
            "JSON",
            "application/x-amz-json-1.1",
            SECONDS,
            JsonMapper.builder().addModule(times(SECONDS)).build());

    /** The same in CBOR. */
    public static final Wire CBOR = new Wire(
            "CBOR",
            "application/x-amz-cbor-1.1",
            MILLIS,
            CBORMapper.builder().addModule(times(MILLIS)).build());

    private final String name;
    private final String contentType;
    private final int timeScale;
    private final ObjectMapper mapper;

    private Wire(String name, String contentType, int timeScale, ObjectMapper mapper) {
        this.name = name;
        this.contentType = contentType;
        this.timeScale = timeScale;
        this.mapper = mapper;
    }

    private static SimpleModule times(int scale) {
        return new SimpleModule().addSerializer(Instant.class, new TimeSerializer(scale));
    }

    /** The form that a request's header Content-Type names: JSON, if it does not name CBOR. */
    static Wire of(@Nullable String contentType) {
        return contentType != null && contentType.startsWith(CBOR.contentType) ? CBOR : JSON;
    }

    String contentType() {
        return contentType;
    }

    /** @throws JacksonException if the bytes cannot be read */
    JsonNode read(byte[] body) {
        return mapper.readTree(body);
    }

    byte[] write(JsonNode tree) {
        return mapper.writeValueAsBytes(tree);
    }

    /** The time that a number tells, to the millisecond. */
    Instant time(BigDecimal number) {
        // Held to what a long takes before it is written out: it may have any number of digits.
        BigDecimal millis = number.movePointRight(timeScale).min(LATEST).max(EARLIEST);
        return Instant.ofEpochMilli(millis.setScale(0, RoundingMode.DOWN).longValueExact());
    }

    @Override
    public String toString() {
        return name;
    }

    private static final class TimeSerializer extends ValueSerializer<Instant> {

        private final int scale;

        TimeSerializer(int scale) {
            this.scale = scale;
        }

        @Override
        public void serialize(Instant time, JsonGenerator generator, SerializationContext context) {
            if (scale == MILLIS) {
                generator.writeNumber(time.toEpochMilli());
            } else {
                generator.writeNumber(BigDecimal.valueOf(time.toEpochMilli(), scale));
            }
        }
    }
}
