package io.github.taxitrips.local.kinesis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * What clients hold and bring back: iterators of shards and places in lists. In base64, and to be opened here alone.
 *
 * @param kind what it is for, a word
 * @param made when it was made, to the millisecond
 * @param words what it holds, none of which has a slash
 */
record Token(String kind, Instant made, List<String> words) {

    /** What begins an iterator of the service as well. */
    private static final long VERSION = 1;

    private static final int HEAD = Long.BYTES + Integer.BYTES;

    /** Reads a token; empty if it is none of this kind. */
    static Optional<Token> decode(String kind, String text) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        if (bytes.length < HEAD) {
            return Optional.empty();
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        long version = buffer.getLong();
        int checksum = buffer.getInt();
        byte[] content = Arrays.copyOfRange(bytes, HEAD, bytes.length);
        if (version != VERSION || checksum != checksum(content)) {
            return Optional.empty();
        }
        List<String> words = List.of(new String(content, StandardCharsets.UTF_8).split("/", -1));
        return words.get(0).equals(kind)
                ? Optional.of(new Token(
                        kind, Instant.ofEpochMilli(Long.parseLong(words.get(1))), words.subList(2, words.size())))
                : Optional.empty();
    }

    String encode() {
        String all = kind + '/' + made.toEpochMilli() + '/' + String.join("/", words);
        byte[] content = all.getBytes(StandardCharsets.UTF_8);
        return Base64.getEncoder()
                .encodeToString(ByteBuffer.allocate(HEAD + content.length)
                        .putLong(VERSION)
                        .putInt(checksum(content))
                        .put(content)
                        .array());
    }

    private static int checksum(byte[] content) {
        CRC32C crc = new CRC32C();
        crc.update(content);
        return (int) crc.getValue();
    }
}
