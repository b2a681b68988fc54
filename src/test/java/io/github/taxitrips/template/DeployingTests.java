package io.github.taxitrips.template;

import static io.github.taxitrips.template.Template.list;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The page about deploying names what the template has, and what a stack leaves behind is in its commands. */
class DeployingTests {

    private static final String PAGE = Template.read(Path.of("docs", "deploying.md"));
    private static final Template TEMPLATE = Template.load();

    @Test
    void everyParameterHasItsRowWithItsDefault() {
        TEMPLATE.parameters().keySet().forEach(name -> {
            String value = TEMPLATE.parameter(name).get("Default").toString();
            String shown = value.isEmpty() ? "empty" : value.matches("-?\\d+") ? value : "`" + value + "`";
            assertThat(PAGE).contains("\n| `" + name + "` | " + shown + " | ");
        });
    }

    @Test
    void everyParameterThatACommandSetsExists() {
        Set<String> set = matches("(?<![\\w`])'?([A-Z][a-z]+[A-Za-z]+)=[\"\\w$]");
        // Of dimensions and query results.
        set.removeAll(Set.of("Name", "Value", "OutputLocation"));

        assertThat(set).isNotEmpty();
        assertThat(TEMPLATE.parameters().keySet()).containsAll(set);
    }

    @Test
    void everyOutputThatACommandReadsExists() {
        assertThat(TEMPLATE.outputs().keySet()).containsAll(matches("\\$\\(output (\\w+)\\)"));
    }

    @Test
    void everyAlarmIsInTheTable() {
        String table = PAGE.substring(PAGE.indexOf("| alarm |"), PAGE.indexOf("By default a stream keeps"));

        assertThat(Pattern.compile("`(\\w+Alarm)`").matcher(table).results().map(alarm -> alarm.group(1)))
                .containsExactlyInAnyOrderElementsOf(TEMPLATE.resources().keySet().stream()
                        .filter(name -> name.endsWith("Alarm"))
                        .toList());
    }

    /** Tags are for whole stacks, so they need no parameter. */
    @Test
    void tagsGoOnEverything() {
        assertThat(PAGE).contains("`deploy --tags ");
        assertThat(TEMPLATE.resources().keySet()).allSatisfy(name -> assertThat(TEMPLATE.properties(name))
                .as("tags of its own would hide those of the stack: " + name)
                .doesNotContainKey("Tags"));
    }

    /** CloudFormation takes 51,200 bytes directly, and what goes over a bucket needs one. */
    @Test
    void templateGoesOverTheBucketOfArtifacts() {
        assertThat(PAGE).contains("deploy --template-file target/packaged.yaml --s3-bucket \"$ARTIFACTS\"");
    }

    @Test
    void whatStaysCanBeDeleted() {
        String tearDown = PAGE.substring(PAGE.indexOf("\n## Tear it down"));

        assertThat(tearDown)
                .contains("delete-delivery-stream --delivery-stream-name \"$DELIVERY\"")
                .contains("delete-delivery-stream --delivery-stream-name \"$QUARANTINE\"")
                .contains("kinesis delete-stream", "s3 rb \"s3://$BUCKET\"", "aws-sam-cli-managed-default")
                .contains(list(TEMPLATE.properties("DeliveryRole").get("Policies")).stream()
                        .map(policy -> "delete-role-policy --role-name \"$ROLE\" --policy-name "
                                + Template.map(policy).get("PolicyName"))
                        .toList());
    }

    private static Set<String> matches(String pattern) {
        return Pattern.compile(pattern)
                .matcher(PAGE)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
