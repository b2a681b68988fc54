package io.github.taxitrips.local.firehose;

import io.github.taxitrips.local.aws.AwsCall;
import io.github.taxitrips.local.aws.AwsService;
import io.github.taxitrips.local.aws.FaultSource;
import io.github.taxitrips.local.aws.Faults;
import io.github.taxitrips.local.aws.Members;
import io.github.taxitrips.local.aws.ServiceError;
import io.github.taxitrips.local.base.Account;
import io.github.taxitrips.local.lake.Catalog;
import io.github.taxitrips.local.lake.DeliveryStream;
import io.github.taxitrips.local.lake.Lake;
import io.github.taxitrips.settings.Table;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Amazon Data Firehose for the {@link io.github.taxitrips.local.aws.AwsEndpoint}: it checks the service's limits to the byte and
 * hands what it accepts to a {@link Lake} before it answers. Operations, shapes, limits and errors are those of the Firehose API
 * Reference: PutRecordBatch, PutRecord, DescribeDeliveryStream, ListDeliveryStreams.
 */
public final class FirehoseApi implements AwsService {

    /** Records a PutRecordBatch call. */
    static final int MAX_RECORDS = 500;

    /** Bytes of data a PutRecordBatch call, before base64: 4 MiB. */
    static final int MAX_CALL_BYTES = 4 * 1024 * 1024;

    /** Bytes of data a record, before base64: 1,000 KiB. */
    static final int MAX_RECORD_BYTES = 1000 * 1024;

    private static final Logger log = LoggerFactory.getLogger(FirehoseApi.class);
    private static final List<String> OPERATIONS =
            List.of("PutRecordBatch", "PutRecord", "DescribeDeliveryStream", "ListDeliveryStreams");

    /** Room for the largest valid call: 4 MiB of data are 5.6 MB of base64, and 500 records add little. */
    private static final int MAX_BODY = 8 * 1024 * 1024;

    private static final String ROLE = "arn:aws:iam::" + Account.ID + ":role/embedded-firehose";
    private static final Pattern STREAM_NAME = Pattern.compile("[a-zA-Z0-9_.-]{1,64}");
    private static final String DIRECT_PUT = "DirectPut";
    private static final Set<String> STREAM_TYPES =
            Set.of(DIRECT_PUT, "KinesisStreamAsSource", "MSKAsSource", "DatabaseAsSource");
    private static final int DEFAULT_LIST_LIMIT = 10;
    private static final int MAX_LIST_LIMIT = 10_000;

    private final JsonMapper mapper = JsonMapper.shared();
    private final Tally tally = new Tally();
    private final NavigableSet<String> streams;
    private final Lake lake;
    private final Instant created;

    /**
     * @param deliveryStreamNames the delivery streams it serves, each of which the lake knows
     * @param lake where accepted records go
     * @param clock gives the time at which the streams were created
     * @throws IllegalArgumentException if a delivery stream's name is not valid or not known
     */
    public FirehoseApi(Collection<String> deliveryStreamNames, Lake lake, Clock clock) {
        for (String name : deliveryStreamNames) {
            if (!STREAM_NAME.matcher(name).matches()) {
                throw new IllegalArgumentException(
                        "A delivery stream name must be 1 to 64 letters, digits or _ . -, not \"" + name + '"');
            }
            lake.stream(name);
        }
        this.streams = new TreeSet<>(deliveryStreamNames);
        this.lake = lake;
        this.created = clock.instant();
    }

    @Override
    public String name() {
        return "firehose";
    }

    @Override
    public String targetPrefix() {
        return "Firehose_20150804.";
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
        return operation.startsWith("PutRecord");
    }

    @Override
    public void callReceived(String operation) {
        if (movesRecords(operation)) {
            tally.callReceived();
        }
    }

    @Override
    public void callFailed(String operation) {
        if (movesRecords(operation)) {
            tally.callFailed();
        }
    }

    /** What was received and accepted so far. */
    public Totals totals() {
        return tally.totals();
    }

    @Override
    public ObjectNode answer(AwsCall call) {
        return switch (call.operation()) {
            case "PutRecordBatch" -> putRecordBatch(call);
            case "PutRecord" -> putRecord(call);
            case "DescribeDeliveryStream" -> describeDeliveryStream(call.request());
            default -> listDeliveryStreams(call.request());
        };
    }

    private ObjectNode putRecordBatch(AwsCall call) {
        JsonNode request = call.request();
        String stream = streamName(request);
        JsonNode entries = Members.required(request, "Records", "records");
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

        FaultSource.Draw draw = call.draw(records.size());
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
                results.addObject().put("RecordId", call.requestId() + "-" + i);
            }
        }
        store(stream, accepted, draw.failedRecords().cardinality());
        return response;
    }

    private ObjectNode putRecord(AwsCall call) {
        JsonNode request = call.request();
        String stream = streamName(request);
        byte[] data = data(Members.required(request, "Record", "record"), "record");
        requireExisting(stream);

        FaultSource.Draw draw = call.draw(1);
        if (draw.callFails()) {
            throw draw.faults().callError();
        }
        if (draw.failedRecords().get(0)) {
            throw draw.faults().recordError();
        }
        store(stream, List.of(data), 0);
        return mapper.createObjectNode()
                .put("RecordId", call.requestId() + "-0")
                .put("Encrypted", false);
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
                .put("DeliveryStreamARN", Account.arn("firehose", "deliverystream/" + stream))
                .put("DeliveryStreamStatus", "ACTIVE")
                .put("DeliveryStreamType", DIRECT_PUT)
                .put("VersionId", "1")
                .putPOJO("CreateTimestamp", created)
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
                .put("CatalogId", Account.ID)
                .put("DatabaseName", Catalog.DATABASE)
                .put("TableName", table.name())
                .put("Region", Account.REGION)
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
        int limit = Members.optional(request, "Limit")
                .map(value -> Members.wholeNumber(value, "limit", 1, MAX_LIST_LIMIT))
                .orElse(DEFAULT_LIST_LIMIT);
        String type = Members.optional(request, "DeliveryStreamType")
                .map(value -> Members.text(value, "DeliveryStreamType"))
                .orElse(DIRECT_PUT);
        if (!STREAM_TYPES.contains(type)) {
            throw ServiceError.validation(
                    "deliveryStreamType",
                    "Member must satisfy enum value set: "
                            + STREAM_TYPES.stream().sorted().toList());
        }
        Stream<String> following = Members.optional(request, "ExclusiveStartDeliveryStreamName")
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
                    "ResourceNotFoundException", "Firehose " + stream + " under account " + Account.ID + " not found.");
        }
    }

    private static String streamName(JsonNode request) {
        JsonNode value = Members.required(request, "DeliveryStreamName", "deliveryStreamName");
        return streamName(value, "DeliveryStreamName", "deliveryStreamName");
    }

    private static String streamName(JsonNode value, String member, String path) {
        String name = Members.text(value, member);
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
        byte[] data = Members.bytes(Members.required(entry, "Data", path + ".data"), path + ".data");
        if (data.length > MAX_RECORD_BYTES) {
            throw ServiceError.validation(
                    path + ".data", "Member must have length less than or equal to " + MAX_RECORD_BYTES);
        }
        return data;
    }
}
