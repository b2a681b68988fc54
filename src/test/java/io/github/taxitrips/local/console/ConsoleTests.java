package io.github.taxitrips.local.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.local.Desk;
import io.github.taxitrips.local.InvocationTotals;
import io.github.taxitrips.local.aws.AwsEndpoint;
import io.github.taxitrips.local.aws.Faults;
import io.github.taxitrips.local.lake.Lake;
import io.github.taxitrips.telemetry.Measure;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
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
import org.openqa.selenium.WebElement;
import org.openqa.selenium.support.ui.Select;

/** What a person does at the console, in a real browser. */
@EnabledIf(value = "io.github.taxitrips.local.console.Browser#isThere", disabledReason = Browser.MISSING)
class ConsoleTests extends InTheBrowser {

    @TempDir
    static Path folder;

    private static Desk server;
    private static int port;

    @BeforeAll
    static void start() throws Exception {
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        server = serve();
        page = Browser.start(false, true, 1280, 900);
    }

    private static Desk serve() {
        return new Desk(
                folder,
                "--server.port=" + port,
                "--taxi-trips.local.replay.trips=300",
                "--taxi-trips.retry.max-wait=1s",
                "--taxi-trips.retry.unthrottled-wait=500ms",
                "--taxi-trips.local.mapping.max-back-off=10s",
                "--taxi-trips.local.buffering.interval-in-seconds=1");
    }

    @AfterAll
    static void stop() {
        page.quit();
        server.close();
    }

    @BeforeEach
    void firstLook() {
        width(1280);
        visit(root());
        // What the test before left under way would count for this one.
        until(() -> !isUnderWay(server.bean(Replays.class).status()));
        server.settle();
        until(() -> measure("received")
                == server.bean(InvocationTotals.class).sums().of(Measure.RECEIVED));
    }

    private static boolean isUnderWay(Replays.@Nullable Status run) {
        return run != null && List.of("running", "paused").contains(run.phase());
    }

    private static URI root() {
        return URI.create("http://127.0.0.1:" + port + "/");
    }

    @AfterEach
    void calm() {
        server.bean(Replays.class).act(Replays.Act.CANCEL);
        server.bean(AwsEndpoint.class).setFaults(Faults.none());
        assertThat(troubles()).isEmpty();
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

    /** A browser has six connections, and keeps pages that are left. */
    @Test
    void aPageThatIsLeftLetsGoAndListensAgainWhenItIsComeBackTo() {
        until(() -> listeners() == 1);
        page.get("about:blank");
        until(() -> listeners() == 0);
        page.navigate().back();
        until(() -> text("#link").equals("Live") && listeners() == 1);
        replay("10", "0", "0");
        until(() -> text("#progress").contains("10 generated records · done"));
    }

    private static long listeners() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("console-listener"))
                .count();
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
        press("Pause");
        until(() -> text("#progress").contains("paused"));
        press("Resume");
        until(() -> text("#progress").contains("running"));
        assertThat(text("#progress")).contains("left");
        press("Cancel");
        until(() -> text("#progress").contains("cancelled"));
        until(() -> text("#stage-stream").contains("drained"));
        until(() -> find("#sum").getDomAttribute("data-holds").equals("true"));
    }

    @Test
    void aReplayIsHeldUpByAKeyOnAPhone() {
        width(390);
        until(() -> ((Number) page.executeScript("return innerWidth")).intValue() == 390);
        long before = measure("received");
        fill("[name=records]", "100000");
        fill("[name=rate]", "200");
        find("[name=rate]").sendKeys(Keys.ENTER);
        until(() -> text("#progress").contains("running"));
        until(() -> measure("received") > before);
        button("Pause").sendKeys(Keys.SPACE);
        until(() -> text("#progress").contains("paused"));
        until(() -> text("#stage-stream").contains("drained"));
        long held = measure("received");
        page.switchTo().activeElement().sendKeys(Keys.SPACE);
        until(() -> text("#progress").contains("running") && measure("received") > held);
        assertThat(page.executeScript("return document.documentElement.scrollWidth"))
                .isEqualTo(390L);
        button("Cancel").sendKeys(Keys.ENTER);
        until(() -> text("#progress").contains("cancelled"));
    }

    @Test
    void aFileOfTheTlcIsDropped() {
        long before = measure("delivered");
        long rejected = measure("rejected");
        fill("[name=unclean]", "0");
        page.executeScript(
                "const files = new DataTransfer(); files.items.add(new File([arguments[0]], 'yellow.csv'));"
                        + "document.querySelector('.drop').dispatchEvent(new DragEvent('drop', {dataTransfer: files, cancelable: true}))",
                """
                VendorID,tpep_pickup_datetime,tpep_dropoff_datetime,passenger_count,trip_distance,pickup_longitude,pickup_latitude,dropoff_longitude,dropoff_latitude,total_amount
                2,2016-01-02 20:18:04,2016-01-02 20:32:14,4,0.94,-73.96,40.75,-73.97,40.76,10.8
                1,2016-01-03 20:18:04,2016-01-03 20:32:14,1,1.94,0,0,-73.97,40.76,11.8
                """);
        until(() ->
                text("#progress").contains("2 yellow.csv") && text("#progress").contains("done"));
        until(() -> measure("delivered") == before + 1 && measure("rejected") == rejected + 1);
        page.executeScript(
                "const files = new DataTransfer(); files.items.add(new File(['PULocationID,DOLocationID\\n1,2'], 'zones.csv'));"
                        + "document.querySelector('.drop').dispatchEvent(new DragEvent('drop', {dataTransfer: files, cancelable: true}))");
        until(() -> text("#progress").contains("failed") && text("#progress").contains("zones.csv cannot be read:"));
    }

    @Test
    void anEventsFileIsChosen() {
        long before = measure("received");
        fill("[name=unclean]", "0");
        replayFile(Path.of("events/mixed.json").toAbsolutePath());
        until(() -> measure("received") == before + 100);
    }

    @Test
    void faultsActAtOnceAndShow() {
        page.executeScript(
                "const s = document.getElementById('fault-throttled-records'); s.value = 5; s.dispatchEvent(new Event('input')); s.dispatchEvent(new Event('change'))");
        until(() -> server.bean(AwsEndpoint.class).faults().firehose().throttledRecords() == 0.05);
        replay("400", "0", "0");
        until(() -> text("#progress").contains("done"));
        until(() -> text("#stage-firehose").contains("refusing some"));
        press("No faults");
        until(() -> server.bean(AwsEndpoint.class).faults().firehose().throttledRecords() == 0);
        until(() -> text("#stage-stream").contains("drained"));
        until(() -> measure("received") > 0
                && find("#sum").getDomAttribute("data-holds").equals("true"));
    }

    @Test
    void anInvocationOpens() {
        click("#invocation-rows button");
        until(() -> text("dialog").contains("Log line"));
        assertThat(text("dialog")).contains("received=", "Calls of Firehose", "What came in");
        find("dialog form button").click();
        until(() -> page.findElements(By.cssSelector("dialog")).isEmpty());
    }

    @Test
    void whatIsPastedIsJudgedAndMarked() {
        open("verdicts");
        press("Try five records");
        until(() -> text("main").contains("zero:pickup_latitude"));
        assertThat(page.findElements(By.cssSelector("mark"))).hasSizeGreaterThanOrEqualTo(3);
        assertThat(text("main")).contains("5 received = 1 clean + 4 rejected");
        find("#pasted").clear();
        find("#pasted").sendKeys("{\"Records\":[{\"kinesis\":{\"data\":\"%\"}}]}");
        press("Judge");
        until(() -> text("main").contains("Records[0].kinesis.data"));
    }

    private static void ask(String statement) {
        page.executeScript("document.querySelector('.CodeMirror').CodeMirror.setValue(arguments[0])", statement);
        press("Ask");
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
        press("Show on the map");
        until(() -> text("main").contains("the answer’s places"));
        page.navigate().back();
        until(() -> !page.findElements(By.cssSelector(".CodeMirror")).isEmpty());
        assertThat(new Select(find("#past")).getOptions()).hasSizeGreaterThan(3);
    }

    @Test
    void anAnswerIsSortedCopiedAndSaved() throws Exception {
        open("sql");
        ask("SELECT * FROM (VALUES (10, 'b,c'), (9, NULL), (200, 'a')) AS t(n, word)");
        until(() -> text("main").contains("3 rows in"));
        page.findElement(By.xpath("//th/button[.='n']")).click();
        until(() -> column(1).equals(List.of("9", "10", "200")));
        page.findElement(By.xpath("//th/button[.='n']")).click();
        until(() -> column(1).equals(List.of("200", "10", "9")));
        assertThat(find("th").getDomAttribute("aria-sort")).isEqualTo("descending");
        page.findElement(By.xpath("//th/button[.='word']")).click();
        until(() -> column(2).equals(List.of("a", "b,c", "")));

        page.executeCdpCommand(
                "Browser.grantPermissions",
                Map.of("permissions", List.of("clipboardReadWrite", "clipboardSanitizedWrite")));
        press("Copy");
        until(() -> "n\tword\n200\ta\n10\tb,c\n9\t"
                .equals(page.executeAsyncScript("navigator.clipboard.readText().then(arguments[0])")));

        Path downloads = Files.createDirectories(folder.resolve("downloads"));
        page.executeCdpCommand(
                "Browser.setDownloadBehavior", Map.of("behavior", "allow", "downloadPath", downloads.toString()));
        press("Save as CSV");
        Path saved = downloads.resolve("answer.csv");
        until(() -> Files.exists(saved));
        assertThat(saved).hasBinaryContent("n,word\r\n10,\"b,c\"\r\n9,\r\n200,a\r\n".getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> column(int number) {
        return texts("main tbody td:nth-child(" + number + ")");
    }

    @Test
    void whatWasAskedIsThereAfterAReload() {
        open("sql");
        ask("SELECT 4711 AS kept");
        until(() -> text("main").contains("1 rows in"));
        ask("SELECT 1,\n  nope\nFROM nyctaxitrips");
        until(() -> text("main .error").startsWith("Line 2, column 3"));
        assertThat(all(".CodeMirror .wrong")).extracting(WebElement::getText).containsExactly("nope");
        page.navigate().refresh();
        until(() -> !all(".CodeMirror").isEmpty());
        assertThat(page.executeScript("return document.querySelector('.CodeMirror').CodeMirror.getValue()"))
                .isEqualTo("SELECT 1,\n  nope\nFROM nyctaxitrips");
        new Select(find("#past")).selectByVisibleText("SELECT 4711 AS kept");
        press("Ask");
        until(() -> column(1).equals(List.of("4711")));
    }

    @Test
    void aQueryIsCancelled() {
        open("sql");
        ask("SELECT count(*) FROM range(100000000) a, range(100000000) b");
        until(() -> button("Cancel").isDisplayed());
        press("Cancel");
        until(() -> text("main").contains("Cancelled."));
    }

    @Test
    void rejectedRecordsAreMendedAndSentAgain() {
        open("rejected");
        until(() -> !page.findElements(By.cssSelector("tbody tr")).isEmpty());
        assertThat(text("main")).contains("--taxi-trips.quarantine.delivery-stream-name=");
        Select reasons = new Select(find("#reason"));
        String zero = reasons.getOptions().stream()
                .map(option -> option.getDomAttribute("value"))
                .filter(value -> value.startsWith("zero:"))
                .findFirst()
                .orElseThrow();
        reasons.selectByValue(zero);
        assertThat(text("main")).contains("zero where a place must be");
        click("tbody input[type=checkbox]");
        press("Send 1 again");
        until(() -> text("main").contains("1 records were sent"));
        click("tbody button.quiet");
        until(() -> !find("#mend").getDomProperty("value").isEmpty());
        String mended = find("#mend").getDomProperty("value").replaceAll("(itude\":)[-0.]+([,}])", "$140.5$2");
        find("#mend").clear();
        find("#mend").sendKeys(mended);
        press("Send as it is here");
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
                click("#invocation-rows button");
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
        press("Judge");
        until(() -> text("main table").contains(evil));
        open("sql");
        ask("SELECT '" + evil + "' AS \"" + evil + "\"");
        until(() -> text("main table").contains(evil));
        ask("SELECT \"" + evil + "\" FROM nyctaxitrips");
        until(() -> text("main .error").contains(evil));
        assertThat(page.findElements(By.cssSelector("img"))).isEmpty();
        assertThat(page.executeScript("return window.hacked === undefined")).isEqualTo(true);
    }

    /** A sheet of places as close as pixels has no hole, and on a smaller map what is dense differs from what is alone. */
    @Test
    void theMapDrawsAHundredThousandPlacesAndTheirDensity() {
        MapFrames.listenIn(page);
        visit(root());
        open("map");
        MapFrames.rain(
                page,
                "[...Array(50000).keys()].map(i => {"
                        + "const [x, y] = i === 0 ? [-74.05, 40.65] : i < 25000"
                        + " ? [-73.98 + 0.1 * (i % 250) / 250, 40.69 + 0.08 * Math.floor(i / 250) / 100] : [-73.83, 40.8];"
                        + "return [x, y, x, y, 1]; })");
        until(() -> text("#map .note").contains("50,000 trips shown"));
        until(() -> MapFrames.vivid(page, 0.2).get(0) > 40);
        for (int i = 0; i < 3; i++) {
            find("#map canvas").sendKeys("-");
        }
        until(() -> {
            List<Long> vivid = MapFrames.vivid(page, 0);
            return vivid.size() < 5_000 && vivid.get(vivid.size() - 1) > 1.3 * vivid.get(0);
        });
        assertThat(MapFrames.frames(page, "")).hasSize(300);
    }

    @Test
    void whatIsKeptIsMeasured() {
        OpenPage.Kept kept = OpenPage.kept(page);
        assertThat(kept.heap()).isPositive();
        assertThat(kept.nodes()).isGreaterThan(100);
        assertThat(OpenPage.oldGeneration()).isPositive();
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
        until(() -> {
            List<String> rows = texts("tbody tr");
            return !rows.isEmpty() && rows.stream().allMatch(row -> row.contains("\"type\":\"trip\""));
        });
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

    /** Each step but that about packing is done, and what its words promise is looked for on the page. */
    @Test
    void theTourDoesWhatItSays() {
        press("Take the tour");
        long received = measure("received");
        long delivered = measure("delivered");
        long rejected = measure("rejected");
        doIt("A clean run");
        until(() -> measure("received") == received + 5_000);
        assertThat(measure("delivered")).isEqualTo(delivered + 5_000);
        assertThat(measure("rejected")).isEqualTo(rejected);
        until(() -> text("#stage-lake").contains("nothing buffered"));

        press("Next");
        doIt("Poison");
        until(() -> measure("received") == received + 9_000);
        assertThat(measure("rejected") - rejected).isBetween(500L, 1_200L);
        assertThat(find("#sum").getDomAttribute("data-holds")).isEqualTo("true");
        until(() -> text("#stage-stream").contains("drained"));

        press("Next");
        long again = fact("firehose", "sent again");
        long whole = measure("delivered");
        long undelivered = measure("undelivered");
        doIt("Throttling");
        until(() -> measure("delivered") == whole + 4_000);
        assertThat(fact("firehose", "sent again")).isGreaterThan(again);
        assertThat(measure("undelivered")).isEqualTo(undelivered);
        long duplicates = duplicates();

        press("Next");
        long failures = fact("function", "failed") + fact("function", "in part");
        long skipped = measure("skipped");
        long before = measure("delivered");
        doIt("A failed batch, and no duplicates");
        until(() -> measure("delivered") == before + 2_000);
        assertThat(fact("function", "failed") + fact("function", "in part")).isGreaterThan(failures);
        assertThat(measure("skipped")).isGreaterThan(skipped);
        assertThat(duplicates()).isEqualTo(duplicates);
        until(() -> find("#fault-throttled-records").getDomProperty("value").equals("0"));

        for (String title : List.of("What packing saves", "That was it")) {
            press("Next");
            until(() -> text("#tour h2").equals(title));
        }
        press("Finish");
        until(() -> !find("#tour").isDisplayed());
    }

    /** What it waited for in vain by then is not its trouble any more. */
    @Test
    void theTourIsLeftWhileItWaitsAndTakenAgain() {
        replay("100000", "200", "0");
        until(() -> text("#progress").contains("running"));
        press("Pause");
        until(() -> text("#progress").contains("paused"));
        // A minute is a second.
        page.executeScript("const wait = window.setTimeout; window.waits = 0;"
                + "window.setTimeout = (action, millis) => { window.waits++; return wait(action, millis / 60); }");
        press("Take the tour");
        press("Do it");
        press("Leave the tour");
        until(() -> (boolean) page.executeScript("return window.waits >= 120"));
        page.executeAsyncScript("setTimeout(arguments[0], 6000)");
        press("Take the tour");
        until(() -> {
            if (text("#tour").contains("Another replay is under way: cancel it, and try again.")) {
                return true;
            }
            button("Do it").click();
            return false;
        });
        assertThat(text("#tour h2")).isEqualTo("A clean run");
        press("Leave the tour");
    }

    private static void doIt(String title) {
        until(() -> text("#tour h2").equals(title));
        press("Do it");
        until(() -> text("#tour").contains("under way"));
    }

    /** The page's counter once it has counted all there is, which is what the lake itself says. */
    private static long duplicates() {
        server.bean(Lake.class).flush();
        long[] counted = {-1};
        until(() -> {
            counted[0] = ((Number) page.executeAsyncScript("const done = arguments[0];"
                            + "import('/console/api.js').then(api => api.sql('SELECT count(*) - count(DISTINCT trip_id) FROM nyctaxitrips'))"
                            + ".then(answer => done(answer.rows[0][0]))"))
                    .longValue();
            return fact("lake", "duplicates") == counted[0];
        });
        return counted[0];
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
        width(width);
        for (String view : VIEWS) {
            openWithRows(view);
            assertThat(page.executeScript("return document.documentElement.scrollWidth"))
                    .as(view)
                    .isEqualTo((long) width);
        }
    }

    @ParameterizedTest
    @CsvSource({"light, 1280", "dark, 1280", "dark, 390"})
    void axeFindsNothing(String scheme, int width) {
        scheme(scheme);
        width(width);
        for (String view : VIEWS) {
            openWithRows(view);
            assertThat(violations()).as(view + " in " + scheme).isEmpty();
        }
    }

    /** Opens a view, and waits until it shows rows, if it has any. */
    private static void openWithRows(String view) {
        open(view);
        switch (view) {
            case "tail" -> new Select(find("#tail-stage")).selectByValue("rejected");
            case "verdicts" -> press("Try five records");
            case "sql" -> ask("SELECT * FROM nyctaxitrips LIMIT 50");
            default -> {}
        }
        String row =
                switch (view) {
                    case "overview" -> "#invocation-rows tr";
                    case "map" -> "canvas";
                    case "verdicts" -> "mark";
                    case "lake" -> "a[download]";
                    default -> "main tbody tr";
                };
        until(() -> !all(row).isEmpty());
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
        // Again, where the page was told of the faults only after the key.
        until(() -> {
            find("#fault-failed-calls").sendKeys(Keys.END);
            return server.bean(AwsEndpoint.class).faults().firehose().failedCalls() == 1;
        });
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
        press("Start the replay");
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
