package io.github.taxitrips.intake;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks Kinesis records in which the Kinesis Producer Library (KPL) has aggregated user records.
 *
 * <p>The format is the one published as {@code aggregation-format.md} in awslabs/amazon-kinesis-producer: four bytes
 * {@code F3 89 9A C2}, a protobuf message, and the MD5 of that message:
 *
 * <pre>{@code
 * message AggregatedRecord {
 *   repeated string partition_key_table = 1;
 *   repeated string explicit_hash_key_table = 2;
 *   repeated Record records = 3;
 * }
 * message Record {
 *   required uint64 partition_key_index = 1;
 *   optional uint64 explicit_hash_key_index = 2;
 *   required bytes data = 3;
 *   repeated Tag tags = 4;
 * }
 * message Tag {
 *   required string key = 1;
 *   optional string value = 2;
 * }
 * }</pre>
 *
 * <p>The four bytes, the digest and a message that parses are proof. As for AWS's own reader, {@code AggregatorUtil} of the
 * Kinesis Client Library (awslabs/amazon-kinesis-client), what parses is decided by the required fields above. Two
 * decisions differ from that reader, because each of them loses records there without a word:
 *
 * <ul>
 *   <li>Keys. There an index beyond its table ends the loop, and user records whose hash key is outside the shard's range
 *       are dropped. Here the keys are not looked at, and every user record is returned.
 *   <li>A message without a user record. There the record vanishes. Here it is no aggregated one; no writer makes it.
 * </ul>
 *
 * <p>The index of a user record in the list is its subsequence number, as it is there. A user record that is an
 * aggregated one itself stays as it is.
 */
public final class KplAggregation {

    private static final byte[] MAGIC = {(byte) 0xF3, (byte) 0x89, (byte) 0x9A, (byte) 0xC2};
    private static final int DIGEST_BYTES = 16;

    private static final int RECORDS = ProtobufCursor.tag(3, ProtobufCursor.BYTES);
    private static final int PARTITION_KEY_INDEX = ProtobufCursor.tag(1, ProtobufCursor.VARINT);
    private static final int DATA = ProtobufCursor.tag(3, ProtobufCursor.BYTES);
    private static final int TAGS = ProtobufCursor.tag(4, ProtobufCursor.BYTES);
    private static final int TAG_KEY = ProtobufCursor.tag(1, ProtobufCursor.BYTES);

    private static final byte[] NO_BYTES = {};

    private final ProtobufCursor message;

    /** Start and end of every user record's data in the payload, in turn. */
    private int[] bounds = new int[64];

    private int size;

    private KplAggregation(byte[] payload, int start, int end) {
        message = new ProtobufCursor(payload, start, end);
    }

    /** Whether the payload begins as an aggregated record does, and as no text in UTF-8 can. */
    static boolean isMarked(byte[] payload) {
        return payload.length >= MAGIC.length && Arrays.equals(payload, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    }

    /**
     * Returns the user records of an aggregated record in their order, or null if the payload is not one.
     *
     * <p>Never throws, takes time in proportion to the payload's length, and copies no byte more than once. A user record
     * takes at least six bytes of the message, so there are never more than a sixth of the payload's bytes. The format
     * sets no lower limit: the KPL's own {@code AggregationMaxCount} is practically unlimited.
     *
     * @param payload the record's bytes, not changed
     * @return one array for each user record, at least one, each possibly empty; their index is the subsequence number
     */
    public static @Nullable List<byte[]> unpack(byte[] payload) {
        int end = payload.length - DIGEST_BYTES;
        if (end <= MAGIC.length || !isMarked(payload)) {
            return null;
        }
        MessageDigest md5 = md5();
        md5.update(payload, MAGIC.length, end - MAGIC.length);
        if (!Arrays.equals(payload, end, payload.length, md5.digest(), 0, DIGEST_BYTES)) {
            return null;
        }
        KplAggregation aggregation = new KplAggregation(payload, MAGIC.length, end);
        try {
            aggregation.readMessage();
        } catch (ProtobufCursor.Malformed e) {
            return null;
        }
        return aggregation.size > 0 ? aggregation.copies(payload) : null;
    }

    private void readMessage() throws ProtobufCursor.Malformed {
        for (int tag = message.tag(); tag != 0; tag = message.tag()) {
            if (tag == RECORDS) {
                int outer = message.enter();
                readRecord();
                message.leave(outer);
            } else {
                message.skip(tag);
            }
        }
    }

    /** Of a field that stands more than once the last counts, as protobuf prescribes. */
    private void readRecord() throws ProtobufCursor.Malformed {
        boolean hasPartitionKey = false;
        int dataStart = -1;
        int dataEnd = -1;
        for (int tag = message.tag(); tag != 0; tag = message.tag()) {
            if (tag == PARTITION_KEY_INDEX) {
                message.skip(tag);
                hasPartitionKey = true;
            } else if (tag == DATA) {
                int outer = message.enter();
                dataStart = message.position();
                message.skipRest();
                dataEnd = message.position();
                message.leave(outer);
            } else if (tag == TAGS) {
                int outer = message.enter();
                readTag();
                message.leave(outer);
            } else {
                message.skip(tag);
            }
        }
        if (!hasPartitionKey || dataStart < 0) {
            throw new ProtobufCursor.Malformed();
        }
        add(dataStart, dataEnd);
    }

    private void readTag() throws ProtobufCursor.Malformed {
        boolean hasKey = false;
        for (int tag = message.tag(); tag != 0; tag = message.tag()) {
            hasKey |= tag == TAG_KEY;
            message.skip(tag);
        }
        if (!hasKey) {
            throw new ProtobufCursor.Malformed();
        }
    }

    private void add(int start, int end) {
        if (size == bounds.length) {
            bounds = Arrays.copyOf(bounds, 2 * size);
        }
        bounds[size++] = start;
        bounds[size++] = end;
    }

    private List<byte[]> copies(byte[] payload) {
        byte[][] copies = new byte[size / 2][];
        for (int i = 0; i < copies.length; i++) {
            int start = bounds[2 * i];
            int end = bounds[2 * i + 1];
            copies[i] = start == end ? NO_BYTES : Arrays.copyOfRange(payload, start, end);
        }
        return Arrays.asList(copies);
    }

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }
}
