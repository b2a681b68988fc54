package io.github.taxitrips.local.producer;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Records, one at a time, so that no more than one is in memory. For use by one thread, but for its progress. */
public interface RecordSource extends Closeable {

    /**
     * Returns the next record, null when there are no more.
     *
     * @throws IOException if it cannot be read, naming where it was to come from
     */
    @Nullable Item next() throws IOException;

    /** Is told that the record that was given last is not sent, since it is larger than a stream takes. */
    default void leftOut() {}

    /** Returns how far it is read, and out of how much. */
    Progress progress();

    @Override
    default void close() throws IOException {}

    /**
     * A record.
     *
     * @param data its bytes
     * @param partitionKey the key that it had before, null where it is still to get one
     */
    @SuppressWarnings("ArrayRecordComponent") // its data is never compared
    record Item(byte[] data, @Nullable String partitionKey) {

        /** A record that is still to get a key. */
        Item(byte[] data) {
            this(data, null);
        }
    }

    /**
     * How far a source is read, in records or in bytes of files.
     *
     * @param done what is read
     * @param total all there is, -1 where that is not known
     */
    record Progress(long done, long total) {}
}
