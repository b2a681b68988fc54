package io.github.taxitrips.template;

import static io.github.taxitrips.template.Template.list;
import static io.github.taxitrips.template.Template.map;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
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
        BUCKET_IS_CLOSED_AND_FORGETS_ONLY_WHAT_IT_MAY(TemplateChecks::bucketIsClosedAndForgetsOnlyWhatItMay),
        WHAT_HOLDS_DATA_IS_KEPT(TemplateChecks::whatHoldsDataIsKept),
        VERSIONS_ARE_KEPT(TemplateChecks::versionsAreKept),
        ALARMS_ARE_ON_DUTY(OnDutyChecks::alarmsAreOnDuty),
        RUNBOOK_HAS_A_SECTION_FOR_EACH_ALARM(OnDutyChecks::runbookHasASectionForEachAlarm),
        DASHBOARD_SHOWS_EVERY_ALARM(OnDutyChecks::dashboardShowsEveryAlarm),
        QUERIES_NAME_WHAT_IS_LOGGED(OnDutyChecks::queriesNameWhatIsLogged),
        COMPANIES_GET_WHAT_THEY_ASK_FOR(TemplateChecks::companiesGetWhatTheyAskFor),
        NAMES_FIT(TemplateChecks::namesFit),
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

    @Test
    void choicesOfAlarmsAreExplained() {
        String yaml = Template.read(Path.of("template.yaml"));

        OnDutyChecks.choicesAreExplained(yaml);
        for (String choice : List.of("TreatMissingData: ignore", "Threshold: 1", "ThresholdMetricId: band")) {
            assertThatThrownBy(() -> OnDutyChecks.choicesAreExplained("Statistic: Sum\n" + choice))
                    .isInstanceOf(AssertionError.class);
        }
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
                        "failures that are reported to a trigger that takes any answer for success",
                        List.of(),
                        "Resources",
                        "TaxiTripsFunctionTrips",
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
                addition(
                        Check.REFERENCES_RESOLVE,
                        "dependency on nothing",
                        "DeliveryPolicies",
                        "Resources",
                        "DeliveryStream",
                        "DependsOn"),
                mistake(
                        Check.REFERENCES_RESOLVE,
                        "variable of a Sub with variables that is nothing",
                        Map.of("Fn::Sub", List.of("s3://${Buckets}/", Map.of("Bucket", ref("DataBucketName")))),
                        "Outputs",
                        "TripsLocation",
                        "Value"),
                mistake(
                        Check.CONDITIONS_RESOLVE_AND_ARE_USED,
                        "rule with a condition of the template, which it does not know",
                        Map.of("Condition", "UseQuarantine"),
                        "Rules",
                        "TablesDiffer",
                        "RuleCondition"),
                mistake(
                        Check.CONDITIONAL_RESOURCES_ARE_GUARDED,
                        "bucket that may not exist",
                        Map.of("Fn::Sub", List.of("s3://${Bucket}/", Map.of("Bucket", ref("DataBucket")))),
                        "Outputs",
                        "TripsLocation",
                        "Value"),
                mistake(
                        Check.WHAT_HOLDS_DATA_IS_KEPT,
                        "stream that goes when another is named",
                        "Delete",
                        "Resources",
                        "KinesisStream",
                        "DeletionPolicy"),
                mistake(
                        Check.WHAT_HOLDS_DATA_IS_KEPT,
                        "delivery stream that goes with its name",
                        "Delete",
                        "Resources",
                        "DeliveryStream",
                        "UpdateReplacePolicy"),
                mistake(
                        Check.WHAT_HOLDS_DATA_IS_KEPT,
                        "bucket that a first deployment leaves behind",
                        "Retain",
                        "Resources",
                        "DataBucket",
                        "DeletionPolicy"),
                addition(
                        Check.DELIVERY_IS_THE_LABS,
                        "policy that comes after its role",
                        Map.of("Type", "AWS::IAM::RolePolicy", "Properties", Map.of()),
                        "Resources",
                        "DeliveryPolicy"),
                mistake(
                        Check.VERSIONS_ARE_KEPT,
                        "versions that go with a parameter's value",
                        "Delete",
                        "Resources",
                        "TaxiTripsFunction",
                        "UpdateReplacePolicy"),
                addition(
                        Check.VERSIONS_ARE_KEPT,
                        "trigger that stays beside its successor",
                        "Retain",
                        "Resources",
                        "TaxiTripsFunctionTrips",
                        "UpdateReplacePolicy"),
                mistake(
                        Check.VERSIONS_ARE_KEPT,
                        "brake that waits for what it brakes",
                        List.of(ref("GivenUpAlarm")),
                        "Resources",
                        "TaxiTripsFunction",
                        "Properties",
                        "DeploymentPreference",
                        "Alarms"),
                mistake(
                        Check.ALARMS_ARE_ON_DUTY,
                        "metric that does not exist",
                        "FailedConversion.Record",
                        "Resources",
                        "ConversionAlarm",
                        "Properties",
                        "MetricName"),
                mistake(
                        Check.ALARMS_ARE_ON_DUTY,
                        "metric under another dimension",
                        List.of(Map.of("Name", "FunctionName", "Value", ref("TaxiTripsFunction"))),
                        "Resources",
                        "ErrorsAlarm",
                        "Properties",
                        "Dimensions"),
                mistake(
                        Check.ALARMS_ARE_ON_DUTY,
                        "alarm that does not say what to do",
                        "Something is wrong.",
                        "Resources",
                        "ErrorsAlarm",
                        "Properties",
                        "AlarmDescription"),
                mistake(
                        Check.ALARMS_ARE_ON_DUTY,
                        "alarm that no one hears",
                        List.of(),
                        "Resources",
                        "BacklogAlarm",
                        "Properties",
                        "AlarmActions"),
                mistake(
                        Check.ALARMS_ARE_ON_DUTY,
                        "formula with a metric that is not there",
                        "FILL(kept, 0) + FILL(drops, 0)",
                        "Resources",
                        "GivenUpAlarm",
                        "Properties",
                        "Metrics",
                        "0",
                        "Expression"),
                mistake(
                        Check.ALARMS_ARE_ON_DUTY,
                        "trigger that counts nothing",
                        Map.of("Metrics", List.of()),
                        "Resources",
                        "TaxiTripsFunctionTrips",
                        "Properties",
                        "MetricsConfig"),
                mistake(
                        Check.ALARMS_ARE_ON_DUTY,
                        "metric that the function has not",
                        "duplicates",
                        "Resources",
                        "UndeliveredAlarm",
                        "Properties",
                        "MetricName"),
                mistake(
                        Check.ALARMS_ARE_ON_DUTY,
                        "band around another formula",
                        "ANOMALY_DETECTION_BAND(rejected, 3)",
                        "Resources",
                        "RejectedAlarm",
                        "Properties",
                        "Metrics",
                        "0",
                        "Expression"),
                mistake(
                        Check.ALARMS_ARE_ON_DUTY,
                        "band around what is not returned",
                        false,
                        "Resources",
                        "RejectedAlarm",
                        "Properties",
                        "Metrics",
                        "1",
                        "ReturnData"),
                mistake(
                        Check.ALARMS_ARE_ON_DUTY,
                        "alarm that AWS recommends and no one has",
                        "Errors",
                        "Resources",
                        "DurationAlarm",
                        "Properties",
                        "MetricName"),
                mistake(
                        Check.RUNBOOK_HAS_A_SECTION_FOR_EACH_ALARM,
                        "alarm that names another's section",
                        "It is late. Wait (docs/runbook.md#errorsalarm).",
                        "Resources",
                        "BacklogAlarm",
                        "Properties",
                        "AlarmDescription"),
                addition(
                        Check.RUNBOOK_HAS_A_SECTION_FOR_EACH_ALARM,
                        "alarm without a section",
                        Map.of("Type", "AWS::CloudWatch::Alarm", "Properties", Map.of("AlarmDescription", "")),
                        "Resources",
                        "MoonAlarm"),
                mistake(
                        Check.RUNBOOK_HAS_A_SECTION_FOR_EACH_ALARM,
                        "query of another name than the page's",
                        Map.of("Fn::Sub", "${AWS::StackName}/count"),
                        "Resources",
                        "CountsQuery",
                        "Properties",
                        "Name"),
                dashboard("metric that the function has not", "\"unquarantined\"", "\"dropped\""),
                dashboard("metric that does not exist", "SucceedConversion.Records", "Conversion.Records"),
                dashboard("widget on top of another", "\"x\":8,\"y\":8", "\"x\":7,\"y\":8"),
                dashboard(
                        "line elsewhere than the alarm's",
                        "\"DurationAlarm\",\"value\":40000",
                        "\"DurationAlarm\",\"value\":4000"),
                dashboard("alarm without a line", "{\"label\":\"GivenUpAlarm\",\"value\":0}", ""),
                dashboard("formula of another metric", "FILL(kept, 0)", "FILL(keep, 0)"),
                dashboard("formula that is not the alarm's", "100 * skipped / received", "skipped / received"),
                dashboard("periods that follow the zoom", "\"inherit\"", "\"auto\""),
                dashboard("alarm whose state is not shown", "\"${StalledAlarm.Arn}\",", ""),
                dashboard("resource that is not there", "${DeliveryStream}", "${Delivery}"),
                mistake(
                        Check.QUERIES_NAME_WHAT_IS_LOGGED,
                        "member that no line has",
                        "filter ispresent(received)\n| stats sum(duplicates) as again by bin(5m)",
                        "Resources",
                        "CountsQuery",
                        "Properties",
                        "QueryString"),
                mistake(
                        Check.QUERIES_NAME_WHAT_IS_LOGGED,
                        "command that is none",
                        "where received > 0",
                        "Resources",
                        "CountsQuery",
                        "Properties",
                        "QueryString"),
                mistake(
                        Check.QUERIES_NAME_WHAT_IS_LOGGED,
                        "message that no line has",
                        "parse message \"Lost to *: *\" as what, told",
                        "Resources",
                        "UndeliveredByCodeQuery",
                        "Properties",
                        "QueryString"),
                mistake(
                        Check.QUERIES_NAME_WHAT_IS_LOGGED,
                        "member that is gone after a sum",
                        "stats sum(received) as came by shardId\n| sort requestId desc",
                        "Resources",
                        "BehindByShardQuery",
                        "Properties",
                        "QueryString"),
                mistake(
                        Check.COMPANIES_GET_WHAT_THEY_ASK_FOR,
                        "role without bounds",
                        "none",
                        "Resources",
                        "DeploymentRole",
                        "Properties",
                        "PermissionsBoundary"),
                mistake(
                        Check.COMPANIES_GET_WHAT_THEY_ASK_FOR,
                        "log group with a key of its own",
                        "alias/aws/logs",
                        "Resources",
                        "FunctionLogGroup",
                        "Properties",
                        "KmsKeyId"),
                mistake(
                        Check.NAMES_FIT,
                        "name that a long stack name overflows",
                        Map.of("Fn::Sub", "${AWS::StackName}-taxi-trips"),
                        "Resources",
                        "KinesisStreamConsumer",
                        "Properties",
                        "ConsumerName"),
                mistake(
                        Check.NAMES_FIT,
                        "description that four subnets overflow",
                        "^(|subnet-[0-9a-f]{17}(,subnet-[0-9a-f]{17}){0,3})$",
                        "Parameters",
                        "SubnetIds",
                        "AllowedPattern"),
                mistake(
                        Check.RETRIES_FIT_THE_TIMEOUT,
                        "timeout that the function is not told",
                        110,
                        "Resources",
                        "TaxiTripsFunction",
                        "Properties",
                        "Timeout"),
                mistake(
                        Check.TRIGGER_LOSES_NOTHING,
                        "start that leaves out what is there",
                        "LATEST",
                        "Parameters",
                        "StartingPosition",
                        "Default"),
                permission(Check.PERMISSIONS_ARE_THESE_AND_NO_MORE, "KeepDiscardedBatches", "Condition", Map.of()),
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
                        "TaxiTripsFunctionTrips",
                        "Properties",
                        "EventSourceArn"),
                mistake(
                        Check.PARAMETERS_ARE_USED_BOUNDED_AND_SHOWN,
                        "parameter without use",
                        100,
                        "Resources",
                        "TaxiTripsFunctionTrips",
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
                        "array<int>",
                        "Resources",
                        "GlueTable",
                        "Properties",
                        "TableInput",
                        "StorageDescriptor",
                        "Columns",
                        "0",
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
                        Check.BUCKET_IS_CLOSED_AND_FORGETS_ONLY_WHAT_IT_MAY,
                        "bucket without a way back",
                        Map.of("Status", "Suspended"),
                        "Resources",
                        "DataBucket",
                        "Properties",
                        "VersioningConfiguration"),
                mistake(
                        Check.BUCKET_IS_CLOSED_AND_FORGETS_ONLY_WHAT_IT_MAY,
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
                        Map.of("Fn::Sub", "arn:${AWS::Partition}:s3:::${DataBucketName}/*")));
    }

    private static Arguments mistake(Check check, String mistake, Object value, String... path) {
        return put(check, mistake, value, true, path);
    }

    private static Arguments addition(Check check, String mistake, Object value, String... path) {
        return put(check, mistake, value, false, path);
    }

    private static Arguments put(Check check, String mistake, Object value, boolean stood, String... path) {
        return Arguments.of(check, mistake, (Consumer<Template>) template -> {
            String last = path[path.length - 1];
            Map<String, Object> parent = map(template.at(Arrays.copyOf(path, path.length - 1)));
            if ((parent.put(last, value) != null) != stood) {
                throw new IllegalStateException(
                        (stood ? "nothing" : "something") + " stood at " + String.join(".", path));
            }
        });
    }

    private static Arguments dashboard(String mistake, String from, String to) {
        return Arguments.of(Check.DASHBOARD_SHOWS_EVERY_ALARM, mistake, (Consumer<Template>) template -> {
            List<Object> sub = list(template.at("Resources", "Dashboard", "Properties", "DashboardBody", "Fn::Sub"));
            String body = sub.get(0).toString();
            if (!body.contains(from)) {
                throw new IllegalStateException("the dashboard has no " + from);
            }
            sub.set(0, body.replace(from, to));
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
