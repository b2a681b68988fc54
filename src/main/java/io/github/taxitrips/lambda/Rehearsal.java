package io.github.taxitrips.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.taxitrips.delivery.SdkFirehoseSender;
import io.github.taxitrips.intake.Intake;
import io.github.taxitrips.intake.JsonTripValidator;
import io.github.taxitrips.intake.KinesisEventReader;
import java.util.Base64;
import java.util.List;
import org.springframework.boot.autoconfigure.preinitialize.BackgroundPreinitializer;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.firehose.FirehoseClient;

/**
 * Loads what the first invocation needs, above all the AWS SDK, in a thread beside Spring's start: decodes and judges a
 * sample event and sends it through a Firehose client of its own, which answers from memory. Nothing leaves the process,
 * and nothing but loaded classes is left of it.
 *
 * <p>Spring Boot runs it where there are two processors or more, and waits for it before the application is ready. It
 * ignores failures.
 */
final class Rehearsal implements BackgroundPreinitializer {

    static final String TRIP = """
            {"type":"trip","trip_id":1,"pickup_datetime":"2026-01-01T00:00:00Z","dropoff_datetime":"2026-01-01T00:10:00Z",\
            "pickup_latitude":1.5,"pickup_longitude":-1.5,"dropoff_latitude":2.5,"dropoff_longitude":-2.5,\
            "trip_distance":1.0,"passenger_count":1,"total_amount":1.0}
            """;

    @Override
    public void preinitialize() {
        // Loaded for its classes only.
        UrlConnectionHttpClient.create().close();
        try (FirehoseClient client = FirehoseClient.builder()
                .region(Region.US_EAST_1)
                .httpClient(new MemoryHttpClient())
                .credentialsProvider(credentials())
                .build()) {
            Intake.Batch batch =
                    new Intake(new JsonTripValidator(true), true).accept(new KinesisEventReader().read(event()));
            new SdkFirehoseSender(client, "rehearsal")
                    .send(List.of(batch.trips().get(0).json()));
        }
    }

    static StaticCredentialsProvider credentials() {
        return StaticCredentialsProvider.create(AwsBasicCredentials.create("none", "none"));
    }

    /** An event of one clean trip. */
    static byte[] event() {
        String data = Base64.getEncoder().encodeToString(TRIP.getBytes(UTF_8));
        return """
                {"Records":[{"eventSource":"aws:kinesis","eventVersion":"1.0","eventName":"aws:kinesis:record",\
                "awsRegion":"us-east-1","kinesis":{"kinesisSchemaVersion":"1.0","partitionKey":"1","sequenceNumber":"1",\
                "approximateArrivalTimestamp":1.5,"data":"%s"}}]}""".formatted(data).getBytes(UTF_8);
    }
}
