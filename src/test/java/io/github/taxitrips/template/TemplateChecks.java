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
import io.github.taxitrips.intake.UserRecord;
import io.github.taxitrips.local.producer.TableFile;
import io.github.taxitrips.settings.Table;
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
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import tools.jackson.databind.json.JsonMapper;

/** What must hold between the template's parts, and between the template and the code. Each check throws if it does not. */
final class TemplateChecks {

    private static final String FUNCTION = "TaxiTripsFunction";
    private static final String TRIGGER = "TaxiTripsFunctionTrips";

    /** The bucket, the stack's own or one that exists. */
    private static final String BUCKET = "arn:${AWS::Partition}:s3:::${Bucket}";

    /** What loses trips or unclean records when CloudFormation takes it away, and what these need to be written. */
    private static final List<String> HOLDS_DATA = List.of(
            "KinesisStream",
            "DeliveryStream",
            "QuarantineDeliveryStream",
            "DeliveryRole",
            "DataBucket",
            "DataBucketPolicy");

    /** A property in the metadata that Spring Boot's modules, and this one, ship for editors. */
    private static final Pattern PROPERTY_NAME = Pattern.compile("\"name\": \"([a-z0-9.-]+)\"");

    private static final List<Map<String, Object>> PARTITION_KEYS = List.of(
            column("year", "string"), column("month", "string"), column("day", "string"), column("hour", "string"));

    /** Statement and resource of every permission that is wider than one named resource, with the reason. */
    private static final Map<String, String> WILDCARDS = Map.of(
            "WriteTraces *",
            "X-Ray has no resource for these actions",
            "UseNetwork *",
            "Lambda names no network interface before there is one",
            "ReadAlarms *",
            "CodeDeploy asks for all alarms at once",
            "WriteObjects " + BUCKET + "/nyctaxitrips/*",
            "Firehose makes the object names",
            "WriteObjects " + BUCKET + "/nyctaxitripserror/*",
            "Firehose makes the object names",
            "WriteObjects " + BUCKET + "/quarantine/*",
            "Firehose makes the object names",
            "WriteObjects " + BUCKET + "/quarantineerror/*",
            "Firehose makes the object names",
            "KeepDiscardedBatches " + BUCKET + "/aws/lambda/*",
            "Lambda makes the object names");

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
            "DecryptStream", Set.of("kms:Decrypt"),
            "DeliverTrips", Set.of("firehose:PutRecordBatch"),
            "KeepDiscardedBatches", Set.of("s3:PutObject"),
            "FindBucket", Set.of("s3:ListBucket"),
            "UseKey", Set.of("kms:Decrypt", "kms:GenerateDataKey"),
            "UseNetwork",
                    Set.of(
                            "ec2:AssignPrivateIpAddresses",
                            "ec2:CreateNetworkInterface",
                            "ec2:DeleteNetworkInterface",
                            "ec2:DescribeNetworkInterfaces",
                            "ec2:DescribeSubnets",
                            "ec2:UnassignPrivateIpAddresses"));

    private static final Map<String, Set<String>> DELIVERY_PERMISSIONS = Map.of(
            "UseBucket", Set.of("s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"),
            "WriteObjects", Set.of("s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"),
            "ReadSchema", Set.of("glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions"),
            "LogErrors", Set.of("logs:PutLogEvents"),
            "UseKey", Set.of("kms:Decrypt", "kms:GenerateDataKey"));

    private static final Map<String, Set<String>> DEPLOYMENT_PERMISSIONS = Map.of(
            "ShiftAlias", Set.of("lambda:GetAlias", "lambda:GetProvisionedConcurrencyConfig", "lambda:UpdateAlias"),
            "ReadAlarms", Set.of("cloudwatch:DescribeAlarms"));

    private TemplateChecks() {}

    // --- The template in itself ---

    static void referencesResolve(Template template) {
        Set<String> known = new TreeSet<>(template.parameters().keySet());
        known.addAll(template.resources().keySet());
        // SAM's name for the alias that it makes.
        known.add(FUNCTION + ".Alias");
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
        Template.visit("Rules", template.root().get("Rules"), (path, map) -> assertThat(map)
                .as("a rule knows no conditions: " + path)
                .doesNotContainKeys("Fn::If", "Condition"));
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
            if (own.get("Fn::Sub") instanceof List<?> sub) {
                guarded(template, path, sub.get(1), holds);
                own.put("Fn::Sub", List.of(sub.get(0), emptied(map(sub.get(1)))));
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

    /** The variables by name, for what is to tell them from resources and has seen their values. */
    private static Map<String, Object> emptied(Map<String, Object> variables) {
        Map<String, Object> emptied = new LinkedHashMap<>(variables);
        emptied.replaceAll((name, value) -> "");
        return emptied;
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

    /** A deployment without parameters behaves as the local run does, but packs, sets aside and is measured: its streams are its own. */
    static void defaultsAreTheServicesOwn(Template template) {
        Map<String, String> variables = new LinkedHashMap<>();
        variables(template).forEach((name, value) -> variables.put(name, template.resolve(value, Map.of())));
        assertThat(Settings.bound(variables))
                .isEqualTo(Settings.bound(Map.of(
                        "TAXITRIPS_FUNCTIONTIMEOUT", variables.get("TAXITRIPS_FUNCTIONTIMEOUT"),
                        "TAXITRIPS_PACKING_ENABLED", "true",
                        "TAXITRIPS_TELEMETRY_NAMESPACE", "TaxiTrips",
                        "TAXITRIPS_QUARANTINE_DELIVERYSTREAMNAME", "nyc-taxi-trips-rejected")));
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
        assertThat(variables(template)).containsEntry("TAXITRIPS_FUNCTIONTIMEOUT", timeout.toSeconds() + "s");
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
        // Where and how a version comes into service is no property of the version.
        properties.remove("DeploymentPreference");
        for (Reference reference : Template.references(properties)) {
            if (template.parameters().containsKey(reference.target())) {
                assertThat(described)
                        .extracting(Reference::target)
                        .as("VersionDescription")
                        .contains(reference.target());
            }
        }
        assertThat(template.at("Resources", TRIGGER, "Properties", "FunctionName"))
                .isEqualTo(Map.of("Ref", FUNCTION + ".Alias"));
        assertThat(map(template.at("Outputs", "FunctionAliasArn", "Value")))
                .containsEntry("Fn::Sub", "${" + FUNCTION + ".Arn}:" + properties.get("AutoPublishAlias"));
    }

    // --- The data lake ---

    static void tableIsTheLabs(Template template) {
        Map<String, Object> table = map(template.properties("GlueTable").get("TableInput"));
        Table settings = settings(template);
        assertThat(template.at("Resources", "GlueTable", "Properties", "TableInput", "StorageDescriptor", "Columns"))
                .as("the columns of the settings: put into GlueTable what io.github.taxitrips.local.GlueColumns prints")
                .isEqualTo(settings.columns().stream()
                        .map(column -> column(column.name(), String.valueOf(column.type())))
                        .toList());
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
        String location = Template.text(
                map(map(table.get("StorageDescriptor")).get("Location")).get("Fn::Sub"));
        assertThat(location).isEqualTo("s3://${Bucket}/" + folder + "/");
        StringBuilder partitions = new StringBuilder(location);
        for (Map<String, Object> key : PARTITION_KEYS) {
            Object name = key.get("Name");
            partitions.append(name).append("=${!").append(name).append("}/");
            assertThat(projection).containsEntry("projection." + name + ".type", "integer");
        }
        assertThat(Template.text(
                        map(projection.get("storage.location.template")).get("Fn::Sub")))
                .isEqualTo(partitions.toString());
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

    /** Lambda expects reported failures whatever the function is told to do, so no order of a deployment's steps matters. */
    static void reportedFailuresAreExpected(Template template) {
        assertThat(variables(template)).containsEntry("TAXITRIPS_ONEXHAUSTED", Map.of("Ref", "OnExhausted"));
        assertThat(template.properties(TRIGGER))
                .containsEntry("FunctionResponseTypes", List.of("ReportBatchItemFailures"));
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
        assertThat(template.resources().values())
                .as("Firehose checks its role at creation, so what the role may do is in it")
                .noneMatch(resource -> map(resource).get("Type").equals("AWS::IAM::RolePolicy"));
    }

    static void whatHoldsDataIsKept(Template template) {
        for (String resource : HOLDS_DATA) {
            assertThat(map(template.resources().get(resource)))
                    .as(resource)
                    .containsEntry("DeletionPolicy", "RetainExceptOnCreate")
                    .containsEntry("UpdateReplacePolicy", "Retain");
        }
        assertThat(template.properties("DeliveryRole").toString())
                .as("a quarantine that is given up still writes what it buffers")
                .doesNotContain("UseQuarantine");
    }

    static void bucketIsClosedAndForgetsOnlyWhatItMay(Template template) {
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
        assertThat(bucket).containsEntry("VersioningConfiguration", Map.of("Status", "Enabled"));
        List<Object> expiring = new ArrayList<>();
        List<Object> oldVersions = new ArrayList<>();
        for (Object rule :
                list(template.at("Resources", "DataBucket", "Properties", "LifecycleConfiguration", "Rules"))) {
            if (map(rule).containsKey("ExpirationInDays")) {
                expiring.add(map(rule).getOrDefault("Prefix", "everything"));
            }
            if (map(rule).containsKey("NoncurrentVersionExpiration")) {
                oldVersions.add(map(rule).getOrDefault("Prefix", "everything"));
            }
        }
        assertThat(expiring).containsExactlyInAnyOrder("nyctaxitripserror/", "athena-results/");
        assertThat(oldVersions).containsExactly("everything");
    }

    /** A version that a change of parameters replaces stays, and the trigger that it replaces does not. */
    static void versionsAreKept(Template template) {
        assertThat(map(template.resources().get(FUNCTION)))
                .containsEntry("UpdateReplacePolicy", "Retain")
                .as("SAM would hand it on to the versions")
                .doesNotContainKey("DeletionPolicy");
        assertThat(template.properties(FUNCTION))
                .as("SAM would hand the function's policy on to its triggers")
                .doesNotContainKey("Events");
        assertThat(map(template.resources().get(TRIGGER))).doesNotContainKey("UpdateReplacePolicy");

        Map<String, Object> preference = map(template.properties(FUNCTION).get("DeploymentPreference"));
        assertThat(map(template.at("Mappings", "Deployments")).keySet())
                .containsExactlyInAnyOrderElementsOf(
                        list(template.parameter("Deployment").get("AllowedValues")).stream()
                                .map(String::valueOf)
                                .toList());
        assertThat(list(preference.get("Alarms"))).isNotEmpty().allSatisfy(alarm -> assertThat(
                        Template.references(template.resources().get(ref(alarm))))
                .as("the trigger waits for the alias, the alias for this alarm")
                .extracting(Reference::target)
                .doesNotContain(TRIGGER));
    }

    // --- What a company asks for ---

    static void companiesGetWhatTheyAskFor(Template template) {
        Map<String, List<String>> encrypted = Map.of(
                "AWS::S3::Bucket", List.of("BucketEncryption"),
                "AWS::Kinesis::Stream", List.of("StreamEncryption"),
                "AWS::KinesisFirehose::DeliveryStream", List.of("DeliveryStreamEncryptionConfigurationInput"),
                "AWS::Logs::LogGroup", List.of("KmsKeyId", "LogGroupClass", "RetentionInDays"));
        template.resources().forEach((name, resource) -> {
            String type = map(resource).get("Type").toString();
            if (type.equals("AWS::IAM::Role")) {
                assertThat(template.properties(name)
                                .getOrDefault("PermissionsBoundary", "")
                                .toString())
                        .as(name)
                        .contains("PermissionsBoundaryArn");
            }
            for (String property : encrypted.getOrDefault(type, List.of())) {
                assertThat(template.properties(name)).as(name).containsKey(property);
            }
            if (encrypted.containsKey(type)) {
                assertThat(template.properties(name).toString()).as(name).contains("KmsKeyArn");
            }
        });
        assertThat(template.properties(FUNCTION).get("VpcConfig").toString()).contains("SubnetIds", "SecurityGroupId");
    }

    /** A stack's name has 128 characters at most; what is made of it must fit, for no rule can measure it. */
    static void namesFit(Template template) {
        Map<String, Integer> limits = Map.of("LogGroupName", 512, "DashboardName", 255, "Name", 255);
        Template.visit(
                "",
                template.resources(),
                (path, map) -> map.forEach((property, value) -> {
                    if (value instanceof Map<?, ?> sub
                            && sub.get("Fn::Sub") instanceof String text
                            && text.contains("${AWS::StackName}")) {
                        assertThat(limits).as(path + "." + property).containsKey(property);
                        assertThat(text.replace("${AWS::StackName}", "x".repeat(128))
                                        .length())
                                .as(path + "." + property)
                                .isLessThanOrEqualTo(limits.get(property));
                    }
                }));
        assertThat(longest(template, template.properties(FUNCTION).get("VersionDescription")))
                .as("VersionDescription at its longest")
                .isLessThanOrEqualTo(256);
    }

    /** Length of a text with the longest value that each parameter in it allows. */
    private static int longest(Template template, Object text) {
        Object sub = map(text).get("Fn::Sub");
        int length = Template.text(sub).replaceAll("\\$\\{[^}]*}", "").length();
        for (Reference reference : Template.references(text)) {
            length += longestValue(template.parameter(reference.target()));
        }
        // What a variable joins again leaves out what it was split at.
        String variables = Template.variables(sub).toString();
        length -= variables.contains("subnet-") ? 3 * "subnet-".length() : 0;
        return length - (variables.contains("sg-") ? "sg-".length() : 0);
    }

    private static int longestValue(Map<String, Object> parameter) {
        if (parameter.get("AllowedValues") != null) {
            return list(parameter.get("AllowedValues")).stream()
                    .mapToInt(value -> value.toString().length())
                    .max()
                    .orElseThrow();
        }
        if (parameter.get("MaxValue") != null) {
            return parameter.get("MaxValue").toString().length();
        }
        Pattern allowed = Pattern.compile(parameter.get("AllowedPattern").toString());
        List<String> samples = List.of(
                "x".repeat(200),
                String.join(",", Collections.nCopies(8, "subnet-0123456789abcdef0")),
                "sg-" + "0".repeat(200));
        return IntStream.rangeClosed(0, 199)
                .filter(length -> samples.stream().anyMatch(sample -> allowed.matcher(sample.substring(0, length))
                        .matches()))
                .max()
                .orElseThrow();
    }

    static void triggerLosesNothing(Template template) {
        Map<String, Object> trigger = template.properties(TRIGGER);
        assertThat(trigger)
                .containsEntry("StartingPosition", Map.of("Ref", "StartingPosition"))
                .containsEntry("BisectBatchOnFunctionError", true);
        assertThat(template.parameter("StartingPosition"))
                .as("what came before the trigger is read, too")
                .containsEntry("Default", "TRIM_HORIZON");
        assertThat(Template.text(map(template.at(
                                "Resources", TRIGGER, "Properties", "DestinationConfig", "OnFailure", "Destination"))
                        .get("Fn::Sub")))
                .isEqualTo(BUCKET);
        for (String parameter : List.of("MaximumRecordAgeInSeconds", "MaximumRetryAttempts")) {
            assertThat(template.resolve(trigger.get(parameter), Map.of()))
                    .as(parameter + ": as in the lab, without end")
                    .isEqualTo("-1");
        }
    }

    // --- Permissions ---

    static void permissionsAreTheseAndNoMore(Template template) {
        Map.of(
                        "FunctionRole", FUNCTION_PERMISSIONS,
                        "DeliveryRole", DELIVERY_PERMISSIONS,
                        "DeploymentRole", DEPLOYMENT_PERMISSIONS)
                .forEach((role, permissions) -> assertThat(
                                permissions(template.properties(role).get("Policies")))
                        .as(role)
                        .isEqualTo(permissions));
        Template.visit("", template.resources(), (path, statement) -> {
            if ("Allow".equals(statement.get("Effect"))
                    && String.valueOf(statement.get("Action")).contains("s3:")) {
                assertThat(statement)
                        .as(path + ": a bucket of this name that is someone else's")
                        .containsEntry(
                                "Condition",
                                Map.of("StringEquals", Map.of("s3:ResourceAccount", Map.of("Ref", "AWS::AccountId"))));
            }
        });
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
                return Stream.of(Template.text(function.get("Fn::Sub")));
            }
        }
        return Stream.of(resource.toString());
    }

    private static Map<String, Object> column(String name, String type) {
        return Map.of("Name", name, "Type", type);
    }

    /** The table that the function has by the profile that the template chooses. */
    private static Table settings(Template template) {
        String profile = String.valueOf(variables(template).get("SPRING_PROFILES_ACTIVE"));
        Resource defaults = new ClassPathResource("application.yml");
        return profile.isEmpty()
                ? TableFile.read(defaults)
                : TableFile.read(new ClassPathResource("application-" + profile + ".yml"), defaults);
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
