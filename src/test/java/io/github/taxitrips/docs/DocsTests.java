package io.github.taxitrips.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.docs.Page.Command;
import io.github.taxitrips.intake.Rejection;
import io.github.taxitrips.telemetry.Measure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The pages keep their word: links lead somewhere, and commands are run by something before a reader runs them. */
class DocsTests {

    private static final String TESTS = "src/test/java/io/github/taxitrips/";

    /** How commands begin that are run without an account, and what runs them or what they start. */
    private static final Map<String, String> RUN_BY = Map.ofEntries(
            Map.entry(".ci/run", ".github/workflows/build.yml"),
            Map.entry(".ci/template/run", ".ci/run"),
            Map.entry("mvn verify", ".ci/run"),
            Map.entry("mvn package", ".ci/run"),
            Map.entry("mvn spotless:apply", ".ci/run"),
            Map.entry("mvn spring-boot:run", TESTS + "local/LocalRunTests.java"),
            Map.entry(
                    "mvn spring-boot:run -Dspring-boot.run.main-class=io.github.taxitrips.local.campaign.FaultCampaign",
                    TESTS + "local/campaign/FaultCampaignTests.java"),
            Map.entry(
                    "mvn -q spring-boot:run -Dspring-boot.run.main-class=io.github.taxitrips.local.SampleEvents",
                    TESTS + "local/SampleEventsTests.java"),
            Map.entry("src/bin/desk compact", TESTS + "local/lake/CompactionTests.java"),
            Map.entry("src/bin/desk query", TESTS + "local/sql/QueryTests.java"),
            Map.entry("src/bin/desk replay", TESTS + "local/StreamToSqlTests.java"),
            Map.entry("src/bin/desk redrive failed", TESTS + "local/StreamToSqlTests.java"),
            Map.entry("src/bin/desk redrive quarantine", TESTS + "local/StreamToSqlTests.java"),
            Map.entry("src/bin/desk redrive errors", TESTS + "local/StreamToSqlTests.java"),
            Map.entry("src/bin/desk game-day", TESTS + "local/gameday/GameDayTests.java"),
            Map.entry("curl http://127.0.0.1:8080/sql", TESTS + "local/SqlControllerTests.java"),
            Map.entry(
                    "curl 'http://127.0.0.1:8080/sql?year=2026&month=11&day=26'",
                    TESTS + "local/SqlControllerTests.java"),
            Map.entry(
                    "mvn -q spring-boot:test-run -Dspring-boot.run.main-class=io.github.taxitrips.local.lake.LakeRate",
                    TESTS + "local/lake/LakeRateTests.java"),
            Map.entry(
                    "mvn -q spring-boot:test-run -Dspring-boot.run.main-class=io.github.taxitrips.local.kinesis.StreamRate",
                    TESTS + "local/kinesis/StreamRateTests.java"),
            Map.entry(
                    "curl --data-binary @events/mixed.json http://127.0.0.1:8080/",
                    TESTS + "local/EventControllerTests.java"),
            Map.entry(
                    "mvn -q spring-boot:run -Dspring-boot.run.main-class=io.github.taxitrips.local.GlueColumns",
                    TESTS + "local/GlueColumnsTests.java"),
            Map.entry(
                    "curl --data-binary @events/readings.json http://127.0.0.1:8080/",
                    TESTS + "AnotherTableTests.java"),
            Map.entry("curl http://127.0.0.1:8080/actuator/health", TESTS + "local/DeskHealthTests.java"),
            Map.entry("curl http://127.0.0.1:8080/actuator/prometheus", TESTS + "local/MetersTests.java"),
            Map.entry(
                    "curl http://127.0.0.1:8080/actuator/metrics/taxi.trips.delivered",
                    TESTS + "local/MetersTests.java"),
            Map.entry("curl http://127.0.0.1:8081/faults", TESTS + "local/firehose/FaultsTests.java"),
            Map.entry("curl -X PUT http://127.0.0.1:8081/faults", TESTS + "local/firehose/FaultsTests.java"),
            Map.entry("curl http://127.0.0.1:8080/console/api/about", TESTS + "local/console/ConsoleApiTests.java"),
            Map.entry(
                    "curl -X PUT http://127.0.0.1:8080/console/api/settings",
                    TESTS + "local/console/ConsoleApiTests.java"),
            Map.entry("curl -N http://127.0.0.1:8080/console/api/events", TESTS + "local/console/ConsoleApiTests.java"),
            Map.entry(
                    "mvn -q spring-boot:test-run -Dspring-boot.run.main-class=io.github.taxitrips.local.console.Pictures",
                    TESTS + "local/console/ConsoleTests.java"),
            Map.entry(
                    "mvn -q spring-boot:test-run -Dspring-boot.run.main-class=io.github.taxitrips.local.console.MapFrames",
                    TESTS + "local/console/ConsoleTests.java"),
            Map.entry(
                    "mvn -q spring-boot:test-run -Dspring-boot.run.main-class=io.github.taxitrips.local.console.OpenPage",
                    TESTS + "local/console/ConsoleTests.java"),
            Map.entry("src/benchmark/run", ".ci/run"),
            Map.entry("src/benchmark/loops", ".ci/run"),
            Map.entry("src/benchmark/aot-cache", ".ci/run"));

    /** Options and data that a command may have beyond its beginning. */
    private static final Pattern MORE = Pattern.compile("( +(-([^ ']|'[^']*')+|'[^']*'|\"[^\"]*\"|#.*))*");

    private static List<Page> pages() throws IOException {
        return Page.all();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void linksLeadToAFileAndAHeadingOfIt(Page page) throws IOException {
        Map<Path, List<String>> anchors = Page.all().stream().collect(Collectors.toMap(Page::path, Page::anchors));
        assertThat(page.links()).filteredOn(link -> !link.matches("[a-z]+:.*")).allSatisfy(link -> {
            String[] parts = link.split("#", 2);
            Path target = parts[0].isEmpty()
                    ? page.path()
                    : page.path().resolveSibling(parts[0]).normalize();
            assertThat(target).exists();
            if (parts.length == 2) {
                assertThat(anchors.get(target)).contains(parts[1]);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("pages")
    void commandsAreRunBySomethingOrNeedAnAccount(Page page) {
        assertThat(page.commands())
                .as("%s", page)
                .filteredOn(command -> command.text().matches("(mvn|curl|src/benchmark/|\\.ci/).*"))
                .filteredOn(command -> !command.needsAccount())
                .extracting(Command::text)
                .allMatch(command -> RUN_BY.keySet().stream()
                        .anyMatch(known -> command.startsWith(known)
                                && MORE.matcher(command.substring(known.length()))
                                        .matches()));
    }

    /** It is for a first visit; what is not belongs into a page of its own. */
    @Test
    void readmeIsShort() throws IOException {
        assertThat(Files.readAllLines(Path.of("README.md"))).hasSizeLessThanOrEqualTo(200);
    }

    @Test
    void whatRunsThemIsThere() {
        assertThat(RUN_BY.values()).allSatisfy(file -> assertThat(Path.of(file)).exists());
    }

    @Test
    void everyReasonToRejectIsExplained() throws IOException {
        String page = Files.readString(Path.of("docs/guarantees.md"));
        for (Rejection.Reason reason : Rejection.Reason.values()) {
            assertThat(page).containsPattern("`" + reason + "[`:]");
        }
    }

    @Test
    void everyMetricIsExplained() throws IOException {
        String page = Files.readString(Path.of("docs/operating.md"));
        for (Measure measure : Measure.values()) {
            assertThat(page).contains("\n| `" + measure + "` | " + measure.unit() + " | ");
        }
    }
}
