package io.github.taxitrips.local.kinesis;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A record to be put.
 *
 * @param partitionKey its partition key, 1 to 256 characters
 * @param explicitHashKey the hash key that decides on its shard, 0 to 2^128 - 1; null for that of the partition key
 * @param data its bytes, not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // Compared with no other.
public record PutEntry(String partitionKey, @Nullable BigInteger explicitHashKey, byte[] data) {

    static final int MAX_KEY_LENGTH = 256;

    /** @throws IllegalArgumentException if one of the keys is not allowed */
    public PutEntry {
        int length = partitionKey.codePointCount(0, partitionKey.length());
        if (length < 1 || length > MAX_KEY_LENGTH) {
            throw new IllegalArgumentException(
                    "A partition key has 1 to " + MAX_KEY_LENGTH + " characters, and not " + length);
        }
        if (explicitHashKey != null
                && (explicitHashKey.signum() < 0 || explicitHashKey.compareTo(HashRanges.MAX) > 0)) {
            throw new IllegalArgumentException("A hash key is from 0 to 2^128 - 1, and not " + explicitHashKey);
        }
    }

    /** The bytes that count against limits. */
    int size() {
        return key().length + data.length;
    }

    byte[] key() {
        return partitionKey.getBytes(StandardCharsets.UTF_8);
    }

    BigInteger hashKey() {
        return explicitHashKey == null ? HashRanges.hash(partitionKey) : explicitHashKey;
    }
}
