package io.github.taxitrips;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What a person sees who sets something wrong: one explanation with the property, the value and what is allowed. */
@ExtendWith(OutputCaptureExtension.class)
class WrongSettingTests {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "taxi-trips.retry.backoff-seed|99|must be a whole number from 30 to 50",
                "taxi-trips.retry.backoff-seed|many|must be a whole number from 30 to 50",
                "taxi-trips.retry.max-retries|11|must be a whole number from 0 to 10",
                "taxi-trips.retry.max-retries|3.5|must be a whole number from 0 to 10",
                "taxi-trips.retry.max-wait|6m|must be a duration from 1ms to 5m, such as 500ms or 10s",
                "taxi-trips.retry.max-wait|soon|must be a duration from 1ms to 5m, such as 500ms or 10s",
                "taxi-trips.local.faults.throttled-records|lots|must be a number from 0 to 1",
                "taxi-trips.delivery-stream-name|no good|must be 1 to 64 letters, digits or _ . -",
                "taxi-trips.retry.max-retrys|3|left unbound",
                "taxi-trips.on-exhausted|give-up|must be one of fail-batch, report-failures"
            })
    void isExplainedOnce(String property, String value, String allowed, CapturedOutput output) {
        SpringApplicationBuilder application =
                new SpringApplicationBuilder(TaxiTripsApplication.class).web(WebApplicationType.NONE);
        assertThatException().isThrownBy(() -> application.run("--" + property + "=" + value));
        assertThat(output).containsOnlyOnce("APPLICATION FAILED TO START");
        assertThat(output).contains(property).contains("\"" + value + "\"").contains(allowed);
        assertThat(output).doesNotContain("\tat ").doesNotContain("Exception encountered");
    }

    @Test
    void settingsThatContradictEachOtherAreExplained(CapturedOutput output) {
        SpringApplicationBuilder application =
                new SpringApplicationBuilder(TaxiTripsApplication.class).web(WebApplicationType.NONE);
        assertThatException()
                .isThrownBy(() -> application.run(
                        "--taxi-trips.retry.time-budget=5s",
                        "--taxi-trips.quarantine.delivery-stream-name=nyc-taxi-trips"));
        assertThat(output)
                .contains("taxi-trips is wrong: retry.time-budget must be no less than firehose.call-timeout")
                .contains("taxi-trips is wrong: quarantine.delivery-stream-name must differ from delivery-stream-name");
    }
}
