package io.github.taxitrips.local.kinesis;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A sequence number of the form that the service gives: 56 decimal digits which, in hexadecimal, hold when the shard was made and
 * its number, the record's place in the shard, its arrival, and a version. Numbers of a shard rise with the place.
 *
 * @param created when the shard was made, in seconds
 * @param shard number of the shard in its stream, from 0
 * @param index place of the record in its shard, from 1; 0 is before the first one
 * @param arrival when the record arrived, in seconds
 */
record SequenceNumber(long created, int shard, long index, long arrival) {

    private static final int VERSION = 2;
    private static final int BYTES = 3 * Long.BYTES;

    /** Reads a number; empty if it is none of this form. */
    static Optional<SequenceNumber> parse(String decimal) {
        byte[] bytes = new BigInteger(decimal).toByteArray();
        if (bytes.length != BYTES) {
            return Optional.empty();
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        long high = buffer.getLong();
        long middle = buffer.getLong();
        long low = buffer.getLong();
        if (high >>> 56 != VERSION || (low & 0xF) != VERSION) {
            return Optional.empty();
        }
        long index = (high & 0xFFFF) << 48 | middle >>> 16;
        if (index < 0 || index == Long.MAX_VALUE) {
            return Optional.empty();
        }
        return Optional.of(new SequenceNumber(
                high >>> 20 & 0xF_FFFF_FFFFL, (int) (low >>> 4), index, (middle & 0xFF) << 28 | low >>> 36));
    }

    @Override
    public String toString() {
        // By half bytes: 0, version, created (9), shard (1), index (16), 0, 0, arrival (9), shard (8), version.
        return new BigInteger(ByteBuffer.allocate(BYTES)
                        .putLong((long) VERSION << 56 | created << 20 | (shard & 0xFL) << 16 | index >>> 48)
                        .putLong(index << 16 | arrival >>> 28)
                        .putLong(arrival << 36 | (long) shard << 4 | VERSION)
                        .array())
                .toString();
    }
}
