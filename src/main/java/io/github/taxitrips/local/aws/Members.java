package io.github.taxitrips.local.aws;

import java.util.Base64;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/**
 * Reads the members of requests. The path of a value is where a message says that it stands, such as {@code
 * records.1.member.data}.
 */
public final class Members {

    private Members() {}

    /** A member that is there and not null: the protocol makes no difference between the two. */
    public static Optional<JsonNode> optional(JsonNode parent, String member) {
        return parent.optional(member).filter(value -> !value.isNull());
    }

    /**
     * A member that has to be there.
     *
     * @throws ServiceError if the member is missing
     */
    public static JsonNode required(JsonNode parent, String member, String path) {
        return optional(parent, member).orElseThrow(() -> ServiceError.validation(path, "Member must not be null"));
    }

    /**
     * The text that a value is.
     *
     * @throws ServiceError if it is none
     */
    public static String text(JsonNode value, String path) {
        if (!value.isString()) {
            throw ServiceError.serialization("The value at '" + path + "' must be a string.");
        }
        return value.stringValue();
    }

    /**
     * The bytes that a value is, or that its base64 stands for.
     *
     * @throws ServiceError if it is neither
     */
    public static byte[] bytes(JsonNode value, String path) {
        if (value.isBinary()) {
            return value.binaryValue();
        }
        try {
            return Base64.getDecoder().decode(text(value, path));
        } catch (IllegalArgumentException e) {
            throw ServiceError.serialization("The value at '" + path + "' is no base64: " + e.getMessage());
        }
    }

    /**
     * The whole number that a value is.
     *
     * @throws ServiceError if it is none from {@code min} to {@code max}
     */
    public static int wholeNumber(JsonNode value, String path, int min, int max) {
        if (!value.isIntegralNumber()) {
            throw ServiceError.serialization("The value at '" + path + "' must be a whole number.");
        }
        OptionalInt number = value.intValueOpt();
        if (number.isEmpty() ? value.bigIntegerValue().signum() < 0 : number.getAsInt() < min) {
            throw ServiceError.validation(path, "Member must have value greater than or equal to " + min);
        }
        if (number.isEmpty() || number.getAsInt() > max) {
            throw ServiceError.validation(path, "Member must have value less than or equal to " + max);
        }
        return number.getAsInt();
    }
}
