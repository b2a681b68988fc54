package io.github.taxitrips.local.producer;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a Kinesis record in which user records are aggregated as the Kinesis Producer Library does, in the format that
 * {@link io.github.taxitrips.intake.KplAggregation} describes and reads. Not to be used by several threads at once.
 */
public final class KplRecordWriter {

    private static final byte[] MAGIC = {(byte) 0xF3, (byte) 0x89, (byte) 0x9A, (byte) 0xC2};
    private static final int PARTITION_KEY_TABLE = 1;
    private static final int RECORDS = 3;
    private static final int PARTITION_KEY_INDEX = 1;
    private static final int DATA = 3;

    private final List<String> partitionKeys = new ArrayList<>();
    private final List<byte[]> records = new ArrayList<>();

    /**
     * Adds a user record.
     *
     * @param partitionKey its key; records with the same key share it
     * @param data its bytes, copied
     */
    public void add(String partitionKey, byte[] data) {
        int key = partitionKeys.indexOf(partitionKey);
        if (key < 0) {
            key = partitionKeys.size();
            partitionKeys.add(partitionKey);
        }
        int index = key;
        records.add(message(out -> {
            out.writeUInt64(PARTITION_KEY_INDEX, index);
            out.writeByteArray(DATA, data);
        }));
    }

    /** Returns the aggregated record of all that was added. */
    public byte[] toBytes() {
        byte[] message = message(out -> {
            for (String key : partitionKeys) {
                out.writeString(PARTITION_KEY_TABLE, key);
            }
            for (byte[] userRecord : records) {
                out.writeByteArray(RECORDS, userRecord);
            }
        });
        ByteArrayOutputStream record = new ByteArrayOutputStream(message.length + 20);
        record.writeBytes(MAGIC);
        record.writeBytes(message);
        record.writeBytes(md5(message));
        return record.toByteArray();
    }

    @FunctionalInterface
    private interface Fields {
        void writeTo(CodedOutputStream out) throws IOException;
    }

    private static byte[] message(Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            fields.writeTo(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("An array in memory cannot be written", e);
        }
        return bytes.toByteArray();
    }

    private static byte[] md5(byte[] message) {
        try {
            return MessageDigest.getInstance("MD5").digest(message);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has MD5", e);
        }
    }
}
