package io.github.taxitrips.delivery;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
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

    /**
     * @param client a client whose own retries are off, so that counts and waits are those of {@link Delivery}
     * @param deliveryStreamName the delivery stream to send to
     */
    public SdkFirehoseSender(FirehoseClient client, String deliveryStreamName) {
        this.client = client;
        this.deliveryStreamName = deliveryStreamName;
    }

    @Override
    public Map<Integer, RecordError> send(List<byte[]> records) {
        // The data is never changed once it is here, so the SDK need not copy it.
        List<Record> batch = records.stream()
                .map(data -> Record.builder()
                        .data(SdkBytes.fromByteArrayUnsafe(data))
                        .build())
                .toList();
        PutRecordBatchResponse response;
        try {
            response = client.putRecordBatch(PutRecordBatchRequest.builder()
                    .deliveryStreamName(deliveryStreamName)
                    .records(batch)
                    .build());
        } catch (SdkException e) {
            throw failure(e);
        }
        return errors(response.requestResponses(), records.size());
    }

    /** Matches entries to records by position, as the Firehose API Reference, "PutRecordBatch", says they correspond. */
    private Map<Integer, RecordError> errors(List<PutRecordBatchResponseEntry> entries, int sent) {
        if (entries.size() != sent) {
            RecordError error = new RecordError(
                    "IncompleteResponse", "the response has %d entries for %d records".formatted(entries.size(), sent));
            throw new FirehoseCallException(message(error, "Records may have been taken."), error, true, null);
        }
        Map<Integer, RecordError> errors = new HashMap<>();
        for (int i = 0; i < sent; i++) {
            PutRecordBatchResponseEntry entry = entries.get(i);
            if (entry.errorCode() != null) {
                errors.put(i, new RecordError(entry.errorCode(), String.valueOf(entry.errorMessage())));
            }
        }
        return errors;
    }

    private FirehoseCallException failure(SdkException e) {
        RecordError error = e instanceof AwsServiceException service
                ? serviceError(service)
                : new RecordError(clientFailure(e).getClass().getSimpleName(), String.valueOf(e.getMessage()));
        return new FirehoseCallException(message(error, remedy(e, error)), error, isTransient(e, error), e);
    }

    private String message(RecordError error, String remedy) {
        return "PutRecordBatch to delivery stream %s failed: %s: %s %s"
                .formatted(deliveryStreamName, error.code(), error.message(), remedy);
    }

    private static RecordError serviceError(AwsServiceException e) {
        String code = e.awsErrorDetails() == null ? null : e.awsErrorDetails().errorCode();
        return new RecordError(code == null ? "HTTP " + e.statusCode() : code, String.valueOf(e.getMessage()));
    }

    /** The input or output failure behind a client exception, if there is one. */
    private static Throwable clientFailure(SdkException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException) {
                return cause;
            }
        }
        return e;
    }

    private static boolean isTransient(SdkException e, RecordError error) {
        if (e instanceof AwsServiceException service) {
            return service.statusCode() >= 500
                    || service.statusCode() == 408
                    || service.isThrottlingException()
                    || error.isThrottled();
        }
        return e instanceof ApiCallTimeoutException
                || e instanceof ApiCallAttemptTimeoutException
                || clientFailure(e) instanceof IOException;
    }

    private static String remedy(SdkException e, RecordError error) {
        if (isTransient(e, error)) {
            return "It may succeed later.";
        }
        return switch (error.code()) {
            case "ResourceNotFoundException" ->
                "Check taxi-trips.delivery-stream-name (environment variable delivery_stream_name), region and account.";
            case "AccessDeniedException" ->
                "Allow the function's role firehose:PutRecordBatch on this delivery stream.";
            case "InvalidArgumentException", "ValidationException" ->
                "Check that the delivery stream takes Direct PUT records.";
            default -> "Check the credentials, the region and taxi-trips.firehose.endpoint.";
        };
    }
}
