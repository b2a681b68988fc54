package io.github.taxitrips.local.firehose;

/** An error of the service, as a code and a message that a client can show. */
final class ServiceError extends RuntimeException {

    private final String code;
    private final String explanation;

    ServiceError(String code, String explanation) {
        super(code + ": " + explanation);
        this.code = code;
        this.explanation = explanation;
    }

    static ServiceError validation(String path, String constraint) {
        return new ServiceError(
                "ValidationException",
                "1 validation error detected: Value at '" + path + "' failed to satisfy constraint: " + constraint);
    }

    static ServiceError serialization(String explanation) {
        return new ServiceError("SerializationException", explanation);
    }

    String code() {
        return code;
    }

    String explanation() {
        return explanation;
    }

    int status() {
        return switch (code) {
            case Faults.SERVICE_UNAVAILABLE -> 503;
            case Faults.INTERNAL_FAILURE -> 500;
            case "RequestEntityTooLarge" -> 413;
            default -> 400;
        };
    }
}
