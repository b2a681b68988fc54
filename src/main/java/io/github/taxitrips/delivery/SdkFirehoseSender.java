package io.github.taxitrips.delivery;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchRequest;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchResponse;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchResponseEntry;
import software.amazon.awssdk.services.firehose.model.Record;

/** Sends through the AWS SDK for Java 2 to one delivery stream. The client must not retry by itself. */
public final class SdkFirehoseSender implements FirehoseSender {

    private final FirehoseClient client;
    private final String deliveryStreamName;
    private final String setting;

    /**
     * @param client a client whose own retries are off, so that counts and waits are those of {@link Delivery}
     * @param deliveryStreamName the delivery stream to send to
     * @param setting the setting that names it, for messages
     */
    public SdkFirehoseSender(FirehoseClient client, String deliveryStreamName, String setting) {
        this.client = client;
        this.deliveryStreamName = deliveryStreamName;
        this.setting = setting;
    }

    @Override
    public Map<Integer, RecordError> send(List<byte[]> records) {
        return send(request(records).build(), records.size());
    }

    @Override
    public Map<Integer, RecordError> send(List<byte[]> records, Duration timeout) {
        PutRecordBatchRequest request = request(records)
                .overrideConfiguration(
                        override -> override.apiCallTimeout(timeout).apiCallAttemptTimeout(timeout))
                .build();
        return send(request, records.size());
    }

    private PutRecordBatchRequest.Builder request(List<byte[]> records) {
        // The data is never changed once it is here, so the SDK need not copy it.
        List<Record> batch = records.stream()
                .map(data -> Record.builder()
                        .data(SdkBytes.fromByteArrayUnsafe(data))
                        .build())
                .toList();
        return PutRecordBatchRequest.builder()
                .deliveryStreamName(deliveryStreamName)
                .records(batch);
    }

    private Map<Integer, RecordError> send(PutRecordBatchRequest request, int sent) {
        try {
            return errors(client.putRecordBatch(request), sent);
        } catch (SdkException e) {
            throw failure(FirehoseErrors.error(e), FirehoseErrors.isTransient(e), e);
        }
    }

    /**
     * Matches entries to records by position, as the Firehose API Reference, "PutRecordBatch", says they correspond. Taken
     * is what has a record id and no error; where more failures are counted than entries show, nothing is known.
     */
    private Map<Integer, RecordError> errors(PutRecordBatchResponse response, int sent) {
        List<PutRecordBatchResponseEntry> entries = response.requestResponses();
        if (entries.size() != sent) {
            throw incomplete("the response has %d entries for %d records".formatted(entries.size(), sent));
        }
        Map<Integer, RecordError> errors = new HashMap<>();
        for (int i = 0; i < sent; i++) {
            PutRecordBatchResponseEntry entry = entries.get(i);
            if (entry.errorCode() != null) {
                errors.put(i, new RecordError(entry.errorCode(), String.valueOf(entry.errorMessage())));
            } else if (entry.recordId() == null || entry.errorMessage() != null) {
                errors.put(
                        i,
                        new RecordError(
                                RecordError.INCOMPLETE_RESPONSE,
                                "the entry has neither a record id nor an error code, but the message "
                                        + entry.errorMessage()));
            }
        }
        Integer failed = response.failedPutCount();
        if (failed != null && failed > errors.size()) {
            throw incomplete(
                    "the response counts %d failures, and %d of its entries failed".formatted(failed, errors.size()));
        }
        return errors;
    }

    private FirehoseCallException incomplete(String message) {
        return failure(new RecordError(RecordError.INCOMPLETE_RESPONSE, message), true, null);
    }

    private FirehoseCallException failure(RecordError error, boolean isTransient, @Nullable SdkException cause) {
        String message = "PutRecordBatch to delivery stream %s failed: %s: %s %s"
                .formatted(deliveryStreamName, error.code(), error.message(), FirehoseErrors.remedy(error, setting));
        return new FirehoseCallException(message, error, isTransient, cause);
    }
}
