package io.github.taxitrips.delivery;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * Sequence numbers of Kinesis records: decimal numbers of up to 129 digits that rise within a shard. Source: the Kinesis
 * Data Streams API Reference, "Record".
 */
final class SequenceNumbers {

    private static final int MAX_LENGTH = 129;

    private SequenceNumbers() {}

    /** Returns the sequence number, or null when there is none or it is no number. */
    static @Nullable BigInteger of(KinesisEventRecord record) {
        String text = record.getKinesis() == null ? null : record.getKinesis().getSequenceNumber();
        return text == null || !text.matches("[0-9]{1," + MAX_LENGTH + "}") ? null : new BigInteger(text);
    }
}
