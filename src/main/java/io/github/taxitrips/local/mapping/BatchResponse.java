package io.github.taxitrips.local.mapping;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A function's answer, read by the AWS Lambda Developer Guide, "Configuring partial batch response with Kinesis Data Streams
 * and Lambda" and "Implementing stateful Kinesis Data Streams processing in Lambda". The guide does not tell what a response
 * that is no JSON object, or that names a record of another batch, is: these count as complete failures, like the
 * identifiers that it calls bad.
 *
 * @param succeeded how many records from the first on have succeeded
 * @param state the state of the tumbling window, as JSON text; null without one
 */
record BatchResponse(int succeeded, @Nullable String state) {

    private static final JsonMapper JSON = new JsonMapper();

    /** An answer that counts as a complete failure. */
    @SuppressWarnings("serial")
    static final class BadResponseException extends RuntimeException {

        private BadResponseException(String problem) {
            super("The function's answer " + problem);
        }
    }

    /**
     * Reads an answer.
     *
     * @param response what the function answered
     * @param batch what it was invoked with
     * @param reportsFailures whether it is a partial batch response
     * @param hasState whether it has to have the state of a tumbling window
     * @throws BadResponseException if it counts as a complete failure
     */
    static BatchResponse read(@Nullable String response, Batch batch, boolean reportsFailures, boolean hasState) {
        boolean empty = response == null || response.isBlank();
        if (empty || !(reportsFailures || hasState)) {
            if (hasState) {
                throw new BadResponseException("has no state, which a tumbling window needs");
            }
            return new BatchResponse(batch.size(), null);
        }
        JsonNode root;
        try {
            root = JSON.readTree(response);
        } catch (JacksonException e) {
            throw new BadResponseException("is not JSON");
        }
        if (!root.isObject() && !root.isNull()) {
            throw new BadResponseException("is no JSON object");
        }
        JsonNode state = root.path("state");
        if (hasState && !state.isObject()) {
            throw new BadResponseException("has no state, which a tumbling window needs");
        }
        return new BatchResponse(
                reportsFailures ? succeeded(root.path("batchItemFailures"), batch.sequenceNumbers()) : batch.size(),
                hasState ? state.toString() : null);
    }

    private static int succeeded(JsonNode failures, List<String> sequenceNumbers) {
        int lowest = sequenceNumbers.size();
        if (failures.isMissingNode() || failures.isNull()) {
            return lowest;
        }
        if (!failures.isArray()) {
            throw new BadResponseException("has batchItemFailures that are no array");
        }
        for (JsonNode failure : failures) {
            JsonNode identifier = failure.path("itemIdentifier");
            int position = identifier.isString() ? sequenceNumbers.indexOf(identifier.stringValue()) : -1;
            if (position < 0) {
                throw new BadResponseException("has an itemIdentifier that is no sequence number of the batch");
            }
            lowest = Math.min(lowest, position);
        }
        return lowest;
    }
}
