package io.github.taxitrips.local.kinesis;

import io.github.taxitrips.local.aws.Members;
import io.github.taxitrips.local.aws.ServiceError;
import io.github.taxitrips.local.base.Account;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** What the requests of several operations have in common, with the errors of the service. */
final class Requests {

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_.-]+");
    private static final Pattern ARN = Pattern.compile("arn:aws.*:kinesis:.*:(\\d{12}):stream/(\\S+)");
    private static final Pattern SHARD_ID = Pattern.compile("(?:[^-]*-)?(\\d{1,18})");
    private static final int MAX_NAME = 128;

    private Requests() {}

    /** The name of the stream that a request is about. */
    static String streamName(JsonNode request) {
        Optional<String> name = name(request, "StreamName", "streamName");
        Optional<String> arn = Members.optional(request, "StreamARN").map(value -> Members.text(value, "StreamARN"));
        if (arn.isEmpty()) {
            return name.orElseThrow(() -> invalid("Either StreamName or StreamARN must be provided."));
        }
        Matcher parts = ARN.matcher(arn.get());
        if (!parts.matches()) {
            throw ServiceError.validation(
                    "streamARN",
                    "Member must satisfy regular expression pattern: arn:aws.*:kinesis:.*:\\d{12}:stream/\\S+");
        }
        if (!parts.group(1).equals(Account.ID)) {
            throw notFound("Stream " + parts.group(2) + " under account " + parts.group(1) + " not found.");
        }
        if (name.isPresent() && !name.get().equals(parts.group(2))) {
            throw invalid("StreamARN " + arn.get() + " and StreamName " + name.get() + " are of two streams.");
        }
        return parts.group(2);
    }

    /** The stream that a request is about. */
    static KinesisStream stream(KinesisStreams streams, JsonNode request) {
        String name = streamName(request);
        return streams.find(name).orElseThrow(() -> streamNotFound(name));
    }

    /** A member that is the name of a stream or the id of a shard. */
    static Optional<String> name(JsonNode request, String member, String path) {
        Optional<String> name = Members.optional(request, member).map(value -> Members.text(value, member));
        name.ifPresent(text -> {
            matching(text, NAME, path);
            if (text.length() > MAX_NAME) {
                throw ServiceError.validation(path, "Member must have length less than or equal to " + MAX_NAME);
            }
        });
        return name;
    }

    static void matching(String text, Pattern pattern, String path) {
        if (!pattern.matcher(text).matches()) {
            throw ServiceError.validation(path, "Member must satisfy regular expression pattern: " + pattern.pattern());
        }
    }

    /** The number of the shard that an id names, as the service takes it: {@code 0} and {@code shardId-0} among others. */
    static Optional<Integer> shardNumber(String shardId) {
        Matcher id = SHARD_ID.matcher(shardId);
        return id.matches() && Long.parseLong(id.group(1)) <= Integer.MAX_VALUE
                ? Optional.of(Integer.valueOf(id.group(1)))
                : Optional.empty();
    }

    static ServiceError invalid(String explanation) {
        return new ServiceError("InvalidArgumentException", explanation);
    }

    static ServiceError notFound(String explanation) {
        return new ServiceError("ResourceNotFoundException", explanation);
    }

    static ServiceError streamNotFound(String name) {
        return notFound("Stream " + name + " under account " + Account.ID + " not found.");
    }

    static ServiceError shardNotFound(String shardId, String stream) {
        return notFound(
                "Shard " + shardId + " in stream " + stream + " under account " + Account.ID + " does not exist");
    }
}
