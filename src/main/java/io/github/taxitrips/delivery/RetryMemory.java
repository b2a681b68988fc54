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
import org.jspecify.annotations.Nullable;

/**
 * Remembers what a failed invocation did deliver, so that the retry of its batch need not deliver it again.
 *
 * <p>Lambda retries from the lowest sequence number that failed, and an execution environment usually sees the retry of
 * its own failures. Only what Firehose acknowledged is remembered, by stream, shard, sequence number, place in an
 * aggregated record and digest of the payload, so that nothing else is ever taken for it. A success forgets its shard up
 * to its last record, since Lambda has moved past it. When the memory is full the oldest entry goes, which costs a
 * duplicate at worst. Safe for use by several threads.
 */
public final class RetryMemory {

    private final int capacity;
    private final LinkedHashMap<Key, ByteBuffer> delivered = new LinkedHashMap<>();

    /** @param capacity records to remember at most; 0 remembers none */
    public RetryMemory(int capacity) {
        this.capacity = capacity;
    }

    private record Shard(@Nullable String stream, String shard) {}

    private record Key(Shard shard, BigInteger sequenceNumber, int index) {}

    /** Returns the documents that are not known to be delivered, in order. */
    public synchronized List<Document> undelivered(List<Document> documents) {
        return delivered.isEmpty()
                ? documents
                : documents.stream().filter(document -> !isDelivered(document)).toList();
    }

    private boolean isDelivered(Document document) {
        Key key = key(document.source());
        ByteBuffer digest = key == null ? null : delivered.get(key);
        return digest != null && digest.equals(digest(document.source().payload()));
    }

    /** Remembers documents of an invocation that failed, which Firehose has acknowledged. */
    public synchronized void remember(List<Document> acknowledged) {
        if (capacity == 0) {
            return;
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

    /** Forgets, for each shard of a successful invocation, all up to the last of its records. */
    public synchronized void forget(@Nullable List<KinesisEventRecord> records) {
        if (delivered.isEmpty() || records == null) {
            return;
        }
        Map<Shard, BigInteger> last = new HashMap<>();
        for (KinesisEventRecord record : records) {
            Key key = record == null ? null : key(new UserRecord(record, 0, new byte[0]));
            if (key != null) {
                last.merge(key.shard, key.sequenceNumber, BigInteger::max);
            }
        }
        delivered.keySet().removeIf(key -> {
            BigInteger passed = last.get(key.shard);
            return passed != null && key.sequenceNumber.compareTo(passed) <= 0;
        });
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
