package io.github.taxitrips.local.campaign;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.delivery.Quarantine;
import io.github.taxitrips.intake.Document;
import io.github.taxitrips.intake.Intake;
import io.github.taxitrips.intake.TableValidator;
import io.github.taxitrips.local.producer.TripGenerator;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The campaign's check has to see whatever is wrong. */
class ArrivalsTests {

    private final CampaignStream stream = new CampaignStream(200, 3, 1);
    private final Arrivals arrivals = new Arrivals(stream);
    private final List<String> trips;
    private final List<String> quarantined;

    ArrivalsTests() {
        Intake.Batch batch = new Intake(new TableValidator(TripGenerator.TABLE, true), true, true)
                .accept(CampaignStreamTests.event(stream));
        trips = lines(batch.trips());
        quarantined = lines(batch.rejected().stream().map(Quarantine::document).toList());
    }

    @Test
    void allThatArrivedOnceIsRight() {
        trips.forEach(arrivals::readTrip);
        quarantined.forEach(arrivals::readQuarantined);
        assertThat(arrivals.delivered()).isEqualTo(200);
        assertThat(arrivals.trips().values()).containsOnly(1);
        assertThat(arrivals.foreign()).isZero();
        assertThat(arrivals.misjudged()).isZero();
        assertThat(arrivals.rejected().values().stream().mapToInt(count -> count))
                .hasSizeGreaterThan(5);
        assertThat(arrivals.rejected().values().stream()
                        .mapToInt(count -> count)
                        .sum())
                .isEqualTo(stream.poison().size());
    }

    @Test
    void nothingIsDeliveredThatDidNotArrive() {
        trips.stream().skip(3).forEach(arrivals::readTrip);
        quarantined.stream().skip(2).forEach(arrivals::readQuarantined);
        assertThat(arrivals.delivered()).isEqualTo(197);
        assertThat(arrivals.rejected().values().stream()
                        .mapToInt(count -> count)
                        .sum())
                .isEqualTo(stream.poison().size() - 2);
    }

    @Test
    void whatIsMissingIsFoundInItsKinesisRecords() {
        String trip = stream.carriers().keySet().iterator().next();
        String carrier = stream.carriers().get(trip);
        PoisonId poison = stream.poison().keySet().iterator().next();
        Set<String> both = Set.of(carrier, poison.eventId());
        assertThat(arrivals.missingTrips(Set.of(carrier))).isPositive();
        assertThat(arrivals.missingTrips(Set.copyOf(stream.carriers().values())))
                .isEqualTo(200);
        assertThat(arrivals.missingPoison(both)).isPositive();
        assertThat(arrivals.missingTrips(Set.of())).isZero();
        trips.forEach(arrivals::readTrip);
        quarantined.forEach(arrivals::readQuarantined);
        assertThat(arrivals.missingTrips(both)).isZero();
        assertThat(arrivals.missingPoison(both)).isZero();
    }

    @Test
    void copiesAreCounted() {
        for (int i = 0; i < 3; i++) {
            arrivals.readTrip(trips.get(0));
        }
        arrivals.readTrip(trips.get(1));
        arrivals.readQuarantined(quarantined.get(0));
        arrivals.readQuarantined(quarantined.get(0));
        assertThat(arrivals.delivered()).isEqualTo(2);
        assertThat(arrivals.trips().values()).containsExactlyInAnyOrder(3, 1);
        assertThat(arrivals.rejected().values()).containsExactly(1);
    }

    @Test
    void changedUncleanAndUnknownLinesAreForeign() {
        arrivals.readTrip(trips.get(0).replace("\"total_amount\":", "\"total_amount\":1"));
        arrivals.readTrip(trips.get(0).replace("\"trip_id\":", "\"trip_id\":9"));
        arrivals.readTrip(trips.get(0) + trips.get(1));
        arrivals.readTrip("");
        assertThat(arrivals.foreign()).isEqualTo(4);
        assertThat(arrivals.delivered()).isZero();
    }

    @Test
    void wrongReasonsAndUnknownRecordsAreMisjudged() {
        String line = quarantined.get(0);
        arrivals.readQuarantined(line.replace("\"reason\":\"", "\"reason\":\"x"));
        arrivals.readQuarantined(line.replace("shardId-", "shardId-9"));
        arrivals.readQuarantined(line.replace("\"payload_bytes\":", "\"payload_bytes\":1"));
        assertThat(arrivals.misjudged()).isEqualTo(3);
        assertThat(arrivals.rejected()).isEmpty();
    }

    private static List<String> lines(List<Document> documents) {
        return documents.stream()
                .map(document -> new String(document.json(), UTF_8).stripTrailing())
                .toList();
    }
}
