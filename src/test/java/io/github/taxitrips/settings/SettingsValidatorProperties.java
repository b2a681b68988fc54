package io.github.taxitrips.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.settings.TaxiTripsProperties.Buffering;
import io.github.taxitrips.settings.TaxiTripsProperties.Faults;
import io.github.taxitrips.settings.TaxiTripsProperties.Firehose;
import io.github.taxitrips.settings.TaxiTripsProperties.Local;
import io.github.taxitrips.settings.TaxiTripsProperties.Mapping;
import io.github.taxitrips.settings.TaxiTripsProperties.OnExhausted;
import io.github.taxitrips.settings.TaxiTripsProperties.OnQuarantineFailure;
import io.github.taxitrips.settings.TaxiTripsProperties.Packing;
import io.github.taxitrips.settings.TaxiTripsProperties.Quarantine;
import io.github.taxitrips.settings.TaxiTripsProperties.Replay;
import io.github.taxitrips.settings.TaxiTripsProperties.Retry;
import io.github.taxitrips.settings.TaxiTripsProperties.Sql;
import io.github.taxitrips.settings.TaxiTripsProperties.StartingPosition;
import io.github.taxitrips.settings.TaxiTripsProperties.Stream;
import io.github.taxitrips.settings.TaxiTripsProperties.Telemetry;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.hibernate.validator.messageinterpolation.ParameterMessageInterpolator;
import org.springframework.util.unit.DataSize;

/** What a first look takes for right, Hibernate Validator does, and the other way round. */
class SettingsValidatorProperties {

    private static final Validator HIBERNATE = Validation.byDefaultProvider()
            .configure()
            .messageInterpolator(new ParameterMessageInterpolator())
            .buildValidatorFactory()
            .getValidator();

    @Property
    void firstLookAgreesWithHibernate(@ForAll long seed) {
        Random random = new Random(seed);
        // Few or many of the values are odd, as one alone would hide the others.
        TaxiTripsProperties settings = settings(new Draw(random, random.nextInt(60)));
        assertThat(SettingsValidator.isPlainlyRight(settings))
                .as(settings.toString())
                .isEqualTo(HIBERNATE.validate(settings).isEmpty());
    }

    @Example
    void settingsInTheMiddleAreRight() {
        assertThat(SettingsValidator.isPlainlyRight(settings(new Draw(new Random(1), 1_000_000))))
                .isTrue();
    }

    /** Draws a value, one in so many of them odd: on a limit, beyond it, or missing. */
    private record Draw(Random random, int rarity) {

        @SafeVarargs
        private <T> T of(T usual, T... odd) {
            return random.nextInt(rarity + 1) == 0 ? odd[random.nextInt(odd.length)] : usual;
        }

        Duration duration(String usual, String... odd) {
            String drawn = of(usual, odd);
            return drawn == null ? null : Duration.parse(drawn);
        }

        DataSize size(String usual, String... odd) {
            String drawn = of(usual, odd);
            return drawn == null ? null : DataSize.parse(drawn);
        }
    }

    private static TaxiTripsProperties settings(Draw draw) {
        return new TaxiTripsProperties(
                draw.of("trips", null, "", "a b", "a".repeat(64), "a".repeat(65), "rejected", "ä"),
                true,
                true,
                false,
                draw.of(OnExhausted.FAIL_BATCH, null, OnExhausted.REPORT_FAILURES),
                draw.duration("PT0S", null, "PT-0.001S", "PT80.499S", "PT80.5S", "PT15M", "PT15M0.001S"),
                draw.of(new Table("trips", "id", List.of(), List.of()), (Table) null),
                draw.of(new Packing(true, draw.size("64KB", null, "0B", "1KB", "1023B", "1000KB", "1001KB")), (Packing)
                        null),
                draw.of(
                        new Retry(
                                draw.of(3, -1, 0, 10, 11),
                                draw.of(35, 29, 30, 50, 51),
                                draw.duration("PT0.5S", null, "PT0S", "PT-0.001S", "PT1M", "PT1M0.001S"),
                                draw.duration("PT10S", null, "PT0S", "PT0.001S", "PT5M", "PT5M0.001S"),
                                draw.duration("PT0S", null, "PT-0.001S", "PT10S", "PT10.001S"),
                                draw.duration("PT80S", null, "PT0.999S", "PT1S", "PT12S", "PT11.999S", "PT15M1S"),
                                draw.of(20_000, -1, 0, 1_000_000, 1_000_001)),
                        (Retry) null),
                draw.of(
                        new Firehose(
                                draw.of("", null, "x", "http://", "http://x", "https://x", "ftp://x", "http://a\nb"),
                                draw.duration("PT2S", null, "PT0S", "PT0.001S", "PT1M", "PT1M0.001S"),
                                draw.duration("PT10S", null, "PT0S", "PT0.001S", "PT12S", "PT12.001S", "PT6M"),
                                draw.duration("PT12S", null, "PT0S", "PT10S", "PT9.999S", "PT5M", "PT6M"),
                                draw.of(4, 0, 1, 32, 33)),
                        (Firehose) null),
                draw.of(
                        new Quarantine(
                                draw.of("", null, "rejected", "trips", "a b", "a".repeat(65)),
                                draw.of(OnQuarantineFailure.FAIL_BATCH, null, OnQuarantineFailure.WARN)),
                        (Quarantine) null),
                draw.of(
                        new Telemetry(
                                draw.of("", null, "TaxiTrips", "AWS/Lambda", "a b", "a".repeat(255), "a".repeat(256)),
                                share(draw)),
                        (Telemetry) null),
                draw.of(
                        new Local(
                                draw.size("6MB", null, "1KB", "1023B", "64MB", "65MB"),
                                draw.of(8081, -1, 0, 65_535, 65_536),
                                draw.of(Path.of("data-lake"), (Path) null),
                                buffering(draw),
                                buffering(draw),
                                draw.of(
                                        new Stream(
                                                draw.of("in", null, "", "a b", "a".repeat(128), "a".repeat(129), "ä"),
                                                draw.of(2, 0, 1, 200, 201),
                                                draw.duration(
                                                        "PT24H", null, "PT59M59.999S", "PT1H", "PT8760H", "PT8760H1S"),
                                                draw.size("1MB", null, "1023KB", "10MB", "10241KB"),
                                                false,
                                                draw.of(Path.of("data-stream"), (Path) null)),
                                        (Stream) null),
                                draw.of(
                                        new Sql(
                                                draw.of(10_000, 0, 1, 1_000_000, 1_000_001),
                                                draw.duration(
                                                        "PT30S", null, "PT0.099S", "PT0.1S", "PT1H", "PT1H0.001S"),
                                                draw.size("512MB", null, "64MB", "63MB", "256GB", "257GB"),
                                                draw.of(2, 0, 1, 64, 65)),
                                        (Sql) null),
                                mapping(draw),
                                draw.of(
                                        new Faults(
                                                share(draw),
                                                share(draw),
                                                share(draw),
                                                draw.duration("PT0S", null, "PT-0.001S", "PT5M", "PT5M0.001S"),
                                                draw.of("Code", null, "", " ", "\t", "\u2003"),
                                                1,
                                                share(draw),
                                                share(draw),
                                                share(draw),
                                                draw.duration("PT0S", null, "PT-0.001S", "PT5M", "PT5M0.001S"),
                                                draw.of(
                                                        List.<String>of(),
                                                        null,
                                                        Faults.OPERATIONS,
                                                        List.of("kinesis:GetRecords"),
                                                        List.of("PutRecord")),
                                                share(draw)),
                                        (Faults) null),
                                draw.of(new Replay(draw.of(100, 0, 1, 10_000, 10_001), 1), (Replay) null)),
                        (Local) null));
    }

    private static Mapping mapping(Draw draw) {
        return draw.of(
                new Mapping(
                        draw.of(1000, 0, 1, 10_000, 10_001),
                        draw.duration("PT30S", null, "PT-0.001S", "PT0S", "PT5M", "PT5M0.001S"),
                        draw.of(1, 0, 10, 11),
                        draw.of(StartingPosition.TRIM_HORIZON, null, StartingPosition.AT_TIMESTAMP),
                        draw.of("", null, "1790000000", "179000000", "17900000000", "0790000000", "now"),
                        true,
                        true,
                        draw.of(-1, -2, 0, 10_000, 10_001),
                        draw.duration("PT0S", null, "PT-1S", "PT59S", "PT60S", "PT168H", "PT168H0.001S"),
                        draw.duration("PT0S", null, "PT-1S", "PT15M", "PT15M0.001S"),
                        draw.duration("PT100S", null, "PT0.999S", "PT1S", "PT15M", "PT15M0.001S"),
                        draw.duration("PT10S", null, "PT-1S", "PT0S", "PT5M", "PT5M0.001S")),
                (Mapping) null);
    }

    private static Buffering buffering(Draw draw) {
        return draw.of(new Buffering(draw.of(5, 0, 1, 128, 129), draw.of(5, -1, 0, 900, 901)), (Buffering) null);
    }

    private static double share(Draw draw) {
        return draw.of(
                0.02, -0.0, 0.0, 1.0, -Double.MIN_VALUE, Math.nextUp(1.0), Double.NaN, Double.POSITIVE_INFINITY, -1.0);
    }
}
