package io.github.taxitrips.local.kinesis;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where a client reads on in a shard.
 *
 * @param made when it was made
 * @param stream name of the stream
 * @param created when the stream was made, in milliseconds
 * @param shard number of the shard
 * @param place the place from which on to read
 */
record ShardIterator(Instant made, String stream, long created, int shard, long place) {

    /** Time for which an iterator is good. */
    static final Duration LIFETIME = Duration.ofMinutes(5);

    private static final String KIND = "iterator";

    /** Reads an iterator; empty if it is none of ours. */
    static Optional<ShardIterator> decode(String text) {
        return Token.decode(KIND, text)
                .map(token -> new ShardIterator(
                        token.made(),
                        token.words().get(0),
                        Long.parseLong(token.words().get(1)),
                        Integer.parseInt(token.words().get(2)),
                        Long.parseLong(token.words().get(3))));
    }

    String encode() {
        return new Token(
                        KIND,
                        made,
                        List.of(stream, Long.toString(created), Integer.toString(shard), Long.toString(place)))
                .encode();
    }
}
