package io.github.taxitrips.local.aws;

import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A call of an operation.
 *
 * @param service the service that is called
 * @param operation its name, which is one of the service's
 * @param request its body, an object
 * @param wire how the body came, and how the answer goes
 * @param requestId the id under which it is answered
 * @param faults what to do wrong on purpose
 */
public record AwsCall(
        AwsService service, String operation, JsonNode request, Wire wire, String requestId, FaultSource faults) {

    /**
     * Draws what goes wrong, once the call is known to be valid.
     *
     * @param records how many it puts, 0 if it gets some
     * @throws ServiceError if its connection is to be closed without an answer
     */
    public FaultSource.Draw draw(int records) {
        return faults.draw(service.name(), operation, records);
    }

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
