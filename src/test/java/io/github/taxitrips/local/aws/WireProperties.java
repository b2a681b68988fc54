package io.github.taxitrips.local.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class WireProperties {

    private static final JsonMapper TREES = new JsonMapper();

    /** Any bytes are read or refused, in one way. */
    @Property
    void anyBytesAreReadOrRefused(@ForAll byte[] bytes, @ForAll boolean cbor) {
        try {
            Wire wire = cbor ? Wire.CBOR : Wire.JSON;
            assertThat(wire.read(bytes)).isNotNull();
        } catch (JacksonException e) {
            assertThat(e.getOriginalMessage()).isNotEmpty();
        }
    }

    @Property
    void bytesAndTextsComeThrough(@ForAll byte[] data, @ForAll String text) {
        ObjectNode tree = TREES.createObjectNode().put("Data", data).put("Text", text.replaceAll("\\p{Cs}", ""));
        for (Wire wire : new Wire[] {Wire.JSON, Wire.CBOR}) {
            JsonNode read = wire.read(wire.write(tree));
            assertThat(Members.bytes(read.get("Data"), "Data")).isEqualTo(data);
            assertThat(read.get("Text")).isEqualTo(tree.get("Text"));
        }
    }

    @Property
    void timesComeThroughToTheMillisecond(@ForAll @LongRange(min = -1L << 50, max = 1L << 50) long millis) {
        Instant time = Instant.ofEpochMilli(millis);
        ObjectNode tree = TREES.createObjectNode().putPOJO("Time", time);
        for (Wire wire : new Wire[] {Wire.JSON, Wire.CBOR}) {
            JsonNode read = wire.read(wire.write(tree)).get("Time");
            assertThat(wire.time(read.decimalValue())).isEqualTo(time);
        }
    }

    @Example
    void timesAreSecondsInJsonAndMillisecondsInCbor() {
        ObjectNode tree = TREES.createObjectNode().putPOJO("Time", Instant.ofEpochMilli(1_796_000_000_123L));
        assertThat(Wire.JSON.write(tree)).asString().isEqualTo("{\"Time\":1796000000.123}");
        assertThat(Wire.CBOR.read(Wire.CBOR.write(tree)).get("Time").longValue())
                .isEqualTo(1_796_000_000_123L);
    }
}
