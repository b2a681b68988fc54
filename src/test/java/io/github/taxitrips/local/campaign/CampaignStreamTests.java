package io.github.taxitrips.local.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import io.github.taxitrips.intake.Intake;
import io.github.taxitrips.intake.TableValidator;
import io.github.taxitrips.local.producer.TripGenerator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CampaignStreamTests {

    private final CampaignStream stream = new CampaignStream(3_000, 3, 5);

    @Test
    void holdsWhatItExpects() {
        Intake.Batch batch =
                new Intake(new TableValidator(TripGenerator.TABLE, true), true, true).accept(event(stream));
        assertThat(batch.trips())
                .hasSize(3_000)
                .allSatisfy(trip -> assertThat(stream.clean().get(trip.id())).isEqualTo(trip.json()));
        assertThat(batch.rejected()).hasSameSizeAs(stream.poison().keySet()).allSatisfy(rejected -> assertThat(
                        stream.poison()
                                .get(PoisonId.of(
                                        rejected.record().carrier().getEventID(),
                                        rejected.record().payload())))
                .isEqualTo(rejected.rejection().toString()));
        assertThat(batch.aggregated()).isGreaterThan(10);
    }

    @Test
    void holdsEveryKindOfPoison() {
        assertThat(stream.poison().values())
                .containsAll(
                        TripGenerator.UNCLEAN.stream().map(Object::toString).toList())
                .containsAll(
                        TripGenerator.MISFITS.stream().map(Object::toString).toList());
    }

    @Test
    void recordsHaveKeysOfTheirOwnAndTripsTheirIds() {
        List<KinesisEventRecord> records = event(stream).getRecords();
        assertThat(records)
                .extracting(record -> record.getKinesis().getPartitionKey())
                .doesNotHaveDuplicates();
        Map<String, String> eventIds = records.stream()
                .collect(Collectors.toMap(
                        record -> record.getKinesis().getPartitionKey(), KinesisEventRecord::getEventID));
        assertThat(stream.carriers().keySet()).isEqualTo(stream.clean().keySet());
        assertThat(stream.carriers().entrySet())
                .filteredOn(trip -> eventIds.containsKey(trip.getKey()))
                .hasSizeGreaterThan(1_500)
                .allSatisfy(trip -> assertThat(eventIds.get(trip.getKey())).isEqualTo(trip.getValue()));
    }

    @Test
    void sameSeedSameStream() {
        assertThat(event(new CampaignStream(200, 3, 5)).getRecords())
                .isEqualTo(event(new CampaignStream(200, 3, 5)).getRecords())
                .isNotEqualTo(event(new CampaignStream(200, 3, 6)).getRecords());
    }

    static KinesisEvent event(CampaignStream stream) {
        List<KinesisEventRecord> records = stream.shards().stream()
                .flatMap(shard -> shard.read(null, 10_000).stream())
                .toList();
        KinesisEvent event = new KinesisEvent();
        event.setRecords(records);
        return event;
    }
}
