package io.github.taxitrips.template;

import static io.github.taxitrips.template.Template.list;
import static io.github.taxitrips.template.Template.map;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import io.github.taxitrips.delivery.Quarantine;
import io.github.taxitrips.intake.RejectedRecord;
import io.github.taxitrips.intake.Rejection;
import io.github.taxitrips.intake.TripColumn;
import io.github.taxitrips.intake.UserRecord;
import io.github.taxitrips.settings.TaxiTripsProperties;
import io.github.taxitrips.template.Template.Reference;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Field;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.hibernate.validator.constraints.Range;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import tools.jackson.databind.json.JsonMapper;

/** What must hold between the template's parts, and between the template and the code. Each check throws if it does not. */
final class TemplateChecks {

    private static final String FUNCTION = "TaxiTripsFunction";

    /** A property in the metadata that Spring Boot's modules, and this one, ship for editors. */
    private static final Pattern PROPERTY_NAME = Pattern.compile("\"name\": \"([a-z0-9.-]+)\"");

    /** The table that trips are validated for, in its order. */
    private static final List<Map<String, Object>> COLUMNS = Stream.of(TripColumn.values())
            .map(column -> column(column.toString(), column.type().toString()))
            .toList();

    private static final List<Map<String, Object>> PARTITION_KEYS = List.of(
            column("year", "string"), column("month", "string"), column("day", "string"), column("hour", "string"));

    /** Statement and resource of every permission that is wider than one named resource, with the reason. */
    private static final Map<String, String> WILDCARDS = Map.of(
            "WriteTraces *", "X-Ray has no resource for these actions",
            "WriteObjects ${DataBucket.Arn}/nyctaxitrips/*", "Firehose makes the object names",
            "WriteObjects ${DataBucket.Arn}/nyctaxitripserror/*", "Firehose makes the object names",
            "WriteObjects ${DataBucket.Arn}/quarantine/*", "Firehose makes the object names",
            "WriteObjects ${DataBucket.Arn}/quarantineerror/*", "Firehose makes the object names",
            "KeepDiscardedBatches ${DataBucket.Arn}/aws/lambda/*", "Lambda makes the object names");

    private static final Map<String, Set<String>> FUNCTION_PERMISSIONS = Map.of(
            "WriteLog", Set.of("logs:CreateLogStream", "logs:PutLogEvents"),
            "WriteTraces", Set.of("xray:PutTraceSegments", "xray:PutTelemetryRecords"),
            "ReadStream",
                    Set.of(
                            "kinesis:DescribeStream",
                            "kinesis:DescribeStreamSummary",
                            "kinesis:GetRecords",
                            "kinesis:GetShardIterator",
                            "kinesis:ListShards"),
            "ReadAsConsumer", Set.of("kinesis:DescribeStreamConsumer", "kinesis:SubscribeToShard"),
            "DeliverTrips", Set.of("firehose:PutRecordBatch"),
            "KeepDiscardedBatches", Set.of("s3:PutObject"),
            "FindBucket", Set.of("s3:ListBucket"));

    private static final Map<String, Set<String>> DELIVERY_PERMISSIONS = Map.of(
            "UseBucket", Set.of("s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"),
            "WriteObjects", Set.of("s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"),
            "ReadSchema", Set.of("glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions"),
            "LogErrors", Set.of("logs:PutLogEvents"));

    private TemplateChecks() {}

    // --- The template in itself ---

    static void referencesResolve(Template template) {
        Set<String> known = new TreeSet<>(template.parameters().keySet());
        known.addAll(template.resources().keySet());
        for (Reference reference : Template.references(template.root())) {
            if (!reference.target().startsWith("AWS::")) {
                assertThat(known).as(reference.path()).contains(reference.target());
            }
            if (!reference.attribute().isEmpty()) {
                assertThat(template.resources()).as(reference.path()).containsKey(reference.target());
            }
        }
        for (Map.Entry<String, Object> resource : template.resources().entrySet()) {
            Object dependencies = map(resource.getValue()).get("DependsOn");
            if (dependencies != null) {
                assertThat(template.resources().keySet())
                        .as(resource.getKey() + ".DependsOn")
                        .containsAll(
                                list(dependencies).stream().map(String::valueOf).toList());
            }
        }
    }

    static void conditionsResolveAndAreUsed(Template template) {
        Set<String> used = new TreeSet<>();
        Template.visit("", template.root(), (path, map) -> {
            if (map.get("Fn::If") instanceof List<?> branches) {
                used.add(branches.get(0).toString());
            }
            if (map.get("Condition") instanceof String condition) {
                used.add(condition);
            }
        });
        assertThat(used).isEqualTo(template.conditions().keySet());
    }

    /** What may not exist is named only where the same condition holds. */
    static void conditionalResourcesAreGuarded(Template template) {
        for (String section : List.of("Resources", "Outputs")) {
            map(template.root().get(section)).forEach((name, value) -> {
                Set<String> holds = new LinkedHashSet<>();
                if (map(value).get("Condition") instanceof String condition) {
                    holds.add(condition);
                }
                guarded(template, section + "." + name, value, holds);
            });
        }
    }

    private static void guarded(Template template, String path, Object value, Set<String> holds) {
        if (value instanceof List<?> elements) {
            elements.forEach(element -> guarded(template, path, element, holds));
        } else if (value instanceof Map<?, ?> && map(value).get("Fn::If") instanceof List<?> branches) {
            Set<String> inFirst = new LinkedHashSet<>(holds);
            inFirst.add(branches.get(0).toString());
            guarded(template, path, branches.get(1), inFirst);
            guarded(template, path, branches.get(2), holds);
        } else if (value instanceof Map<?, ?>) {
            Map<String, Object> copy = new LinkedHashMap<>(map(value));
            Map<String, Object> own = new LinkedHashMap<>();
            for (String key : List.of("Ref", "Fn::GetAtt", "Fn::Sub")) {
                if (copy.get(key) != null) {
                    own.put(key, copy.remove(key));
                }
            }
            for (Reference reference : Template.references(own)) {
                if (template.resources().get(reference.target()) instanceof Map<?, ?> target
                        && target.get("Condition") instanceof String condition) {
                    assertThat(holds).as(path + " names " + reference.target()).contains(condition);
                }
            }
            copy.values().forEach(inner -> guarded(template, path, inner, holds));
        }
    }

    static void parametersAreUsedBoundedAndShown(Template template) {
        Set<String> used = new TreeSet<>();
        for (String section : List.of("Conditions", "Resources", "Outputs")) {
            Template.references(template.root().get(section)).forEach(reference -> used.add(reference.target()));
        }
        Map<String, Object> form = map(template.at("Metadata", "AWS::CloudFormation::Interface"));
        List<Object> shown = list(form.get("ParameterGroups")).stream()
                .flatMap(group -> list(map(group).get("Parameters")).stream())
                .toList();
        assertThat(shown)
                .doesNotHaveDuplicates()
                .hasSameElementsAs(template.parameters().keySet());
        assertThat(map(form.get("ParameterLabels")).keySet())
                .isEqualTo(template.parameters().keySet());
        for (String name : template.parameters().keySet()) {
            Map<String, Object> parameter = template.parameter(name);
            assertThat(used).as("use of a parameter").contains(name);
            assertThat(parameter)
                    .as(name)
                    .containsKeys("Type", "Default", "Description")
                    .hasEntrySatisfying("ConstraintDescription", remedy -> assertThat(remedy.toString())
                            .startsWith("must be "));
            String value = String.valueOf(parameter.get("Default"));
            if (parameter.get("AllowedValues") != null) {
                assertThat(list(parameter.get("AllowedValues"))).as(name).contains(parameter.get("Default"));
            } else if (parameter.get("Type").equals("Number")) {
                assertThat(Integer.parseInt(value)).as(name).isBetween((Integer) parameter.get("MinValue"), (Integer)
                        parameter.get("MaxValue"));
            } else {
                assertThat(value).as(name).matches(String.valueOf(parameter.get("AllowedPattern")));
            }
        }
    }

    static void maximumRecordAgeTakesWhatLambdaTakes(Template template) {
        Pattern pattern = Pattern.compile(
                String.valueOf(template.parameter("MaximumRecordAgeInSeconds").get("AllowedPattern")));
        assertThat(IntStream.rangeClosed(-10, 610_000)
                        .filter(age -> pattern.matcher(Integer.toString(age)).matches()
                                != (age == -1 || (age >= 60 && age <= 604_800))))
                .as("ages that are taken or refused wrongly")
                .isEmpty();
        assertThat(Stream.of("", "060", "1e3", "60.5", " 60"))
                .noneMatch(age -> pattern.matcher(age).matches());
    }

    static void streamArnIsEmptyOrOfAStream(Template template) {
        String pattern = String.valueOf(template.parameter("KinesisStreamArn").get("AllowedPattern"));
        assertThat(Stream.of(
                        "",
                        "arn:aws:kinesis:us-east-1:123456789012:stream/nyc-taxi-trips",
                        "arn:aws-us-gov:kinesis:us-gov-west-1:123456789012:stream/a.b_c"))
                .allMatch(arn -> arn.matches(pattern));
        assertThat(Stream.of(
                        "nyc-taxi-trips",
                        "arn:aws:kinesis:us-east-1:123456789012:stream/",
                        "arn:aws:kinesis:us-east-1:123456789012:stream/a/consumer/b:1",
                        "arn:aws:firehose:us-east-1:123456789012:deliverystream/nyc-taxi-trips"))
                .noneMatch(arn -> arn.matches(pattern));
    }

    // --- The template and the code ---

    static void handlerExists(Template template) throws ReflectiveOperationException {
        String[] handler =
                template.properties(FUNCTION).get("Handler").toString().split("::", -1);
        assertThat(handler).as("class::method").hasSize(2);
        assertThat(Class.forName(handler[0])
                        .getMethod(handler[1], InputStream.class, OutputStream.class, Context.class)
                        .getReturnType())
                .isEqualTo(void.class);
    }

    static void mainClassExists(Template template) throws ReflectiveOperationException {
        Class<?> main = Class.forName(variables(template).get("MAIN_CLASS").toString());
        assertThat(main.isAnnotationPresent(SpringBootApplication.class)).isTrue();
        assertThat(main.getMethod("main", String[].class).getReturnType()).isEqualTo(void.class);
    }

    /** The adapter looks for several functions if none is named. */
    static void functionIsNamed() {
        assertThat(Settings.applicationYml()).containsEntry("spring.cloud.function.definition", "forwardTrips");
    }

    static void packageIsTheOneThatMavenBuilds(Template template) throws Exception {
        Document pom = DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(Path.of("pom.xml").toFile());
        assertThat(template.properties(FUNCTION))
                .containsEntry(
                        "CodeUri", "target/" + child(pom, "artifactId") + "-" + child(pom, "version") + "-lambda.zip");
    }

    /** A misspelt variable would be ignored without a word. */
    static void variablesAreRead(Template template) throws IOException {
        String yml = String.join("\n", Settings.applicationYml().values());
        Set<String> read = new TreeSet<>();
        Settings.fields().keySet().forEach(property -> read.add(Settings.variable(property)));
        for (URL metadata : Collections.list(
                TemplateChecks.class.getClassLoader().getResources("META-INF/spring-configuration-metadata.json"))) {
            try (InputStream json = metadata.openStream()) {
                PROPERTY_NAME
                        .matcher(new String(json.readAllBytes(), StandardCharsets.UTF_8))
                        .results()
                        .forEach(name -> read.add(Settings.variable(name.group(1))));
            }
        }
        // Read by Spring Cloud Function's FunctionClassUtils.
        read.add("MAIN_CLASS");
        // Read by glibc, mallopt(3).
        read.addAll(Set.of("MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_"));
        for (String variable : variables(template).keySet()) {
            assertThat(read.contains(variable) || yml.contains("${" + variable + ":"))
                    .as("something reads the environment variable " + variable)
                    .isTrue();
        }
    }

    /** A deployment without parameters behaves as the local run does, but packs: its delivery stream is its own. */
    static void defaultsAreTheServicesOwn(Template template) {
        Map<String, String> variables = new LinkedHashMap<>();
        variables(template).forEach((name, value) -> variables.put(name, template.resolve(value, Map.of())));
        assertThat(Settings.bound(variables)).isEqualTo(Settings.bound(Map.of("TAXITRIPS_PACKING_ENABLED", "true")));
    }

    static void parametersHaveTheSettingsLimits(Template template) {
        Map<String, Field> fields = Settings.fields();
        List<String> compared = new ArrayList<>();
        variables(template).forEach((variable, value) -> {
            if (!(value instanceof Map<?, ?> ref) || !(ref.get("Ref") instanceof String name)) {
                return;
            }
            Map<String, Object> parameter = template.parameter(name);
            Settings.applicationYml().forEach((property, placeholder) -> {
                if (!placeholder.startsWith("${" + variable + ":")) {
                    return;
                }
                Field field = fields.get(property);
                assertThat(field).as("the setting " + property).isNotNull();
                Range range = field.getAnnotation(Range.class);
                jakarta.validation.constraints.Pattern pattern =
                        field.getAnnotation(jakarta.validation.constraints.Pattern.class);
                if (range != null) {
                    assertThat(parameter)
                            .as(name)
                            .containsEntry("MinValue", Math.toIntExact(range.min()))
                            .containsEntry("MaxValue", Math.toIntExact(range.max()));
                } else if (pattern != null) {
                    assertThat(parameter).as(name).containsEntry("AllowedPattern", "^" + pattern.regexp() + "$");
                } else {
                    fail(property + " has no limits to compare " + name + " with");
                }
                compared.add(name);
            });
        });
        assertThat(compared)
                .containsExactlyInAnyOrder("DeliveryStreamName", "NumberOfRetries", "ExponentialBackoffSeed");
    }

    /** Lambda must not end an invocation in the middle of a retry, or it sends all of it again. */
    static void retriesFitTheTimeout(Template template) {
        Duration timeout =
                Duration.ofSeconds((Integer) template.properties(FUNCTION).get("Timeout"));
        TaxiTripsProperties settings = Settings.bound(Map.of());
        Duration budget = settings.retry().timeBudget();
        Duration call = settings.firehose().callTimeout();
        assertThat(budget.plus(call).plusSeconds(5))
                .as("retry budget, the call that began just before its end, and time to decode the event")
                .isLessThanOrEqualTo(timeout);

        Duration schedule = call;
        for (int retry = 1; retry <= settings.retry().maxRetries(); retry++) {
            Duration wait =
                    Duration.ofMillis(Math.round(2 * Math.pow(settings.retry().backoffSeed(), retry)));
            Duration longest = Stream.of(wait, settings.retry().unthrottledWait())
                    .max(Duration::compareTo)
                    .orElseThrow();
            schedule = schedule.plus(
                            longest.compareTo(settings.retry().maxWait()) > 0
                                    ? settings.retry().maxWait()
                                    : longest)
                    .plus(call);
        }
        assertThat(schedule)
                .as("all default retries, every wait and every call at its longest")
                .isLessThanOrEqualTo(budget);
        assertThat(template.parameter("NumberOfRetries").get("Description").toString())
                .contains(budget.toSeconds() + " seconds");
    }

    /** A parameter that changes the function has to reach the version that the alias points to. */
    static void parametersReachTheAlias(Template template) {
        Map<String, Object> properties = new LinkedHashMap<>(template.properties(FUNCTION));
        assertThat(properties)
                .containsKey("AutoPublishAlias")
                .containsEntry("AutoPublishAliasAllProperties", true)
                .containsEntry("SnapStart", Map.of("ApplyOn", "PublishedVersions"));
        List<Reference> described = Template.references(properties.remove("VersionDescription"));
        properties.remove("Events");
        for (Reference reference : Template.references(properties)) {
            if (template.parameters().containsKey(reference.target())) {
                assertThat(described)
                        .extracting(Reference::target)
                        .as("VersionDescription")
                        .contains(reference.target());
            }
        }
        assertThat(map(template.at("Outputs", "FunctionAliasArn", "Value")))
                .containsEntry("Fn::Sub", "${" + FUNCTION + ".Arn}:" + properties.get("AutoPublishAlias"));
    }

    // --- The data lake ---

    static void tableIsTheLabs(Template template) {
        Map<String, Object> table = map(template.properties("GlueTable").get("TableInput"));
        assertThat(template.at("Resources", "GlueTable", "Properties", "TableInput", "StorageDescriptor", "Columns"))
                .isEqualTo(COLUMNS);
        assertThat(table).containsEntry("PartitionKeys", PARTITION_KEYS);
        assertThat(map(table.get("StorageDescriptor")))
                .containsEntry("InputFormat", "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat")
                .containsEntry("OutputFormat", "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat")
                .containsEntry(
                        "SerdeInfo",
                        Map.of("SerializationLibrary", "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"));
    }

    /** What Firehose writes is what the table projects, and what a reader without projection expects of a Hive table. */
    static void prefixesMatchTheTable(Template template) {
        prefixesMatchTheTable(template, "DeliveryStream", "GlueTable", "nyctaxitrips");
        prefixesMatchTheTable(template, "QuarantineDeliveryStream", "QuarantineTable", "quarantine");
    }

    private static void prefixesMatchTheTable(Template template, String stream, String glueTable, String folder) {
        Map<String, Object> destination = map(template.properties(stream).get("ExtendedS3DestinationConfiguration"));
        String prefix = destination.get("Prefix").toString();
        String hour = "year=!{timestamp:yyyy}/month=!{timestamp:MM}/day=!{timestamp:dd}/hour=!{timestamp:HH}/";
        assertThat(prefix).isEqualTo(folder + "/" + hour);
        assertThat(destination)
                .containsEntry("ErrorOutputPrefix", folder + "error/!{firehose:error-output-type}/" + hour);
        assertThat(destination.toString()).as("YYYY is the week's year").doesNotContain("YYYY");

        Map<String, Object> table = map(template.properties(glueTable).get("TableInput"));
        Map<String, Object> projection = map(table.get("Parameters"));
        String location = map(map(table.get("StorageDescriptor")).get("Location"))
                .get("Fn::Sub")
                .toString();
        assertThat(location).isEqualTo("s3://${DataBucket}/" + folder + "/");
        StringBuilder partitions = new StringBuilder(location);
        for (Map<String, Object> key : PARTITION_KEYS) {
            Object name = key.get("Name");
            partitions.append(name).append("=${!").append(name).append("}/");
            assertThat(projection).containsEntry("projection." + name + ".type", "integer");
        }
        assertThat(map(projection.get("storage.location.template"))).containsEntry("Fn::Sub", partitions.toString());
        assertThat(projection)
                .containsEntry("projection.enabled", "true")
                .containsEntry("projection.month.range", "1,12")
                .containsEntry("projection.month.digits", "2")
                .containsEntry("projection.day.range", "1,31")
                .containsEntry("projection.day.digits", "2")
                .containsEntry("projection.hour.range", "0,23")
                .containsEntry("projection.hour.digits", "2");
        assertThat(projection.get("projection.year.range").toString()).matches("20\\d\\d,20\\d\\d");
    }

    /** The columns over the quarantine are the members that its lines have. */
    @SuppressWarnings("JavaUtilDate") // the event's own type
    static void quarantineTableHasTheMembersOfTheLines(Template template) {
        KinesisEvent.Record kinesis = new KinesisEvent.Record();
        kinesis.setSequenceNumber("1");
        kinesis.setApproximateArrivalTimestamp(new Date(1));
        KinesisEventRecord carrier = new KinesisEventRecord();
        carrier.setEventID("shardId-0:1");
        carrier.setKinesis(kinesis);
        Rejection rejection = new Rejection(Rejection.Reason.ZERO, "pickup_latitude");
        Set<String> members = new LinkedHashSet<>();
        for (byte[] payload : new byte[][] {{'a'}, {-1}}) {
            RejectedRecord record = new RejectedRecord(new UserRecord(carrier, 0, payload), rejection, 2);
            new JsonMapper()
                    .readTree(Quarantine.document(record).json())
                    .properties()
                    .forEach(member -> members.add(member.getKey()));
        }
        Map<String, Object> table = map(template.properties("QuarantineTable").get("TableInput"));
        assertThat(list(map(table.get("StorageDescriptor")).get("Columns")))
                .extracting(column -> map(column).get("Name").toString())
                .containsExactlyInAnyOrderElementsOf(members);
        assertThat(table).containsEntry("PartitionKeys", PARTITION_KEYS);
    }

    /** Lambda expects reported failures exactly when the function reports them. */
    static void reportedFailuresAreExpected(Template template) {
        assertThat(variables(template)).containsEntry("TAXITRIPS_ONEXHAUSTED", Map.of("Ref", "OnExhausted"));
        assertThat(template.at("Conditions", "ReportFailures"))
                .isEqualTo(Map.of("Fn::Equals", List.of(Map.of("Ref", "OnExhausted"), "report-failures")));
        assertThat(template.at(
                        "Resources", FUNCTION, "Properties", "Events", "Trips", "Properties", "FunctionResponseTypes"))
                .isEqualTo(Map.of(
                        "Fn::If",
                        List.of("ReportFailures", List.of("ReportBatchItemFailures"), Map.of("Ref", "AWS::NoValue"))));
        Set<String> strategies = new TreeSet<>();
        for (TaxiTripsProperties.OnExhausted strategy : TaxiTripsProperties.OnExhausted.values()) {
            strategies.add(strategy.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }
        assertThat(list(template.parameter("OnExhausted").get("AllowedValues")))
                .extracting(Object::toString)
                .containsExactlyInAnyOrderElementsOf(strategies);
    }

    static void deliveryIsTheLabs(Template template) {
        Map<String, Object> stream = template.properties("DeliveryStream");
        Map<String, Object> destination = map(stream.get("ExtendedS3DestinationConfiguration"));
        assertThat(stream).containsEntry("DeliveryStreamType", "DirectPut");
        assertThat(destination)
                .containsEntry("BufferingHints", Map.of("SizeInMBs", 128, "IntervalInSeconds", 300))
                .containsEntry("S3BackupMode", "Disabled")
                .doesNotContainKey("ProcessingConfiguration");
        Map<String, Object> conversion = map(destination.get("DataFormatConversionConfiguration"));
        assertThat(map(map(conversion.get("InputFormatConfiguration")).get("Deserializer")))
                .containsOnlyKeys("OpenXJsonSerDe");
        assertThat(map(map(conversion.get("OutputFormatConfiguration")).get("Serializer")))
                .containsOnlyKeys("ParquetSerDe");
        Map<String, Object> logging = map(destination.get("CloudWatchLoggingOptions"));
        assertThat(logging).containsEntry("Enabled", true);
        assertThat(template.at("Resources", ref(logging.get("LogGroupName")), "Type"))
                .isEqualTo("AWS::Logs::LogGroup");
        assertThat(template.at("Resources", ref(logging.get("LogStreamName")), "Type"))
                .isEqualTo("AWS::Logs::LogStream");
        assertThat(template.at("Resources", "DeliveryStream", "DependsOn"))
                .as("Firehose checks its role at creation")
                .isEqualTo("DeliveryPolicy");
    }

    static void bucketIsKeptAndClosed(Template template) {
        for (String resource : List.of("DataBucket", "DataBucketPolicy")) {
            assertThat(map(template.resources().get(resource)))
                    .containsEntry("DeletionPolicy", "Retain")
                    .containsEntry("UpdateReplacePolicy", "Retain");
        }
        Map<String, Object> bucket = template.properties("DataBucket");
        assertThat(bucket).containsKey("BucketEncryption");
        assertThat(map(bucket.get("PublicAccessBlockConfiguration")))
                .hasSize(4)
                .allSatisfy((name, blocked) -> assertThat(blocked).isEqualTo(true));
        assertThat(template.at(
                        "Resources", "DataBucket", "Properties", "OwnershipControls", "Rules", "0", "ObjectOwnership"))
                .isEqualTo("BucketOwnerEnforced");
        assertThat(map(template.at("Resources", "DataBucketPolicy", "Properties", "PolicyDocument", "Statement", "0")))
                .containsEntry("Effect", "Deny")
                .containsEntry("Condition", Map.of("Bool", Map.of("aws:SecureTransport", "false")));
        for (Object rule :
                list(template.at("Resources", "DataBucket", "Properties", "LifecycleConfiguration", "Rules"))) {
            if (map(rule).containsKey("ExpirationInDays")) {
                assertThat(map(rule)).as("only conversion errors expire").containsEntry("Prefix", "nyctaxitripserror/");
            }
        }
    }

    static void triggerLosesNothing(Template template) {
        Map<String, Object> trigger = map(template.at("Resources", FUNCTION, "Properties", "Events", "Trips"));
        assertThat(trigger).containsEntry("Type", "Kinesis");
        assertThat(map(trigger.get("Properties")))
                .containsEntry("StartingPosition", "LATEST")
                .containsEntry("BisectBatchOnFunctionError", true)
                .containsEntry(
                        "DestinationConfig",
                        Map.of("OnFailure", Map.of("Destination", Map.of("Fn::GetAtt", List.of("DataBucket", "Arn")))));
        for (String parameter : List.of("MaximumRecordAgeInSeconds", "MaximumRetryAttempts")) {
            assertThat(template.resolve(map(trigger.get("Properties")).get(parameter), Map.of()))
                    .as(parameter + ": as in the lab, without end")
                    .isEqualTo("-1");
        }
    }

    // --- Permissions ---

    static void permissionsAreTheseAndNoMore(Template template) {
        Map<String, Object> function =
                map(list(template.properties("FunctionRole").get("Policies")).get(0));
        assertThat(permissions(function.get("PolicyDocument"))).isEqualTo(FUNCTION_PERMISSIONS);
        assertThat(permissions(template.properties("DeliveryPolicy").get("PolicyDocument")))
                .isEqualTo(DELIVERY_PERMISSIONS);
        assertThat(template.resources().values())
                .allSatisfy(resource -> assertThat(resource.toString()).doesNotContain("ManagedPolicyArns"));
        assertThat(template.properties(FUNCTION))
                .as("SAM would add a role and policies of its own")
                .containsEntry("Role", Map.of("Fn::GetAtt", List.of("FunctionRole", "Arn")))
                .doesNotContainKey("Policies");
    }

    static void wildcardsHaveAReason(Template template) {
        Set<String> found = new TreeSet<>();
        Template.visit("", template.resources(), (path, statement) -> {
            if (!"Allow".equals(statement.get("Effect")) || !statement.containsKey("Action")) {
                return;
            }
            assertThat(statement).as(path).doesNotContainKeys("NotAction", "NotResource");
            assertThat(list(statement.get("Action"))).as(path).allSatisfy(action -> assertThat(action.toString())
                    .doesNotContain("*"));
            if (statement.containsKey("Resource")) {
                list(statement.get("Resource")).stream()
                        .flatMap(TemplateChecks::names)
                        .filter(name -> name.contains("*"))
                        .forEach(name -> found.add(statement.get("Sid") + " " + name));
            }
        });
        assertThat(found).isEqualTo(WILDCARDS.keySet());
    }

    // --- Helpers ---

    /** The text of a resource's name, of each of the two where a condition chooses. */
    private static Stream<String> names(Object resource) {
        if (resource instanceof Map<?, ?> function) {
            if (function.get("Fn::If") instanceof List<?> choice) {
                return choice.stream().skip(1).flatMap(TemplateChecks::names);
            }
            if (function.get("Fn::Sub") != null) {
                return Stream.of(function.get("Fn::Sub").toString());
            }
        }
        return Stream.of(resource.toString());
    }

    private static Map<String, Object> column(String name, String type) {
        return Map.of("Name", name, "Type", type);
    }

    private static Map<String, Object> variables(Template template) {
        return map(template.at("Resources", FUNCTION, "Properties", "Environment", "Variables"));
    }

    private static String ref(Object value) {
        return map(value).get("Ref").toString();
    }

    private static Map<String, Set<String>> permissions(Object policy) {
        Map<String, Set<String>> permissions = new LinkedHashMap<>();
        Template.visit("", policy, (path, statement) -> {
            if (statement.get("Sid") != null) {
                Set<String> actions = new TreeSet<>();
                list(statement.get("Action")).forEach(action -> actions.add(action.toString()));
                permissions.put(statement.get("Sid").toString(), actions);
            } else {
                assertThat(statement).as("a statement needs a name").doesNotContainKey("Effect");
            }
        });
        return permissions;
    }

    private static String child(Document pom, String name) {
        NodeList children = pom.getDocumentElement().getChildNodes();
        for (int i = 0; i < children.getLength(); i++) {
            if (children.item(i).getNodeName().equals(name)) {
                return children.item(i).getTextContent();
            }
        }
        throw new AssertionError("pom.xml has no " + name);
    }
}
