package io.github.taxitrips.local.aws;

import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A call of an operation.
 *
 * @param operation its name, which is one of the service's
 * @param request its body, an object
 * @param wire how the body came, and how the answer goes
 * @param requestId the id under which it is answered
 * @param faults what to do wrong on purpose
 */
public record AwsCall(String operation, JsonNode request, Wire wire, String requestId, FaultSource faults) {

    /**
     * Returns the time that a value of the request tells.
     *
     * @param path where it stands, for a message
     * @throws ServiceError if it is no time
     */
    public Instant time(JsonNode value, String path) {
        return Optional.of(value)
                .filter(JsonNode::isNumber)
                .flatMap(JsonNode::decimalValueOpt)
                .map(wire::time)
                .orElseThrow(() -> ServiceError.serialization(
                        "The value at '" + path + "' must be a number, of seconds since 1970."));
    }
}
