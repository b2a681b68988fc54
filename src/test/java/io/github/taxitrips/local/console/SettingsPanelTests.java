package io.github.taxitrips.local.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.local.Desk;
import io.github.taxitrips.local.RunningSettings;
import io.github.taxitrips.local.aws.AwsEndpoint;
import io.github.taxitrips.local.aws.Faults;
import io.github.taxitrips.settings.TaxiTripsProperties;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.support.ui.Select;

/** What a person does with settings and faults in a real browser, and sees of what it does to the bill and to duplicates. */
@EnabledIf(value = "io.github.taxitrips.local.console.Browser#isThere", disabledReason = Browser.MISSING)
class SettingsPanelTests extends InTheBrowser {

    private static final String MEMORY = "taxi-trips.retry.memory";
    private static final String MAPPING = "taxi-trips.local.mapping.";

    @TempDir
    static Path folder;

    private static Desk desk;

    @BeforeAll
    static void start() {
        desk = new Desk(
                folder,
                "--taxi-trips.local.mapping.max-back-off=0s",
                "--taxi-trips.local.mapping.maximum-batching-window=100ms",
                "--taxi-trips.local.buffering.interval-in-seconds=1");
        page = Browser.start(false, true, 1280, 900);
    }

    @AfterAll
    static void stop() {
        page.quit();
        desk.close();
    }

    @BeforeEach
    void firstLook() {
        width(1280);
        visit(desk.web("/"));
        until(() -> !setting(MEMORY).getDomProperty("value").isEmpty());
    }

    @AfterEach
    void asStarted() {
        RunningSettings settings = desk.bean(RunningSettings.class);
        settings.change(settings.started().entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().toString())));
        desk.bean(Replays.class).act(Replays.Act.CANCEL);
        desk.bean(AwsEndpoint.class).setFaults(Faults.none());
        assertThat(troubles()).isEmpty();
    }

    private static TaxiTripsProperties settings() {
        return desk.bean(RunningSettings.class).current();
    }

    private static Faults faults() {
        return desk.bean(AwsEndpoint.class).faults();
    }

    private static WebElement setting(String name) {
        return find("#settings [name='" + name + "']");
    }

    private static void set(String name, String value) {
        setting(name).sendKeys(Keys.chord(Keys.CONTROL, "a"), value, Keys.TAB);
    }

    /** Sends so many trips and waits until the function is done with them. */
    private static void runThrough(int trips) {
        long before = measure("received");
        replay(String.valueOf(trips), "0", "0");
        until(() -> measure("received") >= before + trips);
        drained();
    }

    private static void drained() {
        until(() -> text("#progress").contains("done") && text("#stage-stream").contains("drained"));
    }

    /** A cell of the effect: 1 for before, 2 for since. */
    private static String effect(int row, int column) {
        return text("#effect tbody tr:nth-child(" + row + ") td:nth-of-type(" + column + ")");
    }

    private static boolean isManifold(String factor) {
        return factor.contains("×") && number(factor) > 10;
    }

    private static double number(String told) {
        return Double.parseDouble(told.replaceAll("[^0-9.]", ""));
    }

    @Test
    void packingLowersTheBillAtOnce() {
        // So many that what a test packed before them does not show.
        runThrough(20_000);
        // One column or the other, by whether something was changed before.
        until(() -> isManifold(effect(1, 1)) || isManifold(effect(1, 2)));
        setting("taxi-trips.packing.enabled").click();
        until(() -> settings().packing().enabled());
        runThrough(2_000);
        until(() -> effect(1, 2).contains("×") && number(effect(1, 2)) < 2);
        assertThat(effect(1, 1)).matches(SettingsPanelTests::isManifold);
        assertThat(effect(2, 1)).startsWith("$");
        assertThat(effect(2, 2)).startsWith("$");
        until(() -> effect(3, 2).equals("+0"));

        press("As started");
        until(() -> !settings().packing().enabled());
        until(() -> !setting("taxi-trips.packing.enabled").isSelected());
        assertThat(button("As started").isEnabled()).isFalse();
    }

    @Test
    void batchSizeAndWindowShowInTheNextInvocations() {
        set(MAPPING + "batch-size", "40");
        set(MAPPING + "maximum-batching-window", "1.5");
        until(() -> settings().local().mapping().batchSize() == 40);
        until(() -> settings().local().mapping().maximumBatchingWindow().equals(Duration.ofMillis(1500)));
        runThrough(1_000);
        until(() -> {
            List<Integer> received = texts("#invocation-rows td:nth-child(4)").stream()
                    .map(told -> Integer.valueOf(told.replace(",", "")))
                    .toList();
            return received.contains(40) && received.stream().allMatch(count -> count <= 40);
        });
    }

    /** Without a memory what was delivered by a failed invocation comes again, by either strategy; with one nothing does. */
    @Test
    void duplicatesAreCountedExactlyAndMemoryMakesNone() {
        set("taxi-trips.retry.max-retries", "0");
        set(MEMORY, "0");
        until(() -> settings().retry().memory() == 0 && settings().retry().maxRetries() == 0);
        assertThat(duplicatesOfARun("failed")).isPositive();

        new Select(setting("taxi-trips.on-exhausted")).selectByValue("report-failures");
        until(() -> settings().onExhausted() == TaxiTripsProperties.OnExhausted.REPORT_FAILURES);
        assertThat(duplicatesOfARun("in part")).isPositive();

        set(MEMORY, "20000");
        until(() -> settings().retry().memory() == 20_000);
        long skipped = measure("skipped");
        assertThat(duplicatesOfARun("in part")).isZero();
        assertThat(measure("skipped")).isGreaterThan(skipped);
    }

    /** Lets invocations fail for a time, and returns the duplicates that they made, by the lake and by the page alike. */
    private static long duplicatesOfARun(String failure) {
        long before = duplicates();
        until(() -> effect(3, 1).equals(String.format("%,d", before))
                && effect(3, 2).equals("+0"));
        long failures = fact("function", failure);
        desk.bean(AwsEndpoint.class).setFaults(new Faults(0.3, 0, Duration.ZERO, Faults.SERVICE_UNAVAILABLE, 1));
        replay("100", "0", "0");
        until(() -> fact("function", failure) > failures);
        desk.bean(AwsEndpoint.class).setFaults(Faults.none());
        drained();
        long made = duplicates() - before;
        until(() -> text("#stage-lake").contains(String.format("duplicates\n%,d", before + made)));
        until(() -> effect(3, 2).equals(String.format("+%,d", made)));
        return made;
    }

    private static long duplicates() {
        return Long.parseLong(desk.ask("SELECT count(*) - count(DISTINCT trip_id) FROM nyctaxitrips")
                .get(0));
    }

    @Test
    void wrongValueIsExplainedAndATerminalsChangeIsSeen() {
        set(MEMORY, "-5");
        until(() -> text("#settings .error")
                .contains("The setting taxi-trips.retry.memory has the value \"-5\" (from the change at run time), but"
                        + " must be a whole number from 0 to 1000000."));
        assertThat(settings().retry().memory()).isEqualTo(20_000);
        desk.bean(RunningSettings.class)
                .change(Map.of(MEMORY, "7", "taxi-trips.packing.max-record-size", "1536", MAPPING + "batch-size", "9"));
        until(() -> setting(MEMORY).getDomProperty("value").equals("7"));
        assertThat(setting("taxi-trips.packing.max-record-size").getDomProperty("value"))
                .isEqualTo("1.5");
        assertThat(setting(MAPPING + "batch-size").getDomProperty("value")).isEqualTo("9");
        set(MEMORY, "8");
        until(() -> settings().retry().memory() == 8);
        until(() -> !find("#settings .error").isDisplayed());
    }

    @Test
    void theTourShowsWhatPackingSaves() {
        press("Take the tour");
        until(() -> text("#tour").contains("A clean run"));
        while (!text("#tour h2").equals("What packing saves")) {
            press("Next");
        }
        press("Do it");
        until(() -> text("#tour").matches("(?s).*Off: [0-9.]+ times.* On: [0-9.]+ times.*"));
        List<String> factors = List.of(text("#tour")
                .replaceAll("(?s).*Off: ([0-9.]+) .* On: ([0-9.]+) .*", "$1 $2")
                .split(" "));
        assertThat(Double.parseDouble(factors.get(0))).isGreaterThan(10);
        assertThat(Double.parseDouble(factors.get(1))).isLessThan(2);
        until(() -> text("#tour").contains("Both runs are over"));
        assertThat(settings().packing().enabled()).isFalse();
        press("Leave the tour");
    }

    @Test
    void faultsAreByServiceAndOperation() {
        for (String fault : List.of("kinesis-latency", "reset-calls", "kinesis-reset-calls")) {
            find("#fault-" + fault).sendKeys(Keys.ARROW_RIGHT);
        }
        until(() -> faults().kinesis().latency().equals(Duration.ofMillis(50))
                && faults().firehose().resetCalls() == 0.01
                && faults().kinesis().resetCalls() == 0.01);
        assertThat(faults().firehose().latency()).isZero();
        all("#faults [data-operation]").forEach(WebElement::click);
        until(() -> text("#faults .error").contains("One operation has to suffer"));
        until(() -> faults().operations().equals(List.of("kinesis:GetRecords")));
        until(() -> suffering().equals(List.of("kinesis:GetRecords")));
        press("No faults");
        until(() -> faults().equals(Faults.none()));
        until(() -> suffering().size() == 5);
        until(() -> page.findElement(By.id("fault-kinesis-latency"))
                .getDomProperty("value")
                .equals("0"));
    }

    @Test
    void aLateAnswerUndoesNoLaterClick() {
        hold("PUT", "faults");
        click("#faults [data-operation='firehose:PutRecord']");
        untilOneIsHeld();
        click("#faults [data-operation='kinesis:PutRecord']");
        letThrough();
        click("#faults [data-operation='kinesis:PutRecords']");
        letThrough();
        letThrough();
        List<String> wanted = List.of("firehose:PutRecordBatch", "kinesis:GetRecords");
        until(() -> faults().operations().equals(wanted) && suffering().equals(wanted));
    }

    @Test
    void aLookFromBeforeAChangeUndoesNothing() {
        String before = text("#effect thead th:last-child");
        hold("GET", "settings");
        untilOneIsHeld();
        set(MEMORY, "7");
        until(() -> settings().retry().memory() == 7
                && !text("#effect thead th:last-child").equals(before));
        String since = text("#effect thead th:last-child");
        letThrough();
        assertThat(setting(MEMORY).getDomProperty("value")).isEqualTo("7");
        assertThat(text("#effect thead th:last-child")).isEqualTo(since);
    }

    /** The operations that are ticked. */
    @SuppressWarnings("unchecked")
    private static List<String> suffering() {
        return (List<String>)
                page.executeScript(
                        "return [...document.querySelectorAll('#faults [data-operation]:checked')].map(one => one.dataset.operation)");
    }

    /** Holds back each answer to the page's requests of a kind until it is let through, as a slow network does. */
    private static void hold(String method, String path) {
        page.executeScript("""
                const fetched = window.fetch;
                window.held = [];
                window.fetch = async (path, options) => {
                  const answer = await fetched(path, options);
                  if ((options?.method ?? 'GET') !== arguments[0] || !path.endsWith('/' + arguments[1])) {
                    return answer;
                  }
                  const body = await answer.text();
                  await new Promise((goOn) => window.held.push(goOn));
                  return new Response(body, answer);
                };""", method, path);
    }

    private static void untilOneIsHeld() {
        until(() -> (boolean) page.executeScript("return window.held.length > 0"));
    }

    /** Lets the next one through, and leaves the page time to show it. */
    private static void letThrough() {
        untilOneIsHeld();
        page.executeAsyncScript("window.held.shift()(); setTimeout(arguments[0], 50)");
    }
}
