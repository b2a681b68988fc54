package io.github.taxitrips.template;

import static io.github.taxitrips.template.Template.list;
import static io.github.taxitrips.template.Template.map;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The template passes every check, and every check refuses a template with a mistake of its kind. */
class TemplateTests {

    private interface Assertion {
        void on(Template template) throws Exception;
    }

    enum Check {
        REFERENCES_RESOLVE(TemplateChecks::referencesResolve),
        CONDITIONS_RESOLVE_AND_ARE_USED(TemplateChecks::conditionsResolveAndAreUsed),
        CONDITIONAL_RESOURCES_ARE_GUARDED(TemplateChecks::conditionalResourcesAreGuarded),
        PARAMETERS_ARE_USED_BOUNDED_AND_SHOWN(TemplateChecks::parametersAreUsedBoundedAndShown),
        MAXIMUM_RECORD_AGE_TAKES_WHAT_LAMBDA_TAKES(TemplateChecks::maximumRecordAgeTakesWhatLambdaTakes),
        STREAM_ARN_IS_EMPTY_OR_OF_A_STREAM(TemplateChecks::streamArnIsEmptyOrOfAStream),
        HANDLER_EXISTS(TemplateChecks::handlerExists),
        MAIN_CLASS_EXISTS(TemplateChecks::mainClassExists),
        PACKAGE_IS_THE_ONE_THAT_MAVEN_BUILDS(TemplateChecks::packageIsTheOneThatMavenBuilds),
        VARIABLES_ARE_READ(TemplateChecks::variablesAreRead),
        DEFAULTS_ARE_THE_SERVICES_OWN(TemplateChecks::defaultsAreTheServicesOwn),
        PARAMETERS_HAVE_THE_SETTINGS_LIMITS(TemplateChecks::parametersHaveTheSettingsLimits),
        RETRIES_FIT_THE_TIMEOUT(TemplateChecks::retriesFitTheTimeout),
        PARAMETERS_REACH_THE_ALIAS(TemplateChecks::parametersReachTheAlias),
        TABLE_IS_THE_LABS(TemplateChecks::tableIsTheLabs),
        PREFIXES_MATCH_THE_TABLE(TemplateChecks::prefixesMatchTheTable),
        DELIVERY_IS_THE_LABS(TemplateChecks::deliveryIsTheLabs),
        BUCKET_IS_KEPT_AND_CLOSED(TemplateChecks::bucketIsKeptAndClosed),
        TRIGGER_LOSES_NOTHING(TemplateChecks::triggerLosesNothing),
        PERMISSIONS_ARE_THESE_AND_NO_MORE(TemplateChecks::permissionsAreTheseAndNoMore),
        WILDCARDS_HAVE_A_REASON(TemplateChecks::wildcardsHaveAReason),
        QUARANTINE_TABLE_HAS_THE_MEMBERS_OF_THE_LINES(TemplateChecks::quarantineTableHasTheMembersOfTheLines),
        REPORTED_FAILURES_ARE_EXPECTED(TemplateChecks::reportedFailuresAreExpected);

        @SuppressWarnings("ImmutableEnumChecker") // Every assertion is a static method.
        private final Assertion assertion;

        Check(Assertion assertion) {
            this.assertion = assertion;
        }
    }

    @ParameterizedTest
    @EnumSource
    void theTemplatePasses(Check check) throws Exception {
        check.assertion.on(Template.load());
    }

    @Test
    void functionIsNamed() {
        TemplateChecks.functionIsNamed();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("mistakes")
    void mistakesAreRefused(Check check, String mistake, Consumer<Template> make) {
        Template template = Template.load();
        assertThatCode(() -> make.accept(template)).doesNotThrowAnyException();

        assertThatThrownBy(() -> check.assertion.on(template))
                .as(mistake)
                .isInstanceOfAny(AssertionError.class, ReflectiveOperationException.class);
    }

    @Test
    void everyCheckRefusesSomething() {
        List<Check> refusing =
                mistakes().map(mistake -> (Check) mistake.get()[0]).distinct().toList();

        assertThat(refusing).containsExactlyInAnyOrder(Check.values());
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                mistake(
                        Check.QUARANTINE_TABLE_HAS_THE_MEMBERS_OF_THE_LINES,
                        "column that no line has",
                        List.of(Map.of("Name", "cause", "Type", "string")),
                        "Resources",
                        "QuarantineTable",
                        "Properties",
                        "TableInput",
                        "StorageDescriptor",
                        "Columns"),
                mistake(
                        Check.REPORTED_FAILURES_ARE_EXPECTED,
                        "failures expected that are never reported",
                        List.of("ReportBatchItemFailures"),
                        "Resources",
                        "TaxiTripsFunction",
                        "Properties",
                        "Events",
                        "Trips",
                        "Properties",
                        "FunctionResponseTypes"),
                mistake(
                        Check.PREFIXES_MATCH_THE_TABLE,
                        "quarantine by the week's year",
                        "quarantine/year=!{timestamp:YYYY}/month=!{timestamp:MM}/day=!{timestamp:dd}/hour=!{timestamp:HH}/",
                        "Resources",
                        "QuarantineDeliveryStream",
                        "Properties",
                        "ExtendedS3DestinationConfiguration",
                        "Prefix"),
                mistake(Check.REFERENCES_RESOLVE, "Ref to nothing", ref("Nowhere"), "Outputs", "FunctionName", "Value"),
                mistake(
                        Check.REFERENCES_RESOLVE,
                        "variable of a Sub that is nothing",
                        Map.of("Fn::Sub", "s3://${DataBuckets}/"),
                        "Outputs",
                        "TripsLocation",
                        "Value"),
                mistake(
                        Check.REFERENCES_RESOLVE,
                        "attribute of a parameter",
                        Map.of("Fn::GetAtt", List.of("GlueTableName", "Arn")),
                        "Outputs",
                        "FunctionName",
                        "Value"),
                mistake(
                        Check.REFERENCES_RESOLVE,
                        "dependency on nothing",
                        "DeliveryPolicies",
                        "Resources",
                        "DeliveryStream",
                        "DependsOn"),
                mistake(
                        Check.CONDITIONS_RESOLVE_AND_ARE_USED,
                        "condition that is not defined",
                        "CreateStream",
                        "Resources",
                        "KinesisStream",
                        "Condition"),
                mistake(
                        Check.CONDITIONAL_RESOURCES_ARE_GUARDED,
                        "consumer that may not exist",
                        Map.of("Fn::GetAtt", List.of("KinesisStreamConsumer", "ConsumerARN")),
                        "Resources",
                        "TaxiTripsFunction",
                        "Properties",
                        "Events",
                        "Trips",
                        "Properties",
                        "Stream"),
                mistake(
                        Check.PARAMETERS_ARE_USED_BOUNDED_AND_SHOWN,
                        "parameter without use",
                        100,
                        "Resources",
                        "TaxiTripsFunction",
                        "Properties",
                        "Events",
                        "Trips",
                        "Properties",
                        "BatchSize"),
                mistake(
                        Check.PARAMETERS_ARE_USED_BOUNDED_AND_SHOWN,
                        "default out of bounds",
                        51,
                        "Parameters",
                        "ExponentialBackoffSeed",
                        "Default"),
                mistake(
                        Check.MAXIMUM_RECORD_AGE_TAKES_WHAT_LAMBDA_TAKES,
                        "pattern that takes 59 seconds",
                        "^(-1|[1-9][0-9]{1,5})$",
                        "Parameters",
                        "MaximumRecordAgeInSeconds",
                        "AllowedPattern"),
                mistake(
                        Check.STREAM_ARN_IS_EMPTY_OR_OF_A_STREAM,
                        "pattern that takes anything",
                        ".*",
                        "Parameters",
                        "KinesisStreamArn",
                        "AllowedPattern"),
                mistake(
                        Check.HANDLER_EXISTS,
                        "class that is not there",
                        "org.springframework.cloud.function.adapter.aws.FunctionInvokers::handleRequest",
                        "Resources",
                        "TaxiTripsFunction",
                        "Properties",
                        "Handler"),
                mistake(
                        Check.HANDLER_EXISTS,
                        "method that is not there",
                        "org.springframework.cloud.function.adapter.aws.FunctionInvoker::handle",
                        "Resources",
                        "TaxiTripsFunction",
                        "Properties",
                        "Handler"),
                variable(Check.MAIN_CLASS_EXISTS, "MAIN_CLASS", "io.github.taxitrips.Main"),
                mistake(
                        Check.PACKAGE_IS_THE_ONE_THAT_MAVEN_BUILDS,
                        "package of another version",
                        "target/taxi-trips-0.9.0-lambda.zip",
                        "Resources",
                        "TaxiTripsFunction",
                        "Properties",
                        "CodeUri"),
                variable(Check.VARIABLES_ARE_READ, "number_of_retry", "3"),
                variable(Check.VARIABLES_ARE_READ, "TAXITRIPS_RETRY_TIME_BUDGET", "80s"),
                variable(Check.VARIABLES_ARE_READ, "MALLOC_TRIM_THRESHOLD", "33554432"),
                variable(Check.DEFAULTS_ARE_THE_SERVICES_OWN, "TAXITRIPS_RETRY_TIMEBUDGET", "60s"),
                mistake(
                        Check.DEFAULTS_ARE_THE_SERVICES_OWN,
                        "default of its own",
                        4,
                        "Parameters",
                        "NumberOfRetries",
                        "Default"),
                mistake(
                        Check.PARAMETERS_HAVE_THE_SETTINGS_LIMITS,
                        "wider limit",
                        60,
                        "Parameters",
                        "ExponentialBackoffSeed",
                        "MaxValue"),
                mistake(
                        Check.PARAMETERS_HAVE_THE_SETTINGS_LIMITS,
                        "other pattern",
                        "^[a-z]+$",
                        "Parameters",
                        "DeliveryStreamName",
                        "AllowedPattern"),
                mistake(
                        Check.RETRIES_FIT_THE_TIMEOUT,
                        "timeout below budget and call",
                        90,
                        "Resources",
                        "TaxiTripsFunction",
                        "Properties",
                        "Timeout"),
                mistake(
                        Check.PARAMETERS_REACH_THE_ALIAS,
                        "description that leaves out the memory",
                        Map.of("Fn::Sub", "${NumberOfRetries}"),
                        "Resources",
                        "TaxiTripsFunction",
                        "Properties",
                        "VersionDescription"),
                mistake(
                        Check.TABLE_IS_THE_LABS,
                        "other type",
                        "bigint",
                        "Resources",
                        "GlueTable",
                        "Properties",
                        "TableInput",
                        "StorageDescriptor",
                        "Columns",
                        "6",
                        "Type"),
                mistake(
                        Check.PREFIXES_MATCH_THE_TABLE,
                        "the week's year",
                        "nyctaxitrips/year=!{timestamp:YYYY}/month=!{timestamp:MM}/day=!{timestamp:dd}/hour=!{timestamp:HH}/",
                        "Resources",
                        "DeliveryStream",
                        "Properties",
                        "ExtendedS3DestinationConfiguration",
                        "Prefix"),
                mistake(
                        Check.PREFIXES_MATCH_THE_TABLE,
                        "hour without a leading zero",
                        "1",
                        "Resources",
                        "GlueTable",
                        "Properties",
                        "TableInput",
                        "Parameters",
                        "projection.hour.digits"),
                mistake(
                        Check.DELIVERY_IS_THE_LABS,
                        "log stream that no one creates",
                        ref("DeliveryLogGroup"),
                        "Resources",
                        "DeliveryStream",
                        "Properties",
                        "ExtendedS3DestinationConfiguration",
                        "CloudWatchLoggingOptions",
                        "LogStreamName"),
                mistake(
                        Check.BUCKET_IS_KEPT_AND_CLOSED,
                        "bucket that goes with the stack",
                        "Delete",
                        "Resources",
                        "DataBucket",
                        "DeletionPolicy"),
                mistake(
                        Check.BUCKET_IS_KEPT_AND_CLOSED,
                        "trips that expire",
                        "nyctaxitrips/",
                        "Resources",
                        "DataBucket",
                        "Properties",
                        "LifecycleConfiguration",
                        "Rules",
                        "0",
                        "Prefix"),
                mistake(
                        Check.TRIGGER_LOSES_NOTHING,
                        "retries that end by default",
                        5,
                        "Parameters",
                        "MaximumRetryAttempts",
                        "Default"),
                permission(Check.PERMISSIONS_ARE_THESE_AND_NO_MORE, "DeliverTrips", "Action", "firehose:PutRecord"),
                permission(Check.WILDCARDS_HAVE_A_REASON, "DeliverTrips", "Resource", "*"),
                permission(Check.WILDCARDS_HAVE_A_REASON, "ReadStream", "Action", "kinesis:*"),
                permission(
                        Check.WILDCARDS_HAVE_A_REASON,
                        "KeepDiscardedBatches",
                        "Resource",
                        Map.of("Fn::Sub", "${DataBucket.Arn}/*")));
    }

    private static Arguments mistake(Check check, String mistake, Object value, String... path) {
        return Arguments.of(check, mistake, (Consumer<Template>) template -> {
            String last = path[path.length - 1];
            Map<String, Object> parent = map(template.at(Arrays.copyOf(path, path.length - 1)));
            if (parent.put(last, value) == null) {
                throw new IllegalStateException("nothing stood at " + String.join(".", path));
            }
        });
    }

    private static Arguments variable(Check check, String name, String value) {
        return Arguments.of(check, "variable " + name + " = " + value, (Consumer<Template>)
                template -> map(template.at("Resources", "TaxiTripsFunction", "Properties", "Environment", "Variables"))
                        .put(name, value));
    }

    private static Arguments permission(Check check, String sid, String key, Object value) {
        return Arguments.of(
                check, sid + " with " + key + " " + value, (Consumer<Template>) template -> list(template.at(
                                "Resources",
                                "FunctionRole",
                                "Properties",
                                "Policies",
                                "0",
                                "PolicyDocument",
                                "Statement"))
                        .forEach(statement -> {
                            if (sid.equals(map(statement).get("Sid"))) {
                                map(statement).put(key, value);
                            }
                        }));
    }

    private static Map<String, Object> ref(String target) {
        return new LinkedHashMap<>(Map.of("Ref", target));
    }
}
