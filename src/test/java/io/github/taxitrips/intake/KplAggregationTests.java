package io.github.taxitrips.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedOutputStream;
import io.github.taxitrips.local.producer.TripGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class KplAggregationTests {

    private static final byte[] MAGIC = {(byte) 0xF3, (byte) 0x89, (byte) 0x9A, (byte) 0xC2};
    private static final byte[] DATA = "data".getBytes(UTF_8);

    @Test
    void unpacksUpToTheLargestRecord() {
        AwsAggregator writer = new AwsAggregator();
        List<byte[]> records = new ArrayList<>();
        byte[] record = new byte[10];
        while (writer.add("key", null, record)) {
            records.add(record);
        }
        byte[] payload = writer.toBytes();
        assertThat(payload.length).isBetween(1_048_500, 1_048_576);
        assertThat(KplAggregation.unpack(payload)).containsExactlyElementsOf(records);

        AwsAggregator single = new AwsAggregator();
        byte[] large = new byte[1_048_400];
        Arrays.fill(large, (byte) 7);
        assertThat(single.add("key", null, large)).isTrue();
        assertThat(KplAggregation.unpack(single.toBytes())).containsExactly(large);
    }

    @Test
    void leavesThePayloadAloneAndSharesNothingWithIt() {
        byte[] payload = aggregated(valid());
        byte[] before = payload.clone();
        KplAggregation.unpack(payload).get(0)[0] = 'x';
        assertThat(payload).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 4, 5, 19, 20, 21, 40})
    void ordinaryRecordsAreNone(int length) {
        byte[] payload = new byte[length];
        assertThat(KplAggregation.unpack(payload)).isNull();
        System.arraycopy(MAGIC, 0, payload, 0, Math.min(length, MAGIC.length));
        assertThat(KplAggregation.unpack(payload)).isNull();
        assertThat(KplAggregation.unpack(new TripGenerator(length).record())).isNull();
    }

    @Test
    void everyWrongByteAndEveryCutShows() {
        byte[] payload = aggregated(valid());
        for (int i = 0; i < payload.length; i++) {
            byte[] damaged = payload.clone();
            damaged[i] ^= 1;
            assertThat(KplAggregation.unpack(damaged)).as("byte %s", i).isNull();
            assertThat(KplAggregation.unpack(Arrays.copyOf(payload, i)))
                    .as("cut to %s", i)
                    .isNull();
        }
        assertThat(KplAggregation.unpack(payload)).hasSize(2);
    }

    static Stream<Arguments> readable() {
        return Stream.of(
                of(
                        "tables after the records",
                        m -> m.record(0, 1, DATA).key(1, "k").key(2, "0").key(2, "1")),
                of("unknown fields of every wire type", m -> m.key(1, "k")
                        .varint(9, 1)
                        .bytes(10, DATA)
                        .raw(0x5D, 1, 2, 3, 4)
                        .raw(0x59, 1, 2, 3, 4, 5, 6, 7, 8)
                        .raw(0x63, 0x08, 0x01, 0x64)
                        .record(r -> r.varint(1, 0).bytes(3, DATA).varint(99, 5))),
                of("known fields of another wire type are unknown ones", m -> m.varint(1, 7)
                        .varint(3, 7)
                        .record(r -> r.varint(1, 0).bytes(1, DATA).varint(3, 8).bytes(3, DATA))),
                of("no table at all", m -> m.record(0, null, DATA)),
                of("partition key beyond its table", m -> m.key(1, "k").record(1, null, DATA)),
                of("explicit hash key without a table", m -> m.key(1, "k").record(0, 0, DATA)),
                of("index of 2^32", m -> m.key(1, "k").record(1L << 32, null, DATA)),
                of("index of 2^64 - 1", m -> m.key(1, "k").record(-1, null, DATA)),
                of("hash key index of 2^64 - 1", m -> m.key(2, "0").record(0, -1, DATA)),
                of("fixed field at the end", m -> m.record(0, null, DATA).raw(0x5D, 1, 2, 3, 4)),
                of(
                        "tags",
                        m -> m.record(r -> r.varint(1, 0)
                                .bytes(4, message(t -> t.key(1, "name")))
                                .bytes(3, DATA)
                                .bytes(4, message(t -> t.key(2, "value").key(1, "name"))))),
                of(
                        "last of a field that stands more than once",
                        m -> m.record(r -> r.bytes(3, new byte[50])
                                .varint(1, 9)
                                .varint(1, 0)
                                .bytes(3, DATA))),
                of("key that is no UTF-8", m -> m.bytes(1, new byte[] {-1}).record(0, null, DATA)),
                of("groups at the limit of nesting", m -> m.record(0, null, DATA)
                        .groups(50)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("readable")
    void readsAsProtobufPrescribes(String what, byte[] message) {
        assertThat(KplAggregation.unpack(aggregated(message))).containsExactly(DATA);
        assertThat(AwsAggregator.parse(message).records())
                .extracting(AwsAggregator.Parsed::data)
                .containsExactly(DATA);
    }

    static Stream<Arguments> unreadable() {
        return Stream.of(
                of("tables only", m -> m.key(1, "k").key(2, "0")),
                of("record without index", m -> m.record(r -> r.bytes(3, DATA))),
                of("record without data", m -> m.record(r -> r.varint(1, 0))),
                of(
                        "index of another wire type",
                        m -> m.record(r -> r.bytes(1, DATA).bytes(3, DATA))),
                of("empty record", m -> m.record(r -> r)),
                of(
                        "tag without key",
                        m -> m.record(r -> r.varint(1, 0).bytes(3, DATA).bytes(4, message(t -> t.key(2, "value"))))),
                of("field number 0", m -> m.record(0, null, DATA).raw(0x02, 0)),
                of("wire type 6", m -> m.record(0, null, DATA).raw(0x0E, 0)),
                of("wire type 7", m -> m.record(0, null, DATA).raw(0x0F, 0)),
                of("end of no group", m -> m.record(0, null, DATA).raw(0x64)),
                of("end of another group", m -> m.record(0, null, DATA).raw(0x63, 0x6C)),
                of("group without end", m -> m.record(0, null, DATA).raw(0x63)),
                of("groups nested too deep", m -> m.record(0, null, DATA).groups(400_000)),
                of("varint that does not end", m -> m.record(0, null, DATA).raw(0x48, 0x80, 0x80)),
                of("varint of eleven bytes", m -> m.record(0, null, DATA)
                        .raw(0x48, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01)),
                of("fixed field beyond the end", m -> m.record(0, null, DATA).raw(0x5D, 1)),
                of("key of 2 GiB", m -> m.raw(0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x07)),
                of("record of 2 GiB", m -> m.raw(0x1A, 0xFF, 0xFF, 0xFF, 0xFF, 0x07)),
                of("record of negative length", m -> m.raw(0x1A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F)),
                of("data of 2 GiB", m -> m.record(r -> r.varint(1, 0).raw(0x1A, 0xFF, 0xFF, 0xFF, 0xFF, 0x07))),
                of(
                        "data of negative length",
                        m -> m.record(r -> r.varint(1, 0).raw(0x1A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F))),
                of("data beyond its record", m -> m.record(r -> r.varint(1, 0).raw(0x1A, 5))
                        .bytes(1, DATA)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unreadable")
    void whatIsNoneInEveryDetailIsNone(String what, byte[] message) {
        assertThat(KplAggregation.unpack(aggregated(message))).isNull();
    }

    /** A message with its magic number and its checksum. */
    static byte[] aggregated(byte[] message) {
        byte[] payload = Arrays.copyOf(MAGIC, MAGIC.length + message.length + 16);
        System.arraycopy(message, 0, payload, MAGIC.length, message.length);
        try {
            byte[] md5 = MessageDigest.getInstance("MD5").digest(message);
            System.arraycopy(md5, 0, payload, MAGIC.length + message.length, md5.length);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        return payload;
    }

    private static Arguments of(String what, UnaryOperator<Fields> fields) {
        return Arguments.of(what, message(fields));
    }

    private static byte[] valid() {
        return message(m -> m.key(1, "k")
                .key(2, "0")
                .record(0, null, "first".getBytes(UTF_8))
                .record(0, 0, "second".getBytes(UTF_8)));
    }

    private static byte[] message(UnaryOperator<Fields> fields) {
        return fields.apply(new Fields()).toBytes();
    }

    /** Writes protobuf fields, right and wrong ones. */
    private static final class Fields {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final CodedOutputStream out = CodedOutputStream.newInstance(bytes, 16);

        Fields key(int field, String key) {
            return bytes(field, key.getBytes(UTF_8));
        }

        Fields record(long partitionKey, Integer explicitHashKey, byte[] data) {
            return record(record -> {
                record.varint(1, partitionKey);
                if (explicitHashKey != null) {
                    record.varint(2, explicitHashKey);
                }
                return record.bytes(3, data);
            });
        }

        Fields record(UnaryOperator<Fields> fields) {
            return bytes(3, message(fields));
        }

        Fields varint(int field, long value) {
            return write(() -> out.writeUInt64(field, value));
        }

        Fields bytes(int field, byte[] value) {
            return write(() -> out.writeByteArray(field, value));
        }

        Fields groups(int depth) {
            for (int i = 0; i < depth; i++) {
                raw(0x63);
            }
            for (int i = 0; i < depth; i++) {
                raw(0x64);
            }
            return this;
        }

        Fields raw(int... values) {
            for (int value : values) {
                write(() -> out.writeRawByte(value));
            }
            return this;
        }

        byte[] toBytes() {
            write(out::flush);
            return bytes.toByteArray();
        }

        private interface Write {
            void run() throws IOException;
        }

        private Fields write(Write write) {
            try {
                write.run();
                return this;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
