package io.github.taxitrips.local.kinesis;

import io.github.taxitrips.local.aws.AwsCall;
import io.github.taxitrips.local.aws.AwsService;
import io.github.taxitrips.local.aws.FaultSource;
import io.github.taxitrips.local.aws.Members;
import io.github.taxitrips.local.aws.ServiceError;
import io.github.taxitrips.local.base.Account;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Amazon Kinesis Data Streams for the {@link io.github.taxitrips.local.aws.AwsEndpoint}. Operations, shapes and limits are those
 * of the Kinesis API Reference, version 2013-12-02; the words of errors are what the service was seen to answer.
 */
public final class KinesisApi implements AwsService {

    private static final List<String> OPERATIONS = List.of(
            "PutRecord",
            "PutRecords",
            "GetShardIterator",
            "GetRecords",
            "ListShards",
            "ListStreams",
            "DescribeStream",
            "DescribeStreamSummary",
            "CreateStream",
            "DeleteStream");

    private static final Set<String> OF_RECORDS = Set.of("PutRecord", "PutRecords", "GetRecords");

    /** Room for the largest valid call: 10 MiB of data are 14 MB of base64, and 500 records with their keys add a little. */
    private static final int MAX_BODY = 16 << 20;

    private static final int MAX_RECORDS = 500;
    private static final int MAX_CALL_BYTES = 10 << 20;
    private static final int MAX_DATA = 10 << 20;
    private static final int MAX_READ = 10_000;
    private static final int MAX_READ_BYTES = 10 << 20;
    private static final Pattern HASH_KEY = Pattern.compile("0|([1-9]\\d{0,38})");
    private static final Pattern SEQUENCE_NUMBER = Pattern.compile("0|([1-9]\\d{0,128})");
    private static final List<String> ITERATOR_TYPES =
            List.of("AFTER_SEQUENCE_NUMBER", "LATEST", "AT_TIMESTAMP", "AT_SEQUENCE_NUMBER", "TRIM_HORIZON");
    private static final DateTimeFormatter ERROR_TIME = DateTimeFormatter.ofPattern(
                    "EEE MMM dd HH:mm:ss 'UTC' yyyy", Locale.US)
            .withZone(ZoneOffset.UTC);

    private final JsonMapper mapper = JsonMapper.shared();
    private final KinesisStreams streams;
    private final InstantSource clock;
    private final StreamOperations operations;

    /**
     * @param streams the streams
     * @param clock tells the age of iterators, and how far readers are behind
     */
    public KinesisApi(KinesisStreams streams, InstantSource clock) {
        this.streams = streams;
        this.clock = clock;
        this.operations = new StreamOperations(streams, clock);
    }

    @Override
    public String name() {
        return "kinesis";
    }

    @Override
    public String targetPrefix() {
        return "Kinesis_20131202.";
    }

    @Override
    public List<String> operations() {
        return OPERATIONS;
    }

    @Override
    public int maxBody() {
        return MAX_BODY;
    }

    @Override
    public boolean movesRecords(String operation) {
        return OF_RECORDS.contains(operation);
    }

    @Override
    public ObjectNode answer(AwsCall call) {
        return switch (call.operation()) {
            case "PutRecord" -> putRecord(call);
            case "PutRecords" -> putRecords(call);
            case "GetShardIterator" -> getShardIterator(call);
            case "GetRecords" -> getRecords(call);
            case "ListShards" -> operations.listShards(call);
            case "ListStreams" -> operations.listStreams(call.request());
            case "DescribeStream" -> operations.describeStream(call.request());
            case "DescribeStreamSummary" -> operations.describeStreamSummary(call.request());
            case "CreateStream" -> operations.createStream(call.request());
            default -> operations.deleteStream(call.request());
        };
    }

    private ObjectNode putRecord(AwsCall call) {
        JsonNode request = call.request();
        Unplaced record = Unplaced.read(request, "");
        KinesisStream stream = Requests.stream(streams, request);
        PutEntry entry = record.entry(stream, "");
        Members.optional(request, "SequenceNumberForOrdering").ifPresent(value -> checkOrdering(value, stream));
        FaultSource.Draw draw = call.draw(1);
        PutResult result = draw.callFails() || draw.failedRecords().get(0)
                ? stream.shardOf(entry).throttled()
                : stream.put(List.of(entry)).get(0);
        if (result.errorCode() != null) {
            String code = result.errorCode().equals(PutResult.INTERNAL_FAILURE)
                    ? "InternalFailureException"
                    : result.errorCode();
            throw new ServiceError(code, String.valueOf(result.errorMessage()));
        }
        return mapper.createObjectNode()
                .put("ShardId", result.shardId())
                .put("SequenceNumber", result.sequenceNumber());
    }

    /** What is put is behind all that was acknowledged, so that any number of the stream's will do. */
    private void checkOrdering(JsonNode value, KinesisStream stream) {
        String text = Members.text(value, "SequenceNumberForOrdering");
        Requests.matching(text, SEQUENCE_NUMBER, "sequenceNumberForOrdering");
        if (SequenceNumber.parse(text)
                .filter(number -> number.arrival() <= clock.instant().getEpochSecond())
                .isEmpty()) {
            throw Requests.invalid("ExclusiveMinimumSequenceNumber " + text + " used in PutRecord on stream "
                    + stream.name() + " under account " + Account.ID + " is invalid.");
        }
    }

    private ObjectNode putRecords(AwsCall call) {
        JsonNode request = call.request();
        JsonNode records = Members.required(request, "Records", "records");
        if (!records.isArray()) {
            throw ServiceError.serialization("The value at 'Records' must be a list.");
        }
        if (records.isEmpty()) {
            throw ServiceError.validation("records", "Member must have length greater than or equal to 1");
        }
        if (records.size() > MAX_RECORDS) {
            throw ServiceError.validation("records", "Member must have length less than or equal to " + MAX_RECORDS);
        }
        List<Unplaced> unplaced = new ArrayList<>(records.size());
        for (JsonNode record : records) {
            String path = path(unplaced.size());
            if (!record.isObject()) {
                throw ServiceError.serialization("The value at '" + path + "' must be a structure.");
            }
            unplaced.add(Unplaced.read(record, path + '.'));
        }
        KinesisStream stream = Requests.stream(streams, request);
        List<PutEntry> entries = new ArrayList<>(unplaced.size());
        long bytes = 0;
        for (Unplaced record : unplaced) {
            PutEntry entry = record.entry(stream, path(entries.size()) + '.');
            entries.add(entry);
            bytes += entry.size();
        }
        if (bytes > MAX_CALL_BYTES) {
            throw Requests.invalid("Records size exceeds 10 MB limit");
        }
        FaultSource.Draw draw = call.draw(entries.size());
        if (draw.callFails()) {
            throw throughputExceeded(stream);
        }
        return answer(put(stream, entries, draw));
    }

    private static String path(int index) {
        return "records." + (index + 1) + ".member";
    }

    private static ServiceError throughputExceeded(KinesisStream stream) {
        return new ServiceError(
                PutResult.THROUGHPUT_EXCEEDED,
                "Rate exceeded for stream " + stream.name() + " under account " + Account.ID + ".");
    }

    /** Puts the records that no fault befalls. */
    private static List<PutResult> put(KinesisStream stream, List<PutEntry> entries, FaultSource.Draw draw) {
        if (draw.failedRecords().isEmpty()) {
            return stream.put(entries);
        }
        List<PutEntry> spared = new ArrayList<>(entries.size());
        for (int i = 0; i < entries.size(); i++) {
            if (!draw.failedRecords().get(i)) {
                spared.add(entries.get(i));
            }
        }
        var results = stream.put(spared).iterator();
        List<PutResult> all = new ArrayList<>(entries.size());
        for (int i = 0; i < entries.size(); i++) {
            all.add(draw.failedRecords().get(i) ? stream.shardOf(entries.get(i)).throttled() : results.next());
        }
        return all;
    }

    private ObjectNode answer(List<PutResult> results) {
        ObjectNode response = mapper.createObjectNode();
        ArrayNode list = mapper.createArrayNode();
        int failed = 0;
        for (PutResult result : results) {
            if (result.errorCode() == null) {
                list.addObject().put("SequenceNumber", result.sequenceNumber()).put("ShardId", result.shardId());
            } else {
                failed++;
                list.addObject().put("ErrorCode", result.errorCode()).put("ErrorMessage", result.errorMessage());
            }
        }
        response.put("FailedRecordCount", failed).set("Records", list);
        return response;
    }

    private ObjectNode getShardIterator(AwsCall call) {
        JsonNode request = call.request();
        Members.required(request, "ShardId", "shardId");
        String id = Requests.name(request, "ShardId", "shardId").orElseThrow();
        String type =
                Members.text(Members.required(request, "ShardIteratorType", "shardIteratorType"), "ShardIteratorType");
        if (!ITERATOR_TYPES.contains(type)) {
            throw ServiceError.validation("shardIteratorType", "Member must satisfy enum value set: " + ITERATOR_TYPES);
        }
        Optional<String> start = Members.optional(request, "StartingSequenceNumber")
                .map(value -> Members.text(value, "StartingSequenceNumber"));
        start.ifPresent(number -> Requests.matching(number, SEQUENCE_NUMBER, "startingSequenceNumber"));
        String name = Requests.streamName(request);
        int number = Requests.shardNumber(id)
                .orElseThrow(() -> Requests.notFound(
                        "Could not find shard " + id + " in stream " + name + " under account " + Account.ID + "."));
        KinesisStream stream =
                streams.find(name).orElseThrow(() -> Requests.shardNotFound(StreamShard.id(number), name));
        StreamShard shard = shard(stream, number);
        Instant now = clock.instant();
        long place = place(call, shard, stream, type, start, now);
        return mapper.createObjectNode().put("ShardIterator", iterator(now, stream, shard, place));
    }

    private long place(
            AwsCall call, StreamShard shard, KinesisStream stream, String type, Optional<String> start, Instant now) {
        boolean bySequenceNumber = type.endsWith("_SEQUENCE_NUMBER");
        if (bySequenceNumber != start.isPresent()) {
            throw Requests.invalid("Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and"
                    + " StartingSequenceNumber or (2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request"
                    + " specified " + type + " and "
                    + (bySequenceNumber ? "no StartingSequenceNumber." : "also a StartingSequenceNumber."));
        }
        return switch (type) {
            case "AT_SEQUENCE_NUMBER" -> index(start.orElseThrow(), shard, stream);
            case "AFTER_SEQUENCE_NUMBER" -> index(start.orElseThrow(), shard, stream) + 1;
            case "LATEST" -> shard.nextPlace();
            case "AT_TIMESTAMP" -> shard.placeSince(timestamp(call, now));
            default -> shard.placeSince(Instant.EPOCH);
        };
    }

    private static Instant timestamp(AwsCall call, Instant now) {
        Instant time = Members.optional(call.request(), "Timestamp")
                .map(value -> call.time(value, "Timestamp"))
                .orElseThrow(() -> Requests.invalid("Must specify timestampInMillis parameter for iterator of type"
                        + " AT_TIMESTAMP. Current request has no timestamp parameter."));
        if (time.isAfter(now)) {
            throw Requests.invalid("The timestampInMillis parameter cannot be greater than the"
                    + " currentTimestampInMillis. timestampInMillis: " + time.toEpochMilli()
                    + ", currentTimestampInMillis: " + now.toEpochMilli());
        }
        return time;
    }

    private static long index(String text, StreamShard shard, KinesisStream stream) {
        String used = "StartingSequenceNumber " + text + " used in GetShardIterator on shard " + shard.id()
                + " in stream " + stream.name() + " under account " + Account.ID + " is invalid";
        SequenceNumber number = SequenceNumber.parse(text).orElseThrow(() -> Requests.invalid(used + "."));
        if (number.shard() != shard.number()) {
            throw Requests.invalid("Invalid StartingSequenceNumber. It encodes " + StreamShard.id(number.shard())
                    + ", while it was used in a call to a shard with " + shard.id());
        }
        if (!shard.isOurs(number)) {
            throw Requests.invalid(used + " because it did not come from this stream.");
        }
        return number.index();
    }

    private static StreamShard shard(KinesisStream stream, int number) {
        if (number >= stream.shards().size()) {
            throw Requests.shardNotFound(StreamShard.id(number), stream.name());
        }
        return stream.shards().get(number);
    }

    private static String iterator(Instant now, KinesisStream stream, StreamShard shard, long place) {
        return new ShardIterator(now, stream.name(), stream.created().toEpochMilli(), shard.number(), place).encode();
    }

    private ObjectNode getRecords(AwsCall call) {
        JsonNode request = call.request();
        String text = Members.text(Members.required(request, "ShardIterator", "shardIterator"), "ShardIterator");
        int limit = Members.optional(request, "Limit")
                .map(value -> Members.wholeNumber(value, "limit", 1, MAX_READ))
                .orElse(MAX_READ);
        ShardIterator iterator =
                ShardIterator.decode(text).orElseThrow(() -> Requests.invalid("Invalid ShardIterator."));
        Instant now = clock.instant();
        if (iterator.made().plus(ShardIterator.LIFETIME).isBefore(now)) {
            throw new ServiceError(
                    "ExpiredIteratorException",
                    "Iterator expired. The iterator was created at time " + ERROR_TIME.format(iterator.made())
                            + " while right now it is " + ERROR_TIME.format(now)
                            + " which is further in the future than the tolerated delay of "
                            + ShardIterator.LIFETIME.toMillis() + " milliseconds.");
        }
        KinesisStream stream = streams.find(iterator.stream())
                .filter(found -> found.created().toEpochMilli() == iterator.created())
                .orElseThrow(() -> Requests.shardNotFound(StreamShard.id(iterator.shard()), iterator.stream()));
        StreamShard shard = shard(stream, iterator.shard());
        if (call.draw(0).callFails()) {
            throw throughputExceeded(stream);
        }
        List<StoredRecord> records = shard.readFrom(iterator.place(), limit, MAX_READ_BYTES);

        ObjectNode response = mapper.createObjectNode();
        ArrayNode list = response.putArray("Records");
        for (StoredRecord record : records) {
            list.addObject()
                    .put("SequenceNumber", record.sequenceNumber())
                    .putPOJO("ApproximateArrivalTimestamp", record.arrival())
                    .put("Data", record.data())
                    .put("PartitionKey", record.partitionKey());
        }
        long next;
        long behind = 0;
        if (records.isEmpty()) {
            next = Math.max(iterator.place(), shard.placeSince(Instant.EPOCH));
        } else {
            StoredRecord last = records.get(records.size() - 1);
            next = index(last.sequenceNumber(), shard, stream) + 1;
            if (next < shard.nextPlace()) {
                behind = Math.max(1, now.toEpochMilli() - last.arrival().toEpochMilli());
            }
        }
        return response.put("NextShardIterator", iterator(now, stream, shard, next))
                .put("MillisBehindLatest", behind);
    }

    /**
     * A record of a request, before it is known to which stream.
     *
     * @param partitionKey its partition key, of an allowed length
     * @param explicitHashKey its hash key, digits
     * @param data its data, of no more than {@value #MAX_DATA} bytes
     */
    @SuppressWarnings("ArrayRecordComponent") // Compared with no other.
    private record Unplaced(String partitionKey, Optional<BigInteger> explicitHashKey, byte[] data) {

        /** Reads a record whose members have this before their names in messages. */
        static Unplaced read(JsonNode record, String path) {
            String keyPath = path + "partitionKey";
            String key = Members.text(Members.required(record, "PartitionKey", keyPath), keyPath);
            if (key.isEmpty()) {
                throw ServiceError.validation(keyPath, "Member must have length greater than or equal to 1");
            }
            if (key.codePointCount(0, key.length()) > PutEntry.MAX_KEY_LENGTH) {
                throw ServiceError.validation(
                        keyPath, "Member must have length less than or equal to " + PutEntry.MAX_KEY_LENGTH);
            }
            String hashPath = path + "explicitHashKey";
            Optional<BigInteger> hashKey = Members.optional(record, "ExplicitHashKey")
                    .map(value -> Members.text(value, hashPath))
                    .map(digits -> {
                        Requests.matching(digits, HASH_KEY, hashPath);
                        return new BigInteger(digits);
                    });
            byte[] data = Members.bytes(Members.required(record, "Data", path + "data"), path + "data");
            checkLength(data, MAX_DATA, path);
            return new Unplaced(key, hashKey, data);
        }

        private static void checkLength(byte[] data, int most, String path) {
            if (data.length > most) {
                throw ServiceError.validation(path + "data", "Member must have length less than or equal to " + most);
            }
        }

        /** The entry for a stream, whose limits it has. */
        PutEntry entry(KinesisStream stream, String path) {
            int most = stream.settings().maxRecordSize();
            checkLength(data, most, path);
            int size = data.length + partitionKey.getBytes(StandardCharsets.UTF_8).length;
            if (size > most) {
                throw Requests.invalid(
                        "The data and partition key of " + (path.isEmpty() ? "the record" : path + "data") + " are "
                                + size + " bytes, which exceeds the stream's maximum record size of " + most + ".");
            }
            if (explicitHashKey
                    .filter(hash -> hash.compareTo(HashRanges.MAX) > 0)
                    .isPresent()) {
                throw Requests.invalid("Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]."
                        + " Specified value was " + explicitHashKey.get());
            }
            return new PutEntry(partitionKey, explicitHashKey.orElse(null), data);
        }
    }
}
