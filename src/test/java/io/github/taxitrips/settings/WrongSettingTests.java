package io.github.taxitrips.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.tuple;

import io.github.taxitrips.TaxiTripsApplication;
import io.github.taxitrips.delivery.FirehoseSender;
import io.github.taxitrips.delivery.ScriptedSender;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

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
                "taxi-trips.local.faults.latencies|1s|did you mean taxi-trips.local.faults.latency?",
                "taxi-trips.delivery-stream-name|no good|must be 1 to 64 letters, digits or _ . -",
                "taxi-trips.retry.max-retrys|3|did you mean taxi-trips.retry.max-retries?",
                "taxi-trips.on-exhausted|give-up|must be one of fail-batch, report-failures",
                "taxi-trips.table.columns[0].min|low|must be a number",
                "taxi-trips.table.columns[0].type|integer|must be one of string, boolean, int, bigint",
                "taxi-trips.table.columns[0].pattern|(a)\\1|must be a pattern of RE2",
                "taxi-trips.table.columns[0].requird|true|did you mean taxi-trips.table.columns[].required?"
            })
    void isExplainedOnce(String property, String value, String allowed, CapturedOutput output) {
        boolean local = property.startsWith("taxi-trips.local");
        SpringApplicationBuilder application = new SpringApplicationBuilder(TaxiTripsApplication.class)
                .web(local ? WebApplicationType.SERVLET : WebApplicationType.NONE);
        assertThatException().isThrownBy(() -> application.run("--" + property + "=" + value));
        assertThat(output).containsOnlyOnce("APPLICATION FAILED TO START");
        assertThat(output).contains(property).contains("\"" + value + "\"").contains(allowed);
        assertThat(output).doesNotContain("\tat ").doesNotContain("Exception encountered");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "TAXITRIPS_RETRY_MAX_RETRIES|TAXITRIPS_RETRY_MAXRETRIES",
                "TAXITRIPS_RETRY_MAXRETRYS|TAXITRIPS_RETRY_MAXRETRIES",
                "TAXITRIPS_QUARANTINE_STREAMNAME|TAXITRIPS_QUARANTINE_DELIVERYSTREAMNAME",
                "TAXI_TRIPS_PACKING|TAXITRIPS_PACKING_ENABLED",
                "taxitrips_onexhaust|TAXITRIPS_ONEXHAUSTED"
            })
    void misspeltVariableStopsTheStart(String variable, String likely, CapturedOutput output) {
        assertThatException().isThrownBy(() -> runWithVariables(Map.of(variable, "3")));
        assertThat(output).containsOnlyOnce("APPLICATION FAILED TO START");
        assertThat(output).contains("environment variable " + variable).contains("did you mean " + likely + "?");
        assertThat(output).doesNotContain("\tat ").doesNotContain("Exception encountered");
    }

    @Test
    void settingsOfTheLocalRunAreNotLookedAtWithoutOne() {
        Map<String, Object> variables = Map.of(
                "TAXITRIPS_LOCAL_FIREHOSEPORT", "none",
                "TAXITRIPS_LOCAL_MAPPING_BATCHSIZE", "-1");
        try (ConfigurableApplicationContext context = runWithVariables(variables)) {
            TaxiTripsProperties properties = context.getBean(TaxiTripsProperties.class);
            assertThatNullPointerException().isThrownBy(properties::local).withMessageContaining("Lambda");
        }
    }

    @Test
    void everySettingHasAVariableThatIsKnown() {
        Map<String, Object> variables = new HashMap<>();
        variables.put("TAXITRIPS_RETRY_MAXRETRIES", "7");
        variables.put("TAXI_TRIPS_RETRY_BACKOFF_SEED", "41");
        variables.put("taxitrips_ONEXHAUSTED", "report-failures");
        variables.put("TAXITRIPS_TABLE_MEMBERS_0_NAME", "kind");
        variables.put("TAXITRIPS_TABLE_MEMBERS_0_ONEOF_0", "trip");
        variables.put("TAXI_TRIPS_TABLE_MEMBERS_0_ONE_OF_1", "ride");
        variables.put("TAXI", "1");
        variables.put("NUMBER_OF_TAXITRIPS_", "1");
        try (ConfigurableApplicationContext context = runWithVariables(variables)) {
            TaxiTripsProperties properties = context.getBean(TaxiTripsProperties.class);
            assertThat(properties.retry().maxRetries()).isEqualTo(7);
            assertThat(properties.retry().backoffSeed()).isEqualTo(41);
            assertThat(properties.table().members())
                    .extracting(Table.Member::name, Table.Member::values)
                    .containsExactly(tuple("kind", List.of("trip", "ride")));
            assertThat(properties.onExhausted()).isEqualTo(TaxiTripsProperties.OnExhausted.REPORT_FAILURES);
        }
    }

    private static ConfigurableApplicationContext runWithVariables(Map<String, Object> variables) {
        StandardEnvironment environment = new StandardEnvironment();
        Map<String, Object> all = new HashMap<>(environment.getSystemEnvironment());
        all.putAll(variables);
        all.put("AWS_REGION", "us-east-1");
        environment
                .getPropertySources()
                .replace(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                        new SystemEnvironmentPropertySource(
                                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, all));
        return new SpringApplicationBuilder(TaxiTripsApplication.class)
                .web(WebApplicationType.NONE)
                .environment(environment)
                .initializers(context ->
                        ((GenericApplicationContext) context).registerBean(FirehoseSender.class, ScriptedSender::new))
                .run();
    }

    @Test
    void settingsThatContradictEachOtherAreExplained(CapturedOutput output) {
        SpringApplicationBuilder application =
                new SpringApplicationBuilder(TaxiTripsApplication.class).web(WebApplicationType.NONE);
        assertThatException()
                .isThrownBy(() -> application.run(
                        "--taxi-trips.retry.time-budget=5s",
                        "--taxi-trips.function-timeout=5400ms",
                        "--taxi-trips.quarantine.delivery-stream-name=nyc-taxi-trips"));
        assertThat(output)
                .contains("taxi-trips is wrong: retry.time-budget must be no less than firehose.call-timeout")
                .contains("taxi-trips is wrong: function-timeout must be at least 500ms more than retry.time-budget")
                .contains("taxi-trips is wrong: quarantine.delivery-stream-name must differ from delivery-stream-name");
    }
}
