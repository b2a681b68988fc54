package io.github.taxitrips.local.firehose;

import io.github.taxitrips.local.lake.Catalog;
import io.github.taxitrips.local.lake.DeliveryStream;
import io.github.taxitrips.local.lake.Lake;
import io.github.taxitrips.settings.Table;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The operations of the service, from the JSON of a request to the JSON of its response. Shapes and limits are those of
 * the Firehose API Reference: PutRecordBatch, PutRecord, DescribeDeliveryStream, ListDeliveryStreams.
 */
final class FirehoseApi {

    /** Records a PutRecordBatch call. */
    static final int MAX_RECORDS = 500;

    /** Bytes of data a PutRecordBatch call, before base64: 4 MiB. */
    static final int MAX_CALL_BYTES = 4 * 1024 * 1024;

    /** Bytes of data a record, before base64: 1,000 KiB. */
    static final int MAX_RECORD_BYTES = 1000 * 1024;

    private static final Logger log = LoggerFactory.getLogger(FirehoseApi.class);
    private static final String TARGET_PREFIX = "Firehose_20150804.";
    private static final String OPERATIONS = "PutRecordBatch, PutRecord, DescribeDeliveryStream or ListDeliveryStreams";
    private static final String ROLE = "arn:aws:iam::" + Catalog.ACCOUNT + ":role/embedded-firehose";
    private static final Pattern STREAM_NAME = Pattern.compile("[a-zA-Z0-9_.-]{1,64}");
    private static final String DIRECT_PUT = "DirectPut";
    private static final Set<String> STREAM_TYPES =
            Set.of(DIRECT_PUT, "KinesisStreamAsSource", "MSKAsSource", "DatabaseAsSource");
    private static final int DEFAULT_LIST_LIMIT = 10;
    private static final int MAX_LIST_LIMIT = 10_000;

    private final JsonMapper mapper;
    private final NavigableSet<String> streams;
    private final FaultSource faults;
    private final Lake lake;
    private final Tally tally;
    private final Instant created;

    FirehoseApi(
            JsonMapper mapper,
            Collection<String> deliveryStreamNames,
            FaultSource faults,
            Lake lake,
            Tally tally,
            Clock clock) {
        for (String name : deliveryStreamNames) {
            if (!STREAM_NAME.matcher(name).matches()) {
                throw new IllegalArgumentException(
                        "A delivery stream name must be 1 to 64 letters, digits or _ . -, not \"" + name + '"');
            }
            lake.stream(name);
        }
        this.mapper = mapper;
        this.streams = new TreeSet<>(deliveryStreamNames);
        this.faults = faults;
        this.lake = lake;
        this.tally = tally;
        this.created = clock.instant();
    }

    /** The operation that a request's header X-Amz-Target names, empty if it names none of the service. */
    static String operation(@Nullable String target) {
        return target != null && target.startsWith(TARGET_PREFIX) ? target.substring(TARGET_PREFIX.length()) : "";
    }

    /** Whether the operation takes records: these are counted, and faults befall them. */
    static boolean takesRecords(String operation) {
        return operation.equals("PutRecordBatch") || operation.equals("PutRecord");
    }

    /**
     * The response to a request, which is a JSON object.
     *
     * @param target the request's header X-Amz-Target, null if it has none
     * @param request the request's body
     * @param requestId goes into the ids of records
     * @throws ServiceError if the request is refused
     */
    ObjectNode answer(@Nullable String target, JsonNode request, String requestId) {
        return switch (operation(target)) {
            case "PutRecordBatch" -> putRecordBatch(request, requestId);
            case "PutRecord" -> putRecord(request, requestId);
            case "DescribeDeliveryStream" -> describeDeliveryStream(request);
            case "ListDeliveryStreams" -> listDeliveryStreams(request);
            default -> throw new ServiceError("UnknownOperationException", unknown(target));
        };
    }

    private static String unknown(@Nullable String target) {
        return target == null
                ? "The header X-Amz-Target is missing: send it with " + TARGET_PREFIX + " and " + OPERATIONS + "."
                : "The header X-Amz-Target names no operation of the embedded endpoint: send " + TARGET_PREFIX + " and "
                        + OPERATIONS + ", not \"" + Faults.shortened(target) + "\".";
    }

    private ObjectNode putRecordBatch(JsonNode request, String requestId) {
        String stream = streamName(request);
        JsonNode entries = required(request, "Records", "records");
        if (!entries.isArray()) {
            throw ServiceError.serialization("Records must be an array.");
        }
        if (entries.isEmpty() || entries.size() > MAX_RECORDS) {
            throw ServiceError.validation("records", "Member must have length from 1 to " + MAX_RECORDS);
        }
        List<byte[]> records = new ArrayList<>(entries.size());
        long bytes = 0;
        for (JsonNode entry : entries) {
            byte[] data = data(entry, "records." + (records.size() + 1) + ".member");
            records.add(data);
            bytes += data.length;
        }
        requireExisting(stream);
        if (bytes > MAX_CALL_BYTES) {
            throw new ServiceError(
                    "InvalidArgumentException",
                    "Records size exceeds the limit of 4 MiB (" + MAX_CALL_BYTES + " bytes) by "
                            + (bytes - MAX_CALL_BYTES) + ".");
        }

        FaultSource.Draw draw = faults.draw(records.size());
        if (draw.callFails()) {
            throw draw.faults().callError();
        }
        ServiceError failure = draw.faults().recordError();
        List<byte[]> accepted = new ArrayList<>(records.size());
        ObjectNode response = mapper.createObjectNode()
                .put("FailedPutCount", draw.failedRecords().cardinality())
                .put("Encrypted", false);
        ArrayNode results = response.putArray("RequestResponses");
        for (int i = 0; i < records.size(); i++) {
            if (draw.failedRecords().get(i)) {
                results.addObject().put("ErrorCode", failure.code()).put("ErrorMessage", failure.explanation());
            } else {
                accepted.add(records.get(i));
                results.addObject().put("RecordId", requestId + "-" + i);
            }
        }
        store(stream, accepted, draw.failedRecords().cardinality());
        return response;
    }

    private ObjectNode putRecord(JsonNode request, String requestId) {
        String stream = streamName(request);
        byte[] data = data(required(request, "Record", "record"), "record");
        requireExisting(stream);

        FaultSource.Draw draw = faults.draw(1);
        if (draw.callFails()) {
            throw draw.faults().callError();
        }
        if (draw.failedRecords().get(0)) {
            throw draw.faults().recordError();
        }
        store(stream, List.of(data), 0);
        return mapper.createObjectNode().put("RecordId", requestId + "-0").put("Encrypted", false);
    }

    private void store(String stream, List<byte[]> accepted, int failed) {
        try {
            lake.append(stream, accepted);
        } catch (UncheckedIOException e) {
            log.error("Nothing was stored: {}", e.getMessage());
            throw new ServiceError(Faults.SERVICE_UNAVAILABLE, String.valueOf(e.getMessage()));
        }
        tally.callAccepted(accepted, failed);
    }

    private ObjectNode describeDeliveryStream(JsonNode request) {
        String stream = streamName(request);
        requireExisting(stream);
        DeliveryStream made = lake.stream(stream);
        ObjectNode response = mapper.createObjectNode();
        ObjectNode description = response.putObject("DeliveryStreamDescription")
                .put("DeliveryStreamName", stream)
                .put(
                        "DeliveryStreamARN",
                        "arn:aws:firehose:" + Catalog.REGION + ":" + Catalog.ACCOUNT + ":deliverystream/" + stream)
                .put("DeliveryStreamStatus", "ACTIVE")
                .put("DeliveryStreamType", DIRECT_PUT)
                .put("VersionId", "1")
                .put("CreateTimestamp", created.getEpochSecond())
                .put("HasMoreDestinations", false);
        ObjectNode s3 = description
                .putArray("Destinations")
                .addObject()
                .put("DestinationId", "destinationId-000000000001")
                .putObject("ExtendedS3DestinationDescription")
                .put("RoleARN", ROLE)
                .put("BucketARN", "arn:aws:s3:::" + bucket())
                .put("Prefix", made.prefix())
                .put("ErrorOutputPrefix", made.errorPrefix())
                .put("CompressionFormat", made.gzip() ? "GZIP" : "UNCOMPRESSED")
                .put("S3BackupMode", "Disabled");
        s3.putObject("BufferingHints")
                .put("SizeInMBs", made.buffering().sizeInMbs())
                .put("IntervalInSeconds", made.buffering().intervalInSeconds());
        s3.putObject("EncryptionConfiguration").put("NoEncryptionConfig", "NoEncryption");
        Table table = made.table();
        if (table != null) {
            describeConversion(s3.putObject("DataFormatConversionConfiguration"), table);
        }
        return response;
    }

    private static void describeConversion(ObjectNode conversion, Table table) {
        conversion.put("Enabled", true);
        conversion
                .putObject("SchemaConfiguration")
                .put("RoleARN", ROLE)
                .put("CatalogId", Catalog.ACCOUNT)
                .put("DatabaseName", Catalog.DATABASE)
                .put("TableName", table.name())
                .put("Region", Catalog.REGION)
                .put("VersionId", Catalog.VERSION);
        conversion
                .putObject("InputFormatConfiguration")
                .putObject("Deserializer")
                .putObject("OpenXJsonSerDe");
        conversion
                .putObject("OutputFormatConfiguration")
                .putObject("Serializer")
                .putObject("ParquetSerDe")
                .put("Compression", "SNAPPY");
    }

    private String bucket() {
        String folder =
                Objects.toString(lake.root().toAbsolutePath().normalize().getFileName(), "root");
        return folder.replaceAll("[^\\w.-]", "-");
    }

    private ObjectNode listDeliveryStreams(JsonNode request) {
        int limit = optional(request, "Limit").map(FirehoseApi::limit).orElse(DEFAULT_LIST_LIMIT);
        String type = optional(request, "DeliveryStreamType")
                .map(value -> text(value, "DeliveryStreamType"))
                .orElse(DIRECT_PUT);
        if (!STREAM_TYPES.contains(type)) {
            throw ServiceError.validation(
                    "deliveryStreamType",
                    "Member must satisfy enum value set: "
                            + STREAM_TYPES.stream().sorted().toList());
        }
        Stream<String> following = optional(request, "ExclusiveStartDeliveryStreamName")
                .map(value -> streamName(value, "ExclusiveStartDeliveryStreamName", "exclusiveStartDeliveryStreamName"))
                .map(start -> streams.tailSet(start, false))
                .orElse(streams)
                .stream();
        List<String> names = type.equals(DIRECT_PUT) ? following.toList() : List.of();

        ObjectNode response = mapper.createObjectNode().put("HasMoreDeliveryStreams", names.size() > limit);
        ArrayNode page = response.putArray("DeliveryStreamNames");
        names.stream().limit(limit).forEach(page::add);
        return response;
    }

    private void requireExisting(String stream) {
        if (!streams.contains(stream)) {
            throw new ServiceError(
                    "ResourceNotFoundException",
                    "Firehose " + stream + " under account " + Catalog.ACCOUNT + " not found.");
        }
    }

    private static String streamName(JsonNode request) {
        JsonNode value = required(request, "DeliveryStreamName", "deliveryStreamName");
        return streamName(value, "DeliveryStreamName", "deliveryStreamName");
    }

    private static String streamName(JsonNode value, String member, String path) {
        String name = text(value, member);
        if (!STREAM_NAME.matcher(name).matches()) {
            throw ServiceError.validation(
                    path, "Member must satisfy regular expression pattern: " + STREAM_NAME.pattern());
        }
        return name;
    }

    private static byte[] data(JsonNode entry, String path) {
        if (!entry.isObject()) {
            throw ServiceError.serialization("The value at '" + path + "' must be an object.");
        }
        String base64 = text(required(entry, "Data", path + ".data"), path + ".data");
        byte[] data;
        try {
            data = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw ServiceError.serialization("The value at '" + path + ".data' is no base64: " + e.getMessage());
        }
        if (data.length > MAX_RECORD_BYTES) {
            throw ServiceError.validation(
                    path + ".data", "Member must have length less than or equal to " + MAX_RECORD_BYTES);
        }
        return data;
    }

    private static int limit(JsonNode value) {
        if (!value.isIntegralNumber()) {
            throw ServiceError.serialization("Limit must be a whole number.");
        }
        OptionalInt limit = value.intValueOpt();
        if (limit.isEmpty() || limit.getAsInt() < 1 || limit.getAsInt() > MAX_LIST_LIMIT) {
            throw ServiceError.validation("limit", "Member must have a value from 1 to " + MAX_LIST_LIMIT);
        }
        return limit.getAsInt();
    }

    private static JsonNode required(JsonNode parent, String member, String path) {
        return optional(parent, member).orElseThrow(() -> ServiceError.validation(path, "Member must not be null"));
    }

    /** A member that is there and not null: the protocol makes no difference between the two. */
    private static Optional<JsonNode> optional(JsonNode parent, String member) {
        return parent.optional(member).filter(value -> !value.isNull());
    }

    private static String text(JsonNode value, String member) {
        if (!value.isString()) {
            throw ServiceError.serialization("The value at '" + member + "' must be a string.");
        }
        return value.stringValue();
    }
}
