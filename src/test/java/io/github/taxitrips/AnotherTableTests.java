package io.github.taxitrips;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import io.github.taxitrips.delivery.FirehoseSender;
import io.github.taxitrips.delivery.ScriptedSender;
import io.github.taxitrips.intake.KinesisEventReader;
import io.github.taxitrips.local.KinesisEventWriter;
import io.github.taxitrips.local.producer.TripGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The function with the tables that are not the default: the page's example, and the profile that is shipped. */
class AnotherTableTests {

    private static final JsonMapper JSON = new JsonMapper();

    private final ScriptedSender sender = new ScriptedSender();

    @Test
    void readingsGoFromTheirEventToPackedFirehoseRecords() throws IOException {
        KinesisEvent event = new KinesisEventReader().read(Files.readAllBytes(Path.of("events/readings.json")));
        JsonNode answer = answer(event, "--spring.config.additional-location=file:docs/readings.yml");

        // Clean ones as anyone would pick them who knows the example.
        List<String> clean = event.getRecords().stream()
                .map(record -> new String(record.getKinesis().getData().array(), UTF_8))
                .filter(AnotherTableTests::isClean)
                .toList();
        assertThat(String.join("", sender.sent(0))).isEqualTo(String.join("", clean));
        assertThat(sender.sent(0)).hasSize(1);
        assertThat(answer.get("received").intValue()).isEqualTo(60);
        assertThat(answer.get("delivered").intValue()).isEqualTo(clean.size()).isEqualTo(30);
        assertThat(answer.get("rejected").propertyNames())
                .contains(
                        "no_match:reading_id",
                        "wrong_value:kind",
                        "wrong_value:machine",
                        "too_early:received_at",
                        "too_large:temperature",
                        "too_small:pressure",
                        "too_long:note",
                        "zero:rotations");
    }

    private static boolean isClean(String text) {
        return text.matches("\\{\"kind\":\"reading\",\"version\":[12],\"reading_id\":\"[A-Z]{2}-\\d{4,12}\","
                        + "\"machine\":\"(press-1|press-2|lathe-1)\",\"measured_at\":\"[^\"]+\",\"received_at\":\"2026-[^\"]+\","
                        + "\"temperature\":-?\\d+\\.\\d+,\"pressure\":\\d+\\.\\d{3},\"rotations\":\\d+,\"running\":(true|false),"
                        + "\"calibrated_on\":\"[^\"]+\",\"note\":\"[a-z]{1,40}\"}\n")
                && Double.parseDouble(text.replaceAll(".*\"temperature\":([^,]+),.*\n", "$1")) <= 450.5;
    }

    @Test
    void strictRulesSetAsideWhatTheLabsDoNot() {
        String trip = new String(new TripGenerator(1).record(), UTF_8);
        List<String> records = Stream.of(
                        trip,
                        trip.replaceAll("(pickup_latitude\":)[^,]+", "$151.5"),
                        trip.replaceAll("(dropoff_longitude\":)[^,]+", "$1-75"),
                        trip.replaceAll("(trip_id\":)[^,]+", "$1\"\""),
                        trip.replaceAll("(trip_id\":)[^,]+", "$1{}"),
                        trip.replaceAll("(total_amount\":)[^}]+", "$1-0.01"),
                        trip.replaceAll("(trip_distance\":)[^,]+", "$1-1"),
                        trip.replaceAll("(dropoff_datetime\":)[^,]+", "$1\"2025-12-31T23:59:59Z\""))
                .toList();
        KinesisEvent event = new KinesisEventReader()
                .read(new KinesisEventWriter(Instant.EPOCH)
                        .event(records.stream()
                                .map(record -> record.getBytes(UTF_8))
                                .toList()));

        JsonNode rejected = answer(event, "--spring.profiles.active=strict").get("rejected");
        assertThat(rejected.propertyNames())
                .containsExactly(
                        "no_match:trip_id",
                        "not_a_scalar:trip_id",
                        "too_early:dropoff_datetime",
                        "too_large:pickup_latitude",
                        "too_small:dropoff_longitude",
                        "too_small:total_amount",
                        "too_small:trip_distance");
    }

    private JsonNode answer(KinesisEvent event, String argument) {
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(TaxiTripsApplication.class)
                .web(WebApplicationType.NONE)
                .initializers(created ->
                        ((GenericApplicationContext) created).registerBean(FirehoseSender.class, () -> sender))
                .run(argument, "--taxi-trips.packing.enabled=true")) {
            @SuppressWarnings("unchecked")
            Function<KinesisEvent, String> function = context.getBean("forwardTrips", Function.class);
            return JSON.readTree(function.apply(event));
        }
    }
}
