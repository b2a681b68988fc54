package io.github.taxitrips.local.kinesis;

import io.github.taxitrips.local.aws.AwsCall;
import io.github.taxitrips.local.aws.Members;
import io.github.taxitrips.local.aws.ServiceError;
import io.github.taxitrips.local.base.Account;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The operations about streams and their shards: making, deleting, describing and listing them. */
final class StreamOperations {

    private static final JsonMapper MAPPER = JsonMapper.shared();
    private static final int MAX_LIMIT = 10_000;
    private static final int PAGE = 100;
    private static final int SHARDS_PAGE = 1_000;
    private static final int ON_DEMAND_SHARDS = 4;
    private static final Duration TOKEN_LIFETIME = Duration.ofMinutes(5);
    private static final String SHARDS_TOKEN = "shards";
    private static final String STREAMS_TOKEN = "streams";
    private static final Set<String> FILTERS = Set.of(
            "AFTER_SHARD_ID", "AT_TRIM_HORIZON", "FROM_TRIM_HORIZON", "AT_LATEST", "AT_TIMESTAMP", "FROM_TIMESTAMP");

    private final KinesisStreams streams;
    private final InstantSource clock;

    StreamOperations(KinesisStreams streams, InstantSource clock) {
        this.streams = streams;
        this.clock = clock;
    }

    ObjectNode createStream(JsonNode request) {
        Members.required(request, "StreamName", "streamName");
        String name = Requests.streamName(request);
        boolean onDemand = Members.optional(request, "StreamModeDetails")
                .map(details -> Members.required(details, "StreamMode", "streamModeDetails.streamMode"))
                .map(mode -> Members.text(mode, "StreamModeDetails.StreamMode"))
                .map(StreamOperations::isOnDemand)
                .orElse(false);
        Optional<Integer> count = Members.optional(request, "ShardCount")
                .map(value -> Members.wholeNumber(value, "shardCount", 1, Integer.MAX_VALUE));
        int shards = onDemand
                ? ON_DEMAND_SHARDS
                : count.orElseThrow(() -> Requests.invalid("ShardCount must be provided for a PROVISIONED stream."));
        int size = Members.optional(request, "MaxRecordSizeInKiB")
                .map(value -> Members.wholeNumber(
                        value,
                        "maxRecordSizeInKiB",
                        StreamSettings.DEFAULT_MAX_RECORD_SIZE_IN_KIB,
                        StreamSettings.MAX_RECORD_SIZE_IN_KIB))
                .orElse(StreamSettings.DEFAULT_MAX_RECORD_SIZE_IN_KIB);
        // Two calls at once are to count each other.
        synchronized (streams) {
            int before = streams.all().stream()
                    .mapToInt(stream -> stream.shards().size())
                    .sum();
            if (streams.find(name).isPresent()) {
                throw new ServiceError(
                        "ResourceInUseException",
                        "Stream " + name + " under account " + Account.ID + " already exists.");
            }
            if (shards > StreamSettings.MAX_SHARDS - before) {
                throw new ServiceError(
                        "LimitExceededException",
                        "This request would exceed the shard limit for the account " + Account.ID + " in "
                                + Account.REGION + ". Current shard count for the account: " + before + ". Limit: "
                                + StreamSettings.MAX_SHARDS
                                + ". Number of additional shards that would have resulted from this request: " + shards
                                + ".");
            }
            streams.create(new StreamSettings(name, shards, StreamSettings.DEFAULT_RETENTION, size, onDemand));
        }
        return MAPPER.createObjectNode();
    }

    private static boolean isOnDemand(String mode) {
        return switch (mode) {
            case "ON_DEMAND" -> true;
            case "PROVISIONED" -> false;
            default ->
                throw ServiceError.validation(
                        "streamModeDetails.streamMode", "Member must satisfy enum value set: [PROVISIONED, ON_DEMAND]");
        };
    }

    ObjectNode deleteStream(JsonNode request) {
        String name = Requests.streamName(request);
        synchronized (streams) {
            if (streams.find(name).isEmpty()) {
                throw Requests.streamNotFound(name);
            }
            streams.delete(name);
        }
        return MAPPER.createObjectNode();
    }

    ObjectNode describeStream(JsonNode request) {
        KinesisStream stream = Requests.stream(streams, request);
        int first = Requests.name(request, "ExclusiveStartShardId", "exclusiveStartShardId")
                .map(StreamOperations::numberAfter)
                .orElse(0);
        int limit = limit(request, "Limit", "limit", PAGE, PAGE);
        ObjectNode response = MAPPER.createObjectNode();
        ObjectNode description = response.putObject("StreamDescription");
        describe(description, stream);
        boolean more = list(description.putArray("Shards"), stream, first, limit);
        description.put("HasMoreShards", more);
        return response;
    }

    ObjectNode describeStreamSummary(JsonNode request) {
        KinesisStream stream = Requests.stream(streams, request);
        ObjectNode response = MAPPER.createObjectNode();
        ObjectNode summary = response.putObject("StreamDescriptionSummary");
        describe(summary, stream);
        summary.put("OpenShardCount", stream.shards().size())
                .put("ConsumerCount", 0)
                .put("MaxRecordSizeInKiB", stream.settings().maxRecordSizeInKiB());
        return response;
    }

    private static void describe(ObjectNode description, KinesisStream stream) {
        summarize(description, stream)
                .put("RetentionPeriodHours", stream.settings().retention().toHours())
                .put("EncryptionType", "NONE");
        description.putArray("EnhancedMonitoring").addObject().putArray("ShardLevelMetrics");
    }

    private static ObjectNode summarize(ObjectNode node, KinesisStream stream) {
        node.put("StreamName", stream.name())
                .put("StreamARN", stream.arn())
                .put("StreamStatus", "ACTIVE")
                .putPOJO("StreamCreationTimestamp", stream.created())
                .putObject("StreamModeDetails")
                .put("StreamMode", stream.settings().onDemand() ? "ON_DEMAND" : "PROVISIONED");
        return node;
    }

    ObjectNode listShards(AwsCall call) {
        JsonNode request = call.request();
        int limit = limit(request, "MaxResults", "maxResults", SHARDS_PAGE, MAX_LIMIT);
        Optional<JsonNode> next = Members.optional(request, "NextToken");
        KinesisStream stream;
        int first = 0;
        if (next.isPresent()) {
            for (String member :
                    List.of("StreamName", "StreamARN", "ExclusiveStartShardId", "StreamCreationTimestamp")) {
                if (Members.optional(request, member).isPresent()) {
                    throw Requests.invalid("NextToken and " + member + " cannot be provided together.");
                }
            }
            List<String> words = open(SHARDS_TOKEN, next.get());
            stream = streams.find(words.get(0)).orElseThrow(() -> Requests.streamNotFound(words.get(0)));
            first = Integer.parseInt(words.get(1));
        } else {
            stream = Requests.stream(streams, request);
            first = Requests.name(request, "ExclusiveStartShardId", "exclusiveStartShardId")
                    .map(StreamOperations::numberAfter)
                    .orElse(0);
            Optional<JsonNode> filter = Members.optional(request, "ShardFilter");
            if (filter.isPresent()) {
                first = Math.max(first, filtered(call, filter.get(), stream));
            }
        }
        ObjectNode response = MAPPER.createObjectNode();
        if (list(response.putArray("Shards"), stream, first, limit)) {
            response.put("NextToken", token(SHARDS_TOKEN, stream.name(), Integer.toString(first + limit)));
        }
        return response;
    }

    /** The first shard that a filter lets through: all are open, and as old as their stream. */
    private static int filtered(AwsCall call, JsonNode filter, KinesisStream stream) {
        String type = Members.text(Members.required(filter, "Type", "shardFilter.type"), "ShardFilter.Type");
        if (!FILTERS.contains(type)) {
            throw ServiceError.validation(
                    "shardFilter.type",
                    "Member must satisfy enum value set: "
                            + FILTERS.stream().sorted().toList());
        }
        if (type.equals("AFTER_SHARD_ID")) {
            return Requests.name(filter, "ShardId", "shardFilter.shardId")
                    .map(StreamOperations::numberAfter)
                    .orElseThrow(() -> Requests.invalid("ShardFilter of type AFTER_SHARD_ID needs a ShardId."));
        }
        if (type.endsWith("_TIMESTAMP")) {
            Instant time = Members.optional(filter, "Timestamp")
                    .map(value -> call.time(value, "ShardFilter.Timestamp"))
                    .orElseThrow(() -> Requests.invalid("ShardFilter of type " + type + " needs a Timestamp."));
            if (type.equals("AT_TIMESTAMP") && time.isBefore(stream.created())) {
                return stream.shards().size();
            }
        }
        return 0;
    }

    ObjectNode listStreams(JsonNode request) {
        int limit = limit(request, "Limit", "limit", PAGE, PAGE);
        Optional<String> after = Members.optional(request, "NextToken")
                .map(token -> open(STREAMS_TOKEN, token).get(0))
                .or(() -> Requests.name(request, "ExclusiveStartStreamName", "exclusiveStartStreamName"));
        List<KinesisStream> following = streams.all().stream()
                .filter(stream -> after.isEmpty() || stream.name().compareTo(after.get()) > 0)
                .toList();
        List<KinesisStream> page = following.subList(0, Math.min(limit, following.size()));
        boolean more = page.size() < following.size();

        ObjectNode response = MAPPER.createObjectNode().put("HasMoreStreams", more);
        if (more) {
            response.put(
                    "NextToken", token(STREAMS_TOKEN, page.get(page.size() - 1).name()));
        }
        ArrayNode names = response.putArray("StreamNames");
        ArrayNode summaries = response.putArray("StreamSummaries");
        for (KinesisStream stream : page) {
            names.add(stream.name());
            summarize(summaries.addObject(), stream);
        }
        return response;
    }

    /** Lists shards from a number on, and returns whether there are more. */
    private static boolean list(ArrayNode list, KinesisStream stream, int first, int limit) {
        stream.shards().stream().skip(first).limit(limit).forEach(shard -> {
            ObjectNode node = list.addObject().put("ShardId", shard.id());
            node.putObject("HashKeyRange")
                    .put("StartingHashKey", shard.firstHashKey().toString())
                    .put("EndingHashKey", shard.lastHashKey().toString());
            node.putObject("SequenceNumberRange").put("StartingSequenceNumber", shard.startingSequenceNumber());
        });
        return first + limit < stream.shards().size();
    }

    private static int numberAfter(String shardId) {
        return Requests.shardNumber(shardId)
                        .filter(number -> number < Integer.MAX_VALUE - MAX_LIMIT)
                        .orElse(-1)
                + 1;
    }

    private static int limit(JsonNode request, String member, String path, int usual, int most) {
        return Math.min(
                most,
                Members.optional(request, member)
                        .map(value -> Members.wholeNumber(value, path, 1, MAX_LIMIT))
                        .orElse(usual));
    }

    private String token(String kind, String... words) {
        return new Token(kind, clock.instant(), List.of(words)).encode();
    }

    private List<String> open(String kind, JsonNode value) {
        Token token = Token.decode(kind, Members.text(value, "NextToken"))
                .orElseThrow(() -> Requests.invalid("The NextToken is not one of this operation."));
        if (token.made().plus(TOKEN_LIFETIME).isBefore(clock.instant())) {
            throw new ServiceError("ExpiredNextTokenException", "The NextToken has expired.");
        }
        return token.words();
    }
}
