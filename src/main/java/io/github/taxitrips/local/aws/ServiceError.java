package io.github.taxitrips.local.aws;

/** An error of a service, as a code and a message that a client can show. */
public final class ServiceError extends RuntimeException {

    private final String code;
    private final String explanation;

    /**
     * @param code the code, by which clients know it
     * @param explanation the message
     */
    public ServiceError(String code, String explanation) {
        super(code + ": " + explanation);
        this.code = code;
        this.explanation = explanation;
    }

    /** A value that the service's model does not allow. */
    public static ServiceError validation(String path, String constraint) {
        return new ServiceError(
                "ValidationException",
                "1 validation error detected: Value at '" + path + "' failed to satisfy constraint: " + constraint);
    }

    /** A body that is not what the operation takes. */
    public static ServiceError serialization(String explanation) {
        return new ServiceError("SerializationException", explanation);
    }

    /** The code. */
    public String code() {
        return code;
    }

    /** The message. */
    public String explanation() {
        return explanation;
    }

    int status() {
        return switch (code) {
            case Faults.SERVICE_UNAVAILABLE -> 503;
            case Faults.INTERNAL_FAILURE, "InternalFailureException" -> 500;
            case "RequestEntityTooLarge" -> 413;
            default -> 400;
        };
    }
}
