package io.github.taxitrips.local.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.results.Rule;
import com.deque.html.axecore.selenium.AxeBuilder;
import io.github.taxitrips.TaxiTripsApplication;
import io.github.taxitrips.local.aws.AwsEndpoint;
import io.github.taxitrips.local.aws.Faults;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.support.ui.Select;
import org.openqa.selenium.support.ui.WebDriverWait;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** What a person does at the console, in a real browser. */
@EnabledIf(value = "io.github.taxitrips.local.console.Browser#isThere", disabledReason = Browser.MISSING)
class ConsoleTests {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final List<String> VIEWS =
            List.of("overview", "map", "tail", "invocations", "verdicts", "sql", "rejected", "lake");

    @TempDir
    static Path folder;

    private static ConfigurableApplicationContext server;
    private static int port;
    private static ChromeDriver page;

    @BeforeAll
    static void start() throws Exception {
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        server = serve();
        page = Browser.start(false, true, 1280, 900);
    }

    private static ConfigurableApplicationContext serve() {
        return new SpringApplicationBuilder(TaxiTripsApplication.class)
                .web(WebApplicationType.SERVLET)
                .run(
                        "--server.port=" + port,
                        "--taxi-trips.local.firehose-port=0",
                        "--taxi-trips.local.data-lake=" + folder.resolve("lake"),
                        "--taxi-trips.local.stream.folder=" + folder.resolve("stream"),
                        "--taxi-trips.local.replay.trips=300",
                        "--taxi-trips.local.faults.throttled-records=0",
                        "--taxi-trips.local.mapping.maximum-batching-window=0s",
                        "--taxi-trips.local.buffering.interval-in-seconds=1");
    }

    @AfterAll
    static void stop() {
        page.quit();
        server.close();
    }

    @BeforeEach
    void firstLook() {
        page.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", 1280, "height", 900, "deviceScaleFactor", 1, "mobile", false));
        page.get("about:blank");
        page.get("http://127.0.0.1:" + port + "/");
        until(() -> text("#link").equals("Live"));
        until(() -> !page.findElements(By.cssSelector("#sum [data-measure]")).isEmpty());
    }

    @AfterEach
    void calm() {
        server.getBean(Replays.class).act(Replays.Act.CANCEL);
        server.getBean(AwsEndpoint.class).setFaults(Faults.none());
        // What was asked for and refused on purpose is told of by the browser as well.
        assertThat(page.manage().logs().get("browser").getAll().stream()
                        .filter(entry -> entry.getLevel().intValue() >= Level.SEVERE.intValue())
                        .map(LogEntry::getMessage)
                        .filter(message -> !message.contains("the server responded with a status of"))
                        .filter(message -> !message.contains("ERR_CONNECTION_REFUSED"))
                        .filter(message -> !message.contains("ERR_INCOMPLETE_CHUNKED_ENCODING"))
                        .filter(message -> !message.contains("ERR_EMPTY_RESPONSE")))
                .isEmpty();
    }

    private static void until(BooleanSupplier holds) {
        new WebDriverWait(page, PATIENCE)
                .ignoring(StaleElementReferenceException.class)
                .ignoring(NoSuchElementException.class)
                .until(driver -> holds.getAsBoolean());
    }

    private static WebElement find(String selector) {
        return page.findElement(By.cssSelector(selector));
    }

    private static String text(String selector) {
        return find(selector).getText();
    }

    private static WebElement button(String label) {
        return page.findElement(By.xpath("//button[normalize-space()='" + label + "']"));
    }

    private static void open(String view) {
        page.executeScript("location.hash = arguments[0]", view);
        until(() -> !page.findElements(By.cssSelector(".view." + view + "view .panel"))
                .isEmpty());
        if (view.equals("sql")) {
            until(() -> !page.findElements(By.cssSelector(".CodeMirror")).isEmpty());
        }
    }

    private static long measure(String name) {
        return Long.parseLong(text("#sum [data-measure=" + name + "]").replace(",", ""));
    }

    private static void fill(String selector, String value) {
        WebElement field = find(selector);
        field.clear();
        field.sendKeys(value);
    }

    private static void replay(String records, String rate, String unclean) {
        fill("[name=records]", records);
        fill("[name=rate]", rate);
        fill("[name=unclean]", unclean);
        button("Start the replay").click();
        until(() -> find("#progress").isDisplayed());
    }

    private static Path file(String name, String content) throws Exception {
        return Files.writeString(folder.resolve(name), content);
    }

    @Test
    void theSumHolds() {
        assertThat(find("#sum").getDomAttribute("data-holds")).isEqualTo("true");
        assertThat(text("#flow")).contains("Producer", "Stream", "Function", "Firehose", "Lake");
        until(() -> measure("received") == measure("delivered") + measure("rejected") && measure("received") >= 300);
    }

    /** All that is needed for the first view, before compression. */
    @Test
    void firstPageIsSmall() {
        Number bytes = (Number) page.executeScript(
                "return performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation'))"
                        + ".reduce((all, one) => all + (one.name.includes('/api/') ? 0 : one.transferSize), 0)");
        assertThat(bytes.longValue()).isBetween(20_000L, 300_000L);
        List<?> elsewhere = (List<?>)
                page.executeScript(
                        "return performance.getEntriesByType('resource').map(one => one.name).filter(name => !name.startsWith(location.origin))");
        assertThat(elsewhere).isEmpty();
    }

    @Test
    void aReplayIsPausedGoesOnAndIsCancelled() {
        long before = measure("received");
        replay("100000", "300", "10");
        until(() -> measure("received") > before);
        button("Pause").click();
        until(() -> text("#progress").contains("paused"));
        button("Resume").click();
        until(() -> text("#progress").contains("running"));
        assertThat(text("#progress")).contains("left");
        button("Cancel").click();
        until(() -> text("#progress").contains("cancelled"));
        until(() -> text("#stage-stream").contains("drained"));
        until(() -> find("#sum").getDomAttribute("data-holds").equals("true"));
    }

    @Test
    void faultsActAtOnceAndShow() {
        page.executeScript(
                "const s = document.getElementById('fault-throttled-records'); s.value = 60; s.dispatchEvent(new Event('input')); s.dispatchEvent(new Event('change'))");
        until(() -> server.getBean(AwsEndpoint.class).faults().firehose().throttledRecords() == 0.6);
        replay("400", "0", "0");
        until(() -> text("#progress").contains("done"));
        until(() -> text("#stage-firehose").contains("refusing some"));
        button("No faults").click();
        until(() -> server.getBean(AwsEndpoint.class).faults().firehose().throttledRecords() == 0);
        until(() -> text("#stage-stream").contains("drained"));
        until(() -> measure("received") > 0
                && find("#sum").getDomAttribute("data-holds").equals("true"));
    }

    @Test
    void anInvocationOpens() {
        until(() ->
                !page.findElements(By.cssSelector("#invocation-rows button")).isEmpty());
        find("#invocation-rows button").click();
        until(() -> text("dialog").contains("Log line"));
        assertThat(text("dialog")).contains("received=", "Calls of Firehose", "What came in");
        find("dialog form button").click();
        until(() -> page.findElements(By.cssSelector("dialog")).isEmpty());
    }

    @Test
    void whatIsPastedIsJudgedAndMarked() {
        open("verdicts");
        button("Try five records").click();
        until(() -> text("main").contains("zero:pickup_latitude"));
        assertThat(page.findElements(By.cssSelector("mark"))).hasSizeGreaterThanOrEqualTo(3);
        assertThat(text("main")).contains("5 received = 1 clean + 4 rejected");
        find("#pasted").clear();
        find("#pasted").sendKeys("{\"Records\":[{\"kinesis\":{\"data\":\"%\"}}]}");
        button("Judge").click();
        until(() -> text("main").contains("Records[0].kinesis.data"));
    }

    private static void ask(String statement) {
        page.executeScript("document.querySelector('.CodeMirror').CodeMirror.setValue(arguments[0])", statement);
        button("Ask").click();
    }

    @Test
    void theLakeIsAskedAndExplainsWhatIsWrong() {
        open("sql");
        ask("SELECT count(*) AS trips FROM nyctaxitrips");
        until(() -> text("main").contains("1 rows in"));
        assertThat(text("tbody td")).isNotEqualTo("0");
        ask("SELECT 4176816979886850873 AS id");
        until(() -> text("tbody td").equals("4176816979886850873"));
        ask("SELECT nope FROM nyctaxitrips");
        until(() -> text("main .error").contains("Line 1, column 8"));
        assertThat(page.findElements(By.cssSelector(".CodeMirror .wrong"))).isNotEmpty();
        ask("SELECT pickup_longitude, pickup_latitude FROM nyctaxitrips LIMIT 50");
        until(() -> text("main").contains("50 rows in"));
        button("Show on the map").click();
        until(() -> text("main").contains("the answer’s places"));
        page.navigate().back();
        until(() -> !page.findElements(By.cssSelector(".CodeMirror")).isEmpty());
        assertThat(new Select(find("#past")).getOptions()).hasSizeGreaterThan(3);
    }

    @Test
    void aQueryIsCancelled() {
        open("sql");
        ask("SELECT count(*) FROM range(100000000) a, range(100000000) b");
        until(() -> button("Cancel").isDisplayed());
        button("Cancel").click();
        until(() -> text("main").contains("Cancelled."));
    }

    @Test
    void rejectedRecordsAreMendedAndSentAgain() {
        open("rejected");
        until(() -> !page.findElements(By.cssSelector("tbody tr")).isEmpty());
        Select reasons = new Select(find("#reason"));
        String zero = reasons.getOptions().stream()
                .map(option -> option.getDomAttribute("value"))
                .filter(value -> value.startsWith("zero:"))
                .findFirst()
                .orElseThrow();
        reasons.selectByValue(zero);
        assertThat(text("main")).contains("zero where a place must be");
        find("tbody input[type=checkbox]").click();
        button("Send 1 again").click();
        until(() -> text("main").contains("1 records were sent"));
        find("tbody button.quiet").click();
        until(() -> !find("#mend").getDomProperty("value").isEmpty());
        String mended = find("#mend").getDomProperty("value").replaceAll("(itude\":)[-0.]+([,}])", "$140.5$2");
        find("#mend").clear();
        find("#mend").sendKeys(mended);
        button("Send as it is here").click();
        until(() -> text("main").contains("The mended record was sent"));
    }

    @Test
    void hostileTextIsText() throws Exception {
        String evil = "<img src=x onerror=window.hacked=1>";
        replayFile(file(
                "evil.json",
                "{\"type\":\"trip\",\"trip_id\":\"" + evil + "\",\"pickup_latitude\":0,\"" + evil + "\":\"" + evil
                        + "\"}\n" + "{\"type\":\"" + evil + "\"}\n" + evil + '\n'));
        for (String view : List.of("rejected", "invocations")) {
            open(view);
            if (view.equals("invocations")) {
                find("#invocation-rows button").click();
                until(() -> text("dialog").contains("What came in"));
                assertThat(text("dialog")).contains(evil);
                find("dialog form button").click();
            } else {
                until(() -> text("main").contains(evil));
            }
            assertThat(page.findElements(By.cssSelector("img"))).isEmpty();
        }
        open("verdicts");
        find("#pasted").sendKeys(evil);
        button("Judge").click();
        until(() -> text("main table").contains(evil));
        open("sql");
        ask("SELECT '" + evil + "' AS \"" + evil + "\"");
        until(() -> text("main table").contains(evil));
        ask("SELECT \"" + evil + "\" FROM nyctaxitrips");
        until(() -> text("main .error").contains(evil));
        assertThat(page.findElements(By.cssSelector("img"))).isEmpty();
        assertThat(page.executeScript("return window.hacked === undefined")).isEqualTo(true);
    }

    private static void replayFile(Path file) {
        find("#replay input[type=file]").sendKeys(file.toString());
        until(() -> text("#progress").contains(file.getFileName().toString())
                && text("#progress").contains("done"));
        until(() -> text("#stage-stream").contains("drained"));
    }

    @Test
    void theTailIsFilteredAndPausedByAKey() {
        open("tail");
        new Select(find("#tail-stage")).selectByValue("rejected");
        until(() -> !page.findElements(By.cssSelector("tbody tr")).isEmpty());
        find("#tail-filter").sendKeys("type: trip");
        until(() -> page.findElements(By.cssSelector("tbody tr")).stream()
                .allMatch(row -> row.getText().contains("\"type\":\"trip\"")));
        find("#content").sendKeys(" ");
        until(() -> text("main").contains("Paused."));
    }

    @Test
    void theLakeListsAndSavesItsFiles() {
        open("lake");
        until(() -> !page.findElements(By.cssSelector("a[download]")).isEmpty());
        assertThat(text("main")).contains("nyctaxitrips/year=", "pickup_latitude");
        assertThat(find("a[download]").getDomAttribute("href")).startsWith("/console/api/lake/file?path=");
    }

    @Test
    void theTourWalksThrough() {
        long before = measure("received");
        button("Take the tour").click();
        until(() -> text("#tour").contains("A clean run"));
        button("Do it").click();
        until(() -> text("#tour").contains("under way"));
        until(() -> measure("received") > before);
        for (String title : List.of("Poison", "Throttling", "A failed batch", "What packing saves", "That was it")) {
            button("Next").click();
            until(() -> text("#tour").contains(title));
        }
        button("Finish").click();
        until(() -> !find("#tour").isDisplayed());
    }

    @Test
    void aPictureIsTaken() throws Exception {
        Path picture = folder.resolve("overview.webp");
        Pictures.take(page, "overview", 1280, picture);
        assertThat(Files.readAllBytes(picture)).startsWith('R', 'I', 'F', 'F').hasSizeGreaterThan(10_000);
    }

    @ParameterizedTest
    @ValueSource(ints = {360, 820})
    void nothingIsWiderThanThePage(int width) {
        page.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", 800, "deviceScaleFactor", 1, "mobile", false));
        for (String view : VIEWS) {
            open(view);
            assertThat(page.executeScript("return document.documentElement.scrollWidth"))
                    .as(view)
                    .isEqualTo((long) width);
        }
    }

    @ParameterizedTest
    @CsvSource({"light, 1280", "dark, 1280", "dark, 390"})
    void axeFindsNothing(String scheme, int width) {
        page.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(
                                Map.of("name", "prefers-color-scheme", "value", scheme),
                                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
        page.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", false));
        for (String view : VIEWS) {
            open(view);
            if (view.equals("verdicts")) {
                button("Try five records").click();
                until(() -> !page.findElements(By.cssSelector("mark")).isEmpty());
            }
            List<String> violations = new ArrayList<>();
            for (Rule rule : new AxeBuilder().analyze(page).getViolations()) {
                rule.getNodes().forEach(node -> violations.add(rule.getId() + ": " + node.getHtml()));
            }
            assertThat(violations).as(view + " in " + scheme).isEmpty();
        }
    }

    @Test
    void aKeyboardIsEnough() {
        find("body").sendKeys(Keys.TAB);
        assertThat(page.switchTo().activeElement().getText()).isEqualTo("Skip to the content");
        for (int i = 0; i < 4; i++) {
            page.switchTo().activeElement().sendKeys(Keys.TAB);
        }
        assertThat(page.switchTo().activeElement().getText()).isEqualTo("Tail");
        page.switchTo().activeElement().sendKeys(Keys.ENTER);
        until(() -> page.getTitle().startsWith("Tail"));
        assertThat(page.switchTo().activeElement().getDomAttribute("id")).isEqualTo("content");
        open("overview");
        find("#fault-failed-calls").sendKeys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT);
        until(() -> server.getBean(AwsEndpoint.class).faults().firehose().failedCalls() == 0.02);
        find("#map canvas").sendKeys(Keys.ARROW_LEFT, "+", "-", "0");
        find("[name=records]").sendKeys(Keys.CONTROL, "a");
        find("[name=records]").sendKeys("50", Keys.ENTER);
        until(() -> text("#progress").contains("50 generated records"));
    }

    @Test
    void thePageSaysThatTheServerIsGoneAndComesBack() {
        long before = measure("received");
        server.close();
        until(() -> text("#link").equals("Server is gone"));
        assertThat(find("#gone").isDisplayed()).isTrue();
        button("Start the replay").click();
        until(() -> text("#replay .error").contains("is it running"));
        server = serve();
        until(() -> text("#link").equals("Live"));
        assertThat(find("#gone").isDisplayed()).isFalse();
        until(() -> measure("received") != before);
        // The token is another one now.
        replay("50", "0", "0");
        until(() -> text("#progress").contains("done"));
    }
}
