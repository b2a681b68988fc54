package io.github.taxitrips.template;

import static io.github.taxitrips.template.Template.list;
import static io.github.taxitrips.template.Template.map;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.intake.Rejection;
import io.github.taxitrips.telemetry.LoggedInvocation;
import io.github.taxitrips.telemetry.Measure;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What must hold for those on duty: alarms, the dashboard, the questions to the log, and the runbook. */
final class OnDutyChecks {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String OURS = "TaxiTrips";
    private static final String RUNBOOK = "docs/runbook.md";

    /** The services' metrics, by the dimensions that they have them under. */
    private static final Map<Set<String>, Set<String>> METRICS = Map.of(
            Set.of(),
            Set.of("AWS/Lambda ClaimedAccountConcurrency"),
            Set.of("FunctionName"),
            Set.of("AWS/Lambda ConcurrentExecutions"),
            Set.of("FunctionName", "Resource"),
            metrics("AWS/Lambda", "IteratorAge", "Errors", "Throttles", "Duration"),
            Set.of("EventSourceMappingUUID"),
            metrics(
                    "AWS/Lambda",
                    "PolledEventCount",
                    "InvokedEventCount",
                    "FailedInvokeEventCount",
                    "DroppedEventCount",
                    "OnFailureDestinationDeliveredEventCount"),
            Set.of("StreamName"),
            metrics(
                    "AWS/Kinesis",
                    "IncomingRecords",
                    "GetRecords.IteratorAgeMilliseconds",
                    "GetRecords.Success",
                    "PutRecords.FailedRecords",
                    "ReadProvisionedThroughputExceeded",
                    "WriteProvisionedThroughputExceeded"),
            Set.of("DeliveryStreamName"),
            metrics(
                    "AWS/Firehose",
                    "DeliveryToS3.DataFreshness",
                    "FailedConversion.Records",
                    "SucceedConversion.Records",
                    "ThrottledRecords",
                    "IncomingBytes",
                    "IncomingRecords",
                    "IncomingPutRequests",
                    "BytesPerSecondLimit",
                    "RecordsPerSecondLimit",
                    "PutRequestsPerSecondLimit"));

    /** What the services recommend to be alarmed of, that of Lambda's concurrency for the account. */
    private static final Set<String> RECOMMENDED = Set.of(
            "AWS/Kinesis GetRecords.IteratorAgeMilliseconds",
            "AWS/Kinesis GetRecords.Success",
            "AWS/Kinesis PutRecords.FailedRecords",
            "AWS/Kinesis ReadProvisionedThroughputExceeded",
            "AWS/Kinesis WriteProvisionedThroughputExceeded",
            "AWS/Lambda ClaimedAccountConcurrency",
            "AWS/Lambda Duration",
            "AWS/Lambda Errors",
            "AWS/Lambda Throttles",
            "AWS/Firehose DeliveryToS3.DataFreshness",
            "AWS/Firehose FailedConversion.Records",
            "AWS/Firehose IncomingBytes",
            "AWS/Firehose IncomingPutRequests",
            "AWS/Firehose IncomingRecords",
            "AWS/Firehose ThrottledRecords",
            OURS + " rejected",
            OURS + " skipped",
            OURS + " undelivered",
            OURS + " unquarantined");

    /** Members of Lambda's own line for an invocation: AWS Lambda Developer Guide, "Lambda Telemetry API Event schema". */
    private static final Set<String> REPORT = Set.of(
            "type",
            "record.status",
            "record.errorType",
            "record.metrics.durationMs",
            "record.metrics.maxMemoryUsedMB",
            "record.metrics.memorySizeMB");

    private static final Set<String> COMMANDS = Set.of("fields", "filter", "limit", "parse", "sort", "stats");

    private static final Set<String> FUNCTIONS =
            Set.of("avg", "bin", "count", "count_distinct", "ispresent", "max", "min", "pct", "sum");

    private static final Set<String> WORDS = Set.of("as", "by", "asc", "desc", "and", "or", "not", "like", "in");

    /** A text, a regular expression, a number or name. */
    private static final Pattern TOKEN =
            Pattern.compile("\"[^\"]*\"|(?<=[ (])/(?:[^/\\\\]|\\\\.)*/|@?[A-Za-z_][\\w.]*|\\d+\\w*");

    private OnDutyChecks() {}

    /**
     * A metric that something looks at.
     *
     * @param name its namespace and name
     * @param dimensions its dimensions and their values
     * @param stat the statistic
     */
    private record Look(String name, Map<String, String> dimensions, String stat) {}

    // --- Alarms ---

    static void alarmsAreOnDuty(Template template) {
        alarms(template).forEach((name, alarm) -> {
            assertThat(alarm.get("AlarmDescription").toString().split("(?<=[.])\\s+(?=[A-Z])", -1))
                    .as(name + ": what it means, and what to do")
                    .hasSize(2);
            assertThat(alarm.get("AlarmDescription").toString()).as(name).hasSizeLessThanOrEqualTo(1_024);
            assertThat(list(alarm.get("AlarmActions"))).as(name).containsExactly(Map.of("Ref", "AlarmTopic"));
            assertThat(alarm.get("TreatMissingData")).as(name).isIn("ignore", "notBreaching");
            assertThat(looks(alarm)).as(name).isNotEmpty().allSatisfy(look -> exists(name, look));
            if (alarm.get("Metrics") != null) {
                expressionsNameTheirMetrics(name, list(alarm.get("Metrics")), alarm.get("ThresholdMetricId"));
            }
        });
        assertThat(alarms(template).values().stream()
                        .flatMap(alarm -> looks(alarm).stream())
                        .map(Look::name))
                .as("what AWS recommends, and what the function knows by itself")
                .containsAll(RECOMMENDED);
        assertThat(template.properties("TaxiTripsFunctionTrips"))
                .as("or three alarms would wait for metrics that do not come")
                .containsEntry("MetricsConfig", Map.of("Metrics", List.of("EventCount")));
        assertThat(template.properties("AlarmSubscription")).containsEntry("TopicArn", Map.of("Ref", "AlarmTopic"));
    }

    /** A metric of the function is one of its measures, or counts a reason; one of a service is known. */
    private static void exists(String where, Look look) {
        Set<String> known =
                look.name.startsWith(OURS + " ") ? ours() : METRICS.getOrDefault(look.dimensions.keySet(), Set.of());
        assertThat(known)
                .as(where + ": metrics with the dimensions " + look.dimensions.keySet())
                .contains(look.name);
        if (look.name.startsWith(OURS + " ")) {
            assertThat(look.dimensions).as(where).containsExactly(Map.entry("FunctionName", "${TaxiTripsFunction}"));
        }
    }

    private static void expressionsNameTheirMetrics(String alarm, List<Object> metrics, @Nullable Object band) {
        Set<String> ids = new TreeSet<>();
        Set<String> used = new TreeSet<>();
        for (Object metric : metrics) {
            String expression = text(map(metric).get("Expression"));
            ids.add(map(metric).get("Id").toString());
            if (expression.isEmpty()) {
                assertThat(map(metric)).as(alarm).containsEntry("ReturnData", false);
            } else {
                used.addAll(ids(expression));
            }
        }
        String first = map(metrics.get(0)).get("Id").toString();
        assertThat(used).as(alarm).doesNotContain(first);
        used.add(first);
        assertThat(used).as(alarm).isEqualTo(ids);
        if (band != null) {
            assertThat(first).as(alarm + ": the line is the band").isEqualTo(band);
            assertThat(map(metrics.get(1)))
                    .as(alarm + ": CloudWatch is told what the band is around")
                    .containsEntry("ReturnData", true);
        }
    }

    private static Set<String> ids(String expression) {
        return Pattern.compile("(?<![\\w{])[a-z]\\w*")
                .matcher(expression)
                .results()
                .map(id -> id.group())
                .collect(Collectors.toSet());
    }

    /** Every choice of what an alarm makes of silence, and of where its line is, says why. */
    static void choicesAreExplained(String yaml) {
        List<String> lines = yaml.lines().map(String::strip).toList();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).matches("(TreatMissingData|Threshold|ThresholdMetricId):.*")) {
                assertThat(lines.get(i - 1)).as("line " + i).startsWith("# ");
            }
        }
    }

    // --- The runbook ---

    static void runbookHasASectionForEachAlarm(Template template) {
        String page = Template.read(Path.of(RUNBOOK));
        List<String> sections = Pattern.compile("(?m)^## (\\w+Alarm)$")
                .matcher(page)
                .results()
                .map(section -> section.group(1))
                .toList();
        assertThat(sections)
                .containsExactlyInAnyOrderElementsOf(alarms(template).keySet());
        alarms(template).forEach((name, alarm) -> assertThat(
                        alarm.get("AlarmDescription").toString())
                .endsWith("(" + RUNBOOK + "#" + name.toLowerCase(Locale.ROOT) + ")."));
        for (String section : sections) {
            String text = page.substring(page.indexOf("\n## " + section + "\n"));
            int end = text.indexOf("\n## ", 1);
            assertThat(end < 0 ? text : text.substring(0, end))
                    .as(section)
                    .contains("**Means.**", "**Look.**", "**Do.**", "**Over**");
        }
        Set<String> queries = queries(template).values().stream()
                .map(query -> text(query.get("Name")).replace("${AWS::StackName}/", ""))
                .collect(Collectors.toSet());
        assertThat(Pattern.compile("query\\s+`([\\w-]+)`")
                        .matcher(page)
                        .results()
                        .map(query -> query.group(1))
                        .distinct())
                .as("questions, each of use to someone")
                .containsExactlyInAnyOrderElementsOf(queries);
        assertThat(Pattern.compile("\\$\\(output (\\w+)\\)")
                        .matcher(page)
                        .results()
                        .map(output -> output.group(1)))
                .isSubsetOf(template.outputs().keySet());
    }

    // --- The dashboard ---

    static void dashboardShowsEveryAlarm(Template template) {
        JsonNode dashboard = dashboard(template);
        Set<String> cells = new LinkedHashSet<>();
        Set<String> lines = new TreeSet<>();
        Set<String> shown = new TreeSet<>();
        Set<String> states = new TreeSet<>();
        int texts = 0;
        assertThat(dashboard.get("periodOverride").stringValue())
                .as("or a line would mean something else at another zoom")
                .isEqualTo("inherit");
        for (JsonNode widget : dashboard.get("widgets")) {
            occupy(widget, cells);
            JsonNode properties = widget.get("properties");
            switch (widget.get("type").stringValue()) {
                case "text" -> texts++;
                case "alarm" ->
                    properties
                            .get("alarms")
                            .forEach(arn -> states.add(arn.stringValue().replaceAll("[${}]|[.]Arn", "")));
                default -> {
                    assertThat(properties.get("region").stringValue()).isEqualTo("${AWS::Region}");
                    Widget graph = Widget.of(properties);
                    graph.looks.forEach(look -> {
                        exists(graph.title, look);
                        shown.add(look.name);
                    });
                    lines.addAll(graph.lines(template));
                }
            }
        }
        assertThat(texts).as("one that says how to read it").isEqualTo(1);
        assertThat(states).isEqualTo(alarms(template).keySet());
        assertThat(lines)
                .as("each alarm has its line")
                .isEqualTo(alarms(template).keySet());
        assertThat(shown)
                .as("every metric that is known, and no other")
                .containsAll(METRICS.values().stream().flatMap(Set::stream).toList());
        assertThat(shown.stream().filter(name -> name.startsWith(OURS + " rejected_")))
                .containsExactlyInAnyOrderElementsOf(Stream.of(Rejection.Reason.values())
                        .map(reason -> OURS + " rejected_" + reason)
                        .toList());
        Template.references(template.properties("Dashboard").get("DashboardBody")).stream()
                .filter(reference -> !reference.target().startsWith("AWS::"))
                .forEach(reference -> assertThat(template.resources().containsKey(reference.target())
                                || template.parameters().containsKey(reference.target()))
                        .as(reference.target())
                        .isTrue());
    }

    /** Claims the widget's cells of the grid, which is 24 wide. */
    private static void occupy(JsonNode widget, Set<String> cells) {
        int x = widget.get("x").intValue();
        int y = widget.get("y").intValue();
        assertThat(x + widget.get("width").intValue()).isBetween(1, 24);
        for (int column = x; column < x + widget.get("width").intValue(); column++) {
            for (int row = y; row < y + widget.get("height").intValue(); row++) {
                assertThat(cells.add(column + ", " + row))
                        .as("no other widget at " + column + ", " + row)
                        .isTrue();
            }
        }
    }

    /**
     * A graph.
     *
     * @param looks metrics that it shows or reckons with
     * @param expressions formulas by their ids
     * @param horizontal its lines' values by their labels
     */
    private record Widget(
            String title,
            int period,
            List<Look> looks,
            Map<String, String> expressions,
            Map<String, BigDecimal> horizontal) {

        static Widget of(JsonNode properties) {
            List<Look> looks = new ArrayList<>();
            Map<String, String> expressions = new LinkedHashMap<>();
            Map<String, String> ids = new LinkedHashMap<>();
            List<String> before = List.of();
            for (JsonNode metric : properties.get("metrics")) {
                JsonNode last = metric.get(metric.size() - 1);
                if (last.has("expression")) {
                    expressions.put(
                            last.get("id").stringValue(), last.get("expression").stringValue());
                    continue;
                }
                List<String> names = new ArrayList<>();
                for (JsonNode name : metric) {
                    if (name.isString()) {
                        names.add(name.stringValue().equals(".") ? before.get(names.size()) : name.stringValue());
                    }
                }
                before = names.equals(List.of("...")) ? before : names;
                Map<String, String> dimensions = new LinkedHashMap<>();
                for (int i = 2; i < before.size(); i += 2) {
                    dimensions.put(before.get(i), before.get(i + 1));
                }
                String stat = last.path("stat").asString(properties.get("stat").stringValue());
                looks.add(new Look(before.get(0) + " " + before.get(1), dimensions, stat));
                if (last.has("id")) {
                    assertThat(ids.put(last.get("id").stringValue(), before.get(1)))
                            .isNull();
                }
            }
            String title = properties.get("title").stringValue();
            expressions.values().forEach(expression -> assertThat(
                            Stream.concat(ids.keySet().stream(), expressions.keySet().stream()))
                    .as(title)
                    .containsAll(ids(expression)));
            Map<String, BigDecimal> horizontal = new LinkedHashMap<>();
            for (JsonNode line : properties.at("/annotations/horizontal")) {
                horizontal.put(
                        line.get("label").stringValue(), line.get("value").decimalValue());
            }
            return new Widget(title, properties.get("period").intValue(), looks, expressions, horizontal);
        }

        /** The alarms whose lines it has, each with what the alarm looks at, as the alarm looks at it. */
        Set<String> lines(Template template) {
            Set<String> found = new TreeSet<>(horizontal.keySet());
            alarms(template).forEach((name, alarm) -> {
                if (alarm.get("ThresholdMetricId") != null
                        && expressions.containsValue(
                                text(map(list(alarm.get("Metrics")).get(0)).get("Expression")))) {
                    found.add(name);
                }
            });
            for (String name : found) {
                Map<String, Object> alarm = template.properties(name);
                if (horizontal.containsKey(name)) {
                    assertThat(horizontal.get(name))
                            .as(title)
                            .isEqualByComparingTo(alarm.get("Threshold").toString());
                }
                assertThat(looks).as(title + " as " + name).containsAll(OnDutyChecks.looks(alarm));
                Template.visit("", alarm, (path, map) -> {
                    if (map.get("Expression") != null) {
                        assertThat(expressions.values())
                                .as(title + " as " + name)
                                .contains(text(map.get("Expression")));
                    }
                    if (map.get("Period") != null) {
                        assertThat(map.get("Period")).as(title + " as " + name).isEqualTo(period);
                    }
                });
            }
            return found;
        }
    }

    /** The dashboard as it is with everything that may be there. */
    private static JsonNode dashboard(Template template) {
        Object sub = map(template.properties("Dashboard").get("DashboardBody")).get("Fn::Sub");
        String body = Template.text(sub);
        for (Map.Entry<String, Object> variable : Template.variables(sub).entrySet()) {
            body = body.replace("${" + variable.getKey() + "}", named(variable.getValue()));
        }
        return JSON.readTree(body);
    }

    // --- Questions to the log ---

    static void queriesNameWhatIsLogged(Template template) {
        Map<String, Integer> everyReason = new TreeMap<>();
        Stream.of(Rejection.Reason.values()).forEach(reason -> everyReason.put(reason.toString(), 1));
        List<String> lines = LoggedInvocation.lines(everyReason);
        Set<String> members = new TreeSet<>(REPORT);
        lines.forEach(line -> members.addAll(JSON.readTree(line).propertyNames()));
        Set<String> asked = new TreeSet<>();

        assertThat(queries(template)).hasSize(10);
        queries(template).forEach((name, query) -> {
            assertThat(query).as(name).containsEntry("LogGroupNames", List.of(Map.of("Ref", "FunctionLogGroup")));
            assertThat(text(query.get("Name"))).as(name).matches("\\$\\{AWS::StackName}/[a-z-]+");
            Set<String> known = new TreeSet<>(members);
            known.addAll(Set.of("@timestamp", "@message"));
            for (String command : query.get("QueryString").toString().split("(?m)^\\| |\\n\\| ", -1)) {
                command(name, command.strip(), known, asked, lines);
            }
        });
        assertThat(asked)
                .as("a reason is a name, so a new one has to be asked for")
                .containsAll(everyReason.keySet().stream()
                        .map(reason -> "rejected_" + reason)
                        .toList());
    }

    /** Reads a command of a query: what it names must be known, and what it makes is known after it. */
    private static void command(
            String query, String command, Set<String> known, Set<String> asked, List<String> lines) {
        List<String> tokens =
                TOKEN.matcher(command).results().map(token -> token.group()).toList();
        assertThat(COMMANDS).as(query).contains(tokens.get(0));
        assertThat(command.chars().filter(c -> c == '(').count())
                .as(query)
                .isEqualTo(command.chars().filter(c -> c == ')').count());
        if (tokens.get(0).equals("parse")) {
            known.addAll(parsed(query, command, tokens.get(1), known, lines));
            return;
        }
        Set<String> made = new LinkedHashSet<>();
        for (int i = 1; i < tokens.size(); i++) {
            String token = tokens.get(i);
            if (tokens.get(i - 1).equals("as")) {
                assertThat(made.add(token))
                        .as(query + " makes " + token + " once")
                        .isTrue();
            } else if (command.contains(token + "(") && FUNCTIONS.contains(token)) {
                assertThat(tokens.get(0)).as(query).isIn("filter", "stats");
            } else if (token.matches("@?[A-Za-z_].*") && !WORDS.contains(token)) {
                assertThat(known).as(query).contains(token);
                asked.add(token);
            }
        }
        if (tokens.get(0).equals("stats")) {
            known.retainAll(
                    Set.of(command.substring(command.lastIndexOf("by ") + 3).split(",\\s*")));
        }
        known.addAll(made);
    }

    /** Parses lines as CloudWatch would; one of them at least must have something for each name. */
    private static Set<String> parsed(
            String query, String command, String member, Set<String> known, List<String> lines) {
        assertThat(known).as(query).contains(member);
        Matcher glob = Pattern.compile("parse \\S+ \"([^\"]*)\" as (.*)").matcher(command);
        Matcher regex = Pattern.compile("parse \\S+ /(.*)/").matcher(command);
        List<String> names;
        Pattern pattern;
        if (glob.matches()) {
            names = Arrays.asList(glob.group(2).split(",\\s*"));
            pattern = Pattern.compile(Stream.of(glob.group(1).split("\\*", -1))
                    .map(Pattern::quote)
                    .collect(Collectors.joining("(.*?)")));
        } else {
            assertThat(regex.matches()).as(query).isTrue();
            pattern = Pattern.compile(regex.group(1));
            names = Pattern.compile("\\(\\?<(\\w+)>")
                    .matcher(regex.group(1))
                    .results()
                    .map(name -> name.group(1))
                    .toList();
        }
        List<Matcher> found = lines.stream()
                .map(line -> member.equals("@message")
                        ? line
                        : JSON.readTree(line).path(member).asString(""))
                .map(pattern::matcher)
                .filter(Matcher::find)
                .toList();
        assertThat(found).as(query).isNotEmpty().allSatisfy(match -> assertThat(match.groupCount())
                .isEqualTo(names.size()));
        if (names.contains("told")) {
            assertThat(found).as("a count").allSatisfy(match -> assertThat(match.group(names.indexOf("told") + 1))
                    .matches("\\d+"));
        }
        return new LinkedHashSet<>(names);
    }

    // --- Helpers ---

    /** The alarms' properties by their names. */
    static Map<String, Map<String, Object>> alarms(Template template) {
        return ofType(template, "AWS::CloudWatch::Alarm");
    }

    private static Map<String, Map<String, Object>> queries(Template template) {
        return ofType(template, "AWS::Logs::QueryDefinition");
    }

    private static Map<String, Map<String, Object>> ofType(Template template, String type) {
        Map<String, Map<String, Object>> found = new TreeMap<>();
        template.resources().forEach((name, resource) -> {
            if (map(resource).get("Type").equals(type)) {
                found.put(name, template.properties(name));
            }
        });
        return found;
    }

    /** What an alarm looks at. */
    private static List<Look> looks(Map<String, Object> alarm) {
        List<Look> looks = new ArrayList<>();
        if (alarm.get("MetricName") != null) {
            Object stat = alarm.get("Statistic") == null ? alarm.get("ExtendedStatistic") : alarm.get("Statistic");
            looks.add(look(alarm, stat));
        }
        Template.visit("", alarm, (path, map) -> {
            if (map.get("Metric") != null) {
                looks.add(look(map(map.get("Metric")), map.get("Stat")));
            }
        });
        return looks;
    }

    private static Look look(Map<String, Object> metric, @Nullable Object stat) {
        Map<String, String> dimensions = new LinkedHashMap<>();
        if (metric.get("Dimensions") != null) {
            list(metric.get("Dimensions"))
                    .forEach(dimension -> dimensions.put(
                            map(dimension).get("Name").toString(),
                            named(map(dimension).get("Value"))));
        }
        return new Look(metric.get("Namespace") + " " + metric.get("MetricName"), dimensions, String.valueOf(stat));
    }

    /** A value as a {@code Fn::Sub} would name it, that of the stream and of what may not be there as if they were there. */
    private static String named(Object value) {
        if (value instanceof Map<?, ?> function) {
            if (function.get("Ref") instanceof String target) {
                return "${" + target + "}";
            }
            if (function.get("Fn::If") instanceof List<?> branches) {
                return named(branches.get(1));
            }
        }
        return text(value);
    }

    /** A text or that of a {@code Fn::Sub}, empty where there is none. */
    private static String text(@Nullable Object value) {
        if (value == null) {
            return "";
        }
        return value instanceof Map<?, ?> sub ? Template.text(sub.get("Fn::Sub")) : value.toString();
    }

    private static Set<String> ours() {
        return Stream.concat(
                        Stream.of(Measure.values()).map(Measure::toString),
                        Stream.of(Rejection.Reason.values()).map(reason -> "rejected_" + reason))
                .map(name -> OURS + " " + name)
                .collect(Collectors.toSet());
    }

    private static Set<String> metrics(String namespace, String... names) {
        return Stream.of(names).map(name -> namespace + " " + name).collect(Collectors.toSet());
    }
}
