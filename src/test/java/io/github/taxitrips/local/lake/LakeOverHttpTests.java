package io.github.taxitrips.local.lake;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.local.aws.AwsEndpoint;
import io.github.taxitrips.local.aws.Faults;
import io.github.taxitrips.local.firehose.FirehoseApi;
import io.github.taxitrips.local.producer.TripGenerator;
import io.github.taxitrips.settings.Table;
import io.github.taxitrips.settings.TaxiTripsProperties.Buffering;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.firehose.model.CompressionFormat;
import software.amazon.awssdk.services.firehose.model.ExtendedS3DestinationDescription;
import software.amazon.awssdk.services.firehose.model.ParquetCompression;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchResponse;
import software.amazon.awssdk.services.firehose.model.Record;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** From an AWS client to Parquet, and what that client is told of the streams. */
class LakeOverHttpTests {

    private static final String TRIPS = "nyc-taxi-trips";
    private static final String REJECTED = "rejected-trips";
    private static final Table TABLE = TripGenerator.TABLE;
    private static final JsonMapper JSON = new JsonMapper();

    private Lake lake;
    private AwsEndpoint endpoint;
    private FirehoseClient client;

    @BeforeEach
    void start(@TempDir Path folder) {
        lake = new Lake(
                folder,
                List.of(
                        new DeliveryStream(TRIPS, TABLE.name(), TABLE, false, new Buffering(64, 300)),
                        new DeliveryStream(REJECTED, DeliveryStream.QUARANTINE, null, true, new Buffering(5, 60))),
                Clock.systemUTC());
        Faults faults = new Faults(0.1, 0, Duration.ZERO, Faults.SERVICE_UNAVAILABLE, 1);
        FirehoseApi firehose = new FirehoseApi(List.of(TRIPS, REJECTED), lake, Clock.systemUTC());
        endpoint = new AwsEndpoint(0, faults, firehose);
        client = FirehoseClient.builder()
                .httpClient(UrlConnectionHttpClient.create())
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")))
                .endpointOverride(endpoint.uri())
                .build();
    }

    @AfterEach
    void stop() {
        client.close();
        endpoint.close();
        lake.close();
    }

    @Test
    void tripsComeOutAsTheyWentIn() {
        TripGenerator generator = new TripGenerator(1);
        Map<Long, List<Object>> sent = new TreeMap<>();
        List<Record> records = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            byte[] trip = generator.record();
            JsonNode json = JSON.readTree(trip);
            sent.put(json.get("trip_id").longValue(), values(json));
            records.add(Record.builder().data(SdkBytes.fromByteArray(trip)).build());
        }
        put(records);
        lake.flush();

        Map<Long, List<Object>> found = new TreeMap<>();
        lake.files().stream()
                .flatMap(file -> SecondReader.rows(file.path()).stream())
                .map(row -> LakeLab.values(TABLE, row))
                .forEach(row -> assertThat(found.put((Long) row.get(4), row)).isNull());
        assertThat(found).isEqualTo(sent);
        assertThat(SecondReader.schema(lake.files().get(0).path()).getColumns())
                .extracting(column ->
                        column.getPath()[0] + " " + column.getPrimitiveType().getPrimitiveTypeName())
                .containsExactly(
                        "pickup_latitude DOUBLE",
                        "pickup_longitude DOUBLE",
                        "dropoff_latitude DOUBLE",
                        "dropoff_longitude DOUBLE",
                        "trip_id INT64",
                        "trip_distance DOUBLE",
                        "passenger_count INT32",
                        "pickup_datetime INT64",
                        "dropoff_datetime INT64",
                        "total_amount DOUBLE");
    }

    /** Puts the records, and again those that were throttled. */
    private void put(List<Record> records) {
        for (List<Record> left = records; !left.isEmpty(); ) {
            List<Record> batch = left.subList(0, Math.min(500, left.size()));
            List<Record> next = new ArrayList<>(left.subList(batch.size(), left.size()));
            PutRecordBatchResponse response = client.putRecordBatch(
                    request -> request.deliveryStreamName(TRIPS).records(batch));
            for (int i = 0; i < batch.size(); i++) {
                if (response.requestResponses().get(i).errorCode() != null) {
                    next.add(batch.get(i));
                }
            }
            left = next;
        }
    }

    private static List<Object> values(JsonNode trip) {
        return TABLE.columns().stream()
                .<Object>map(column -> {
                    JsonNode value = trip.get(column.name());
                    return switch (column.kind()) {
                        case INT -> value.intValue();
                        case BIGINT -> value.longValue();
                        case TIMESTAMP -> ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(value.stringValue()));
                        default -> value.doubleValue();
                    };
                })
                .toList();
    }

    @Test
    void streamsAreDescribedAsTheyAre() {
        ExtendedS3DestinationDescription trips = describe(TRIPS);
        assertThat(trips.prefix())
                .isEqualTo(
                        "nyctaxitrips/year=!{timestamp:yyyy}/month=!{timestamp:MM}/day=!{timestamp:dd}/hour=!{timestamp:HH}/");
        assertThat(trips.errorOutputPrefix())
                .isEqualTo(
                        "nyctaxitripserror/!{firehose:error-output-type}/year=!{timestamp:yyyy}/month=!{timestamp:MM}/day=!{timestamp:dd}/hour=!{timestamp:HH}/");
        assertThat(trips.bufferingHints().sizeInMBs()).isEqualTo(64);
        assertThat(trips.bufferingHints().intervalInSeconds()).isEqualTo(300);
        assertThat(trips.compressionFormat()).isEqualTo(CompressionFormat.UNCOMPRESSED);
        assertThat(trips.dataFormatConversionConfiguration()).satisfies(conversion -> {
            assertThat(conversion.enabled()).isTrue();
            assertThat(conversion.schemaConfiguration().tableName()).isEqualTo("nyctaxitrips");
            assertThat(conversion.schemaConfiguration().databaseName()).isEqualTo("kinesislab");
            assertThat(conversion.inputFormatConfiguration().deserializer().openXJsonSerDe())
                    .isNotNull();
            assertThat(conversion
                            .outputFormatConfiguration()
                            .serializer()
                            .parquetSerDe()
                            .compression())
                    .isEqualTo(ParquetCompression.SNAPPY);
        });

        ExtendedS3DestinationDescription rejected = describe(REJECTED);
        assertThat(rejected.prefix()).startsWith("quarantine/year=");
        assertThat(rejected.errorOutputPrefix()).startsWith("quarantineerror/!{firehose:error-output-type}/year=");
        assertThat(rejected.compressionFormat()).isEqualTo(CompressionFormat.GZIP);
        assertThat(rejected.dataFormatConversionConfiguration()).isNull();
        assertThat(rejected.bufferingHints().sizeInMBs()).isEqualTo(5);
    }

    private ExtendedS3DestinationDescription describe(String stream) {
        return client.describeDeliveryStream(request -> request.deliveryStreamName(stream))
                .deliveryStreamDescription()
                .destinations()
                .get(0)
                .extendedS3DestinationDescription();
    }
}
