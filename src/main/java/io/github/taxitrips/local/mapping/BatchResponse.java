package io.github.taxitrips.local.mapping;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads a function's partial batch response by the AWS Lambda Developer Guide, "Configuring partial batch response with
 * Kinesis Data Streams and Lambda". The guide does not tell what a response that is no JSON object, or that names a record
 * of another batch, is: these count as complete failures, like the identifiers that it calls bad.
 */
final class BatchResponse {

    /** The invocation counts as a complete failure. */
    static final int FAILURE = -1;

    private static final JsonMapper JSON = new JsonMapper();

    private BatchResponse() {}

    /**
     * Returns how many records from the first on have succeeded, or {@link #FAILURE}.
     *
     * @param response what the function answered
     * @param sequenceNumbers those of the batch, in order
     */
    static int succeeded(@Nullable String response, List<String> sequenceNumbers) {
        int all = sequenceNumbers.size();
        if (response == null || response.isBlank()) {
            return all;
        }
        JsonNode root;
        try {
            root = JSON.readTree(response);
        } catch (JacksonException e) {
            return FAILURE;
        }
        if (root.isNull()) {
            return all;
        }
        if (!root.isObject()) {
            return FAILURE;
        }
        JsonNode failures = root.path("batchItemFailures");
        if (failures.isMissingNode() || failures.isNull()) {
            return all;
        }
        if (!failures.isArray()) {
            return FAILURE;
        }
        int lowest = all;
        for (JsonNode failure : failures) {
            JsonNode identifier = failure.path("itemIdentifier");
            int position = identifier.isString() ? sequenceNumbers.indexOf(identifier.stringValue()) : -1;
            if (position < 0) {
                return FAILURE;
            }
            lowest = Math.min(lowest, position);
        }
        return lowest;
    }
}
