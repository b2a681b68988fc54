package io.github.taxitrips.delivery;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import io.github.taxitrips.intake.Document;
import io.github.taxitrips.intake.UserRecord;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what a failed invocation did deliver, so that the retry of its batch need not deliver it again, and up to where
 * each shard's batches have failed, so that a retry is known for one.
 *
 * <p>Lambda retries from the lowest sequence number that failed, and an execution environment usually sees the retry of
 * its own failures. Only what Firehose acknowledged is remembered, by stream, shard, sequence number, place in an
 * aggregated or split record and digest of the payload, so that nothing else is ever taken for it. A success forgets its
 * own records and no others, for with a parallelization factor above 1 a shard has several batches under way. When the
 * memory is full the oldest entry goes, which costs a duplicate at worst. Safe for use by several threads.
 */
public final class RetryMemory {

    private final int capacity;
    private final LinkedHashMap<Key, ByteBuffer> delivered = new LinkedHashMap<>();
    private final Map<Shard, BigInteger> failed = new HashMap<>();

    /** @param capacity records to remember at most; 0 remembers none */
    public RetryMemory(int capacity) {
        this.capacity = capacity;
    }

    private record Shard(@Nullable String stream, String shard) {}

    private record Key(Shard shard, BigInteger sequenceNumber, int index) {}

    /**
     * Returns what is not known to be delivered, in order.
     *
     * @param source gives the record that a thing is of
     */
    public synchronized <T> List<T> undelivered(List<T> things, Function<T, UserRecord> source) {
        return delivered.isEmpty()
                ? things
                : things.stream()
                        .filter(thing -> !isDelivered(source.apply(thing)))
                        .toList();
    }

    private boolean isDelivered(UserRecord record) {
        Key key = key(record);
        ByteBuffer digest = key == null ? null : delivered.get(key);
        return digest != null && digest.equals(digest(record.payload()));
    }

    /** Whether an invocation failed that had this record, or a later one of its shard. */
    public synchronized boolean hasFailed(UserRecord record) {
        Key key = failed.isEmpty() ? null : key(record);
        if (key == null) {
            return false;
        }
        BigInteger last = failed.get(key.shard);
        return last != null && last.compareTo(key.sequenceNumber) >= 0;
    }

    /**
     * Remembers an invocation that failed.
     *
     * @param acknowledged the documents that Firehose has acknowledged in it
     * @param last the last record of its event, null if it had none
     */
    public synchronized void remember(List<Document> acknowledged, @Nullable KinesisEventRecord last) {
        if (capacity == 0) {
            return;
        }
        Key end = last == null ? null : key(new UserRecord(last, 0, new byte[0]));
        if (end != null) {
            failed.merge(end.shard, end.sequenceNumber, BigInteger::max);
        }
        for (Document document : acknowledged) {
            Key key = key(document.source());
            if (key != null) {
                delivered.remove(key); // or it would keep the age of the entry that it replaces
                delivered.put(key, digest(document.source().payload()));
            }
        }
        Iterator<Key> oldest = delivered.keySet().iterator();
        for (int surplus = delivered.size() - capacity; surplus > 0; surplus--) {
            oldest.next();
            oldest.remove();
        }
    }

    /**
     * Forgets records of an invocation that succeeded.
     *
     * @param source gives the record that a thing is of
     */
    public synchronized <T> void forget(List<T> things, Function<T, UserRecord> source) {
        if (delivered.isEmpty() && failed.isEmpty()) {
            return;
        }
        for (T thing : things) {
            Key key = key(source.apply(thing));
            if (key != null) {
                delivered.remove(key);
                failed.computeIfPresent(
                        key.shard, (shard, last) -> key.sequenceNumber.compareTo(last) >= 0 ? null : last);
            }
        }
    }

    /** Returns the number of records that are remembered. */
    public synchronized int size() {
        return delivered.size();
    }

    /** The place in the stream, or null for a record that does not tell it, as one made by hand. */
    private static @Nullable Key key(UserRecord record) {
        KinesisEventRecord carrier = record.carrier();
        BigInteger sequenceNumber = SequenceNumbers.of(carrier);
        String eventId = carrier.getEventID();
        if (sequenceNumber == null || eventId == null || eventId.indexOf(':') < 0) {
            return null;
        }
        // An event id is the shard's id, a colon and the sequence number.
        String shard = eventId.substring(0, eventId.indexOf(':'));
        return new Key(new Shard(carrier.getEventSourceARN(), shard), sequenceNumber, record.index());
    }

    private static ByteBuffer digest(byte[] payload) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(payload));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
