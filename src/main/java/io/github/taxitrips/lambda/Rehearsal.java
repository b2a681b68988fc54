package io.github.taxitrips.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import io.github.taxitrips.delivery.SdkFirehoseSender;
import io.github.taxitrips.intake.Intake;
import io.github.taxitrips.intake.JsonTripValidator;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationStartingEvent;
import org.springframework.cloud.function.adapter.aws.AWSLambdaUtils;
import org.springframework.context.ApplicationListener;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.firehose.FirehoseClient;

/**
 * Loads what the first invocation needs, above all the AWS SDK, in a thread beside Spring's start: has the adapter decode
 * a sample event, judges it and sends it through a Firehose client of its own, which answers from memory. Nothing leaves
 * the process, and nothing but loaded classes is left of it.
 *
 * <p>It begins with Spring's start where there are two processors or more. Nothing waits for its end, nor minds its failure.
 */
final class Rehearsal implements ApplicationListener<ApplicationStartingEvent> {

    private static final Logger log = LoggerFactory.getLogger(Rehearsal.class);
    private static final AtomicBoolean BEGUN = new AtomicBoolean();

    static final String TRIP = """
            {"type":"trip","trip_id":1,"pickup_datetime":"2026-01-01T00:00:00Z","dropoff_datetime":"2026-01-01T00:10:00Z",\
            "pickup_latitude":1.5,"pickup_longitude":-1.5,"dropoff_latitude":2.5,"dropoff_longitude":-2.5,\
            "trip_distance":1.0,"passenger_count":1,"total_amount":1.0}
            """;

    @Override
    public void onApplicationEvent(ApplicationStartingEvent event) {
        if (Runtime.getRuntime().availableProcessors() > 1 && BEGUN.compareAndSet(false, true)) {
            Thread thread = new Thread(
                    () -> {
                        try {
                            rehearse();
                        } catch (RuntimeException | LinkageError e) {
                            log.debug("The rehearsal failed, so the first invocation loads more", e);
                        }
                    },
                    "rehearsal");
            thread.setDaemon(true);
            thread.start();
        }
    }

    void rehearse() {
        // Loaded for its classes only.
        UrlConnectionHttpClient.create().close();
        try (FirehoseClient client = FirehoseClient.builder()
                .region(Region.US_EAST_1)
                .httpClient(new MemoryHttpClient())
                .credentialsProvider(credentials())
                .build()) {
            Object event = AWSLambdaUtils.generateMessage(event(), KinesisEvent.class, false, new KinesisEventMapper())
                    .getPayload();
            Intake.Batch batch = new Intake(new JsonTripValidator(true), true, true).accept((KinesisEvent) event);
            new SdkFirehoseSender(client, "rehearsal", "none")
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
