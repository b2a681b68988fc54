package io.github.taxitrips.local.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.taxitrips.intake.Intake;
import io.github.taxitrips.intake.InvalidEventException;
import io.github.taxitrips.intake.TableValidator;
import io.github.taxitrips.local.console.Verdicts.Judged;
import io.github.taxitrips.local.console.Verdicts.Judgement;
import io.github.taxitrips.local.producer.TableFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.FileSystemResource;

/** What is pasted is judged as the function would, and the place that is wrong is found. */
class VerdictsTests {

    private static final String CLEAN =
            "{\"type\":\"trip\",\"trip_id\":7,\"pickup_latitude\":40.7,\"pickup_longitude\":-74,\"dropoff_latitude\":40.8,\"dropoff_longitude\":-73.9}";

    private final Intake intake = new Intake(
            new TableValidator(TableFile.read(new FileSystemResource(Path.of("application.yml"))), false), true, true);
    private final Verdicts verdicts = new Verdicts(() -> intake);

    private Judgement judge(String pasted) {
        return verdicts.judge(pasted.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aRecordOverSeveralLinesIsOne() {
        Judgement judgement = judge(CLEAN.replace(",", ",\n"));
        assertThat(judgement.form()).isEqualTo("document");
        assertThat(judgement.records()).singleElement().satisfies(record -> {
            assertThat(record.clean()).isTrue();
            assertThat(record.id()).isEqualTo("7");
        });
    }

    @Test
    void theValueThatIsWrongIsMarked() {
        Judged record = judge(CLEAN.replace("40.7", "0.0")).records().get(0);
        assertThat(record.reason() + ":" + record.field()).isEqualTo("zero:pickup_latitude");
        assertThat(record.text().substring(record.from(), record.to())).isEqualTo("\"pickup_latitude\":0.0");
    }

    @Test
    void whereItStopsToBeJsonIsMarked() {
        Judged record = judge("{\"type\": tripe}").records().get(0);
        assertThat(record.reason()).isEqualTo("not_json");
        assertThat(record.from()).isBetween(8, 14);
        assertThat(record.detail()).contains("tripe");
    }

    @Test
    void linesAreRecordsInTheirOrder() {
        Judgement judgement = judge(CLEAN + "\n{\"type\":\"watermark\"}\n\n" + CLEAN + '\n');
        assertThat(judgement.form()).isEqualTo("lines");
        assertThat(judgement.records()).extracting(Judged::clean).containsExactly(true, false, true);
        assertThat(judgement.reasons()).containsEntry("wrong_type", 1);
    }

    @Test
    void anEventIsTakenApart() throws Exception {
        Judgement judgement = verdicts.judge(Files.readAllBytes(Path.of("events/mixed.json")));
        assertThat(judgement.form()).isEqualTo("event");
        assertThat(judgement.received()).isEqualTo(100);
        assertThat(judgement.clean()).isEqualTo(80);
    }

    @Test
    void anEventThatIsNoneSaysWhere() {
        assertThatThrownBy(() -> judge("{\"Records\":[{\"kinesis\":{}}]}"))
                .isInstanceOf(InvalidEventException.class)
                .hasMessageContaining("Records[0]");
    }

    @Test
    void aDamagedAggregateInBase64IsOne() {
        Judgement judgement = judge("84mawgo=\n");
        assertThat(judgement.form()).isEqualTo("kpl");
        assertThat(judgement.reasons()).containsOnlyKeys("bad_aggregate");
    }

    @Test
    void whatIsNoTextIsShownAsBytes() {
        assertThat(Texts.of(new byte[] {(byte) 0xff, 0}, 10)).isEqualTo("0xff00");
        assertThat(Texts.of("ü".repeat(50).getBytes(StandardCharsets.UTF_8), 3)).isEqualTo("üüü…");
    }
}
