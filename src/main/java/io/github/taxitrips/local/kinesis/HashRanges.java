package io.github.taxitrips.local.kinesis;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Which shard a record goes to: hash keys, from 0 to 2^128 - 1, are split evenly.
 *
 * @param shards number of shards
 */
record HashRanges(int shards) {

    /** The largest hash key. */
    static final BigInteger MAX = BigInteger.TWO.pow(128).subtract(BigInteger.ONE);

    /** The hash key of a partition key. */
    static BigInteger hash(String partitionKey) {
        try {
            return new BigInteger(
                    1, MessageDigest.getInstance("MD5").digest(partitionKey.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }

    /** The number of the shard that a hash key belongs to, from 0. */
    int shard(BigInteger hashKey) {
        return hashKey.divide(width()).min(BigInteger.valueOf(shards - 1L)).intValueExact();
    }

    /** The first hash key of a shard. */
    BigInteger first(int shard) {
        return width().multiply(BigInteger.valueOf(shard));
    }

    /** The last hash key of a shard. */
    BigInteger last(int shard) {
        return shard == shards - 1 ? MAX : first(shard + 1).subtract(BigInteger.ONE);
    }

    private BigInteger width() {
        return BigInteger.TWO.pow(128).divide(BigInteger.valueOf(shards));
    }
}
