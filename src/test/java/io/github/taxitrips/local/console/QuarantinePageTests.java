package io.github.taxitrips.local.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.local.Desk;
import io.github.taxitrips.local.InvocationTotals;
import io.github.taxitrips.telemetry.Measure;
import java.io.ByteArrayOutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** What a person does with what lies in quarantine, in a real browser. */
@EnabledIf(value = "io.github.taxitrips.local.console.Browser#isThere", disabledReason = Browser.MISSING)
class QuarantinePageTests extends InTheBrowser {

    private static final String EVIL = "<img src=x onerror=window.hacked=1>";

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        page = Browser.start(false, true, 1280, 900);
    }

    @AfterAll
    static void stop() {
        page.quit();
    }

    @AfterEach
    void nothingIsComplainedOf() {
        assertThat(troubles()).isEmpty();
        assertThat(page.executeScript("return window.hacked === undefined")).isEqualTo(true);
    }

    private Desk desk(String... settings) {
        String[] all = new String[settings.length + 2];
        all[0] = "--taxi-trips.quarantine.delivery-stream-name=rejected-trips";
        all[1] = "--taxi-trips.local.quarantine-buffering.interval-in-seconds=900";
        System.arraycopy(settings, 0, all, 2, settings.length);
        return new Desk(folder, all);
    }

    /** 60 trips with a latitude of zero, a hostile one, and a compressed one. */
    private Path unclean() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 60; i++) {
            lines.append(trip(String.valueOf(1_000 + i), "0"));
        }
        lines.append(trip('"' + EVIL + '"', "\"" + EVIL + '"')).append('\n');
        return Files.writeString(folder.resolve("lines.json"), lines);
    }

    private static String trip(String id, String latitude) {
        return "{\"type\":\"trip\",\"trip_id\":" + id + ",\"pickup_latitude\":" + latitude
                + ",\"pickup_longitude\":-73.98,\"dropoff_latitude\":40.7,\"dropoff_longitude\":-73.97}\n";
    }

    /** An event with a record in gzip. */
    private Path compressed() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(trip("2000", "40.7").getBytes(StandardCharsets.UTF_8));
        }
        return Files.writeString(
                folder.resolve("event.json"),
                "{\"Records\":[{\"eventSource\":\"aws:kinesis\",\"kinesis\":{\"partitionKey\":\"1\",\"sequenceNumber\":\"1\",\"data\":\""
                        + Base64.getEncoder().encodeToString(bytes.toByteArray()) + "\"}}]}");
    }

    /** Records of a reason, and those that are left to be sent. */
    private static String counts(String name) {
        WebElement row = button(name).findElement(By.xpath("ancestor::tr"));
        return row.findElement(By.cssSelector("td:nth-child(2)")).getText() + ", "
                + row.findElement(By.cssSelector("td:nth-child(3)")).getText();
    }

    private static int lines() {
        return all("#quarantine-lines tr").size();
    }

    private static Set<String> reasonsOfLines() {
        return Set.copyOf(texts("#quarantine-lines td:nth-child(3)"));
    }

    /** Sends a file of so many records, and waits until the function is done with them. */
    private static void send(Desk desk, Path file, int records) {
        long before = desk.bean(InvocationTotals.class).sums().of(Measure.RECEIVED);
        open("overview");
        fill("[name=unclean]", "0");
        find("#replay input[type=file]").sendKeys(file.toString());
        until(() -> desk.bean(InvocationTotals.class).sums().of(Measure.RECEIVED) == before + records
                && text("#stage-stream").contains("drained"));
    }

    private static void sent(Desk desk) {
        until(() -> text("#quarantine .progress").contains("done"));
        desk.settle();
    }

    @Test
    void mendedRuleIsFollowedByWhatLiesInQuarantine() throws Exception {
        try (Desk desk = desk()) {
            visit(desk.web("/"));
            open("rejected");
            until(() -> text("#quarantine").contains("Nothing is in quarantine."));
            send(desk, unclean(), 61);
            open("rejected");
            until(() -> text("#quarantine-buffered").contains("buffered by Firehose and in no file yet: next file in"));
            until(() -> all("#rejected-rows tr").size() == 61);
            assertThat(all("#rejected-rows input")).isEmpty();
            desk.settle();
            until(() -> counts("zero:pickup_latitude").equals("60, 60"));
            until(() -> text("#quarantine-buffered").equals("Nothing more is buffered by Firehose."));
            assertThat(text("#quarantine header")).contains("61 records in 1 file");
            until(() -> lines() == 50);
            assertThat(text("#quarantine-lines")).contains(EVIL);
            assertThat(all("img")).isEmpty();
            press("Older");
            until(() -> lines() == 11);
            press("Newest");
            until(() -> lines() == 50);

            // A chosen one, sent as it was, comes back.
            press("zero:pickup_latitude");
            until(() -> reasonsOfLines().equals(Set.of("zero:pickup_latitude")));
            assertThat(text("#quarantine")).contains("zero where a place must be.");
            click("#quarantine-lines input");
            press("Send 1 again");
            sent(desk);
            until(() -> counts("zero:pickup_latitude").equals("61, 60"));
            until(() -> text("#quarantine-lines").contains("sent again"));
        }
        Path rule = Files.writeString(
                folder.resolve("rule.yml"),
                Files.readString(Path.of("application.yml")).replace(", non-zero: true", ""));
        try (Desk desk = desk("--spring.config.location=" + rule)) {
            visit(desk.web("/"));
            open("rejected");
            until(() -> counts("zero:pickup_latitude").equals("61, 60"));
            press("zero:pickup_latitude");
            until(() -> button("Send all 60 of zero:pickup_latitude again").isEnabled());
            press("Send all 60 of zero:pickup_latitude again");
            assertThat(text("dialog")).contains("Send 60 records again?");
            press("Send them");
            sent(desk);
            assertThat(desk.ask("SELECT count(*), count(DISTINCT trip_id) FROM nyctaxitrips"))
                    .containsExactly("60 60");
            until(() -> counts("zero:pickup_latitude").equals("61, 0"));
            assertThat(button("Send all 0 of zero:pickup_latitude again").isEnabled())
                    .isFalse();
            assertThat(text("#quarantine")).contains("61 were sent again before.");
        }
    }

    @Test
    void compressedRecordIsOpenedUnpackedMendedAndSentInPlaceOfItself() throws Exception {
        try (Desk desk = desk()) {
            visit(desk.web("/"));
            send(desk, compressed(), 1);
            desk.settle();
            open("rejected");
            until(() -> counts("compressed").equals("1, 1"));
            until(() -> {
                find("#quarantine-lines button").sendKeys(Keys.ENTER);
                return true;
            });
            until(() -> text("dialog").contains("packed with gzip, here unpacked"));
            assertThat(find("#mend").getDomProperty("value")).isEqualTo(trip("2000", "40.7"));
            desk.bean(Replays.class).generate(new Replays.Wish(100_000, 1, 0, 0, false, 1));
            press("Send as it is here");
            until(() -> text("dialog .error").contains("A replay is under way"));
            assertThat(find("#mend").getDomProperty("value")).isEqualTo(trip("2000", "40.7"));
            desk.bean(Replays.class).act(Replays.Act.CANCEL);
            until(() -> "cancelled".equals(desk.bean(Replays.class).status().phase()));
            press("Send as it is here");
            sent(desk);
            assertThat(desk.ask("SELECT trip_id FROM nyctaxitrips WHERE trip_id = 2000"))
                    .containsExactly("2000");
            until(() -> counts("compressed").equals("1, 0"));
        }
    }

    /** What is of a member is of its reason for the server, and so it is where the page counts. */
    @Test
    void asManyAreSentAsThePageSays() throws Exception {
        Path hour = Files.createDirectories(folder.resolve("lake/quarantine/year=2026/month=11/day=29/hour=10"));
        file(hour.resolve("rejected-1.gz"), Stream.of("", "", "total_amount", "", "total_amount", "tip"), "misfit");
        try (Desk desk = desk()) {
            visit(desk.web("/"));
            open("rejected");
            until(() -> counts("misfit").equals("3, 3"));
            press("misfit");
            until(() -> lines() == 6);
            press("Send all 6 of misfit and misfit:* again");
            assertThat(text("dialog")).contains("Send 6 records again?");
            press("Send them");
            sent(desk);
            assertThat(text("#quarantine .progress")).contains("6 records of the quarantine");
            until(() -> counts("misfit").equals("3, 0"));
            assertThat(text("#quarantine")).contains("6 were sent again before.");
            assertThat(button("Send all 0 of misfit and misfit:* again").isEnabled())
                    .isFalse();

            // A hundred are listed, and of the others there are some left.
            file(hour.resolve("rejected-2.gz"), IntStream.range(0, 100).mapToObj(i -> "f" + i), "zero");
            press("misfit");
            press("Look again");
            until(() -> button("Send all 97 or more of every reason again").isEnabled());
        }
    }

    /** A file of the quarantine, of a line a field. */
    private static void file(Path file, Stream<String> fields, String reason) throws Exception {
        String payload = trip("7", "40.7").strip().replace("\"", "\\\"");
        try (Writer out =
                new OutputStreamWriter(new GZIPOutputStream(Files.newOutputStream(file)), StandardCharsets.UTF_8)) {
            for (String field : fields.toList()) {
                out.write("{\"reason\":\"" + reason + "\",\"field\":\"" + field + "\",\"payload\":\"" + payload
                        + "\"}\n");
            }
        }
    }

    @Test
    void timesArePartOfWhatIsAskedAndAPhoneShowsIt() throws Exception {
        try (Desk desk = desk()) {
            visit(desk.web("/"));
            send(desk, unclean(), 61);
            desk.settle();
            for (String scheme : new String[] {"light", "dark"}) {
                scheme(scheme);
                for (int width : new int[] {1280, 390}) {
                    width(width);
                    visit(desk.web("/"));
                    open("rejected");
                    until(() -> counts("zero:pickup_latitude").equals("60, 60") && lines() == 50);
                    until(() -> all("#rejected-rows tr").size() == 61);
                    assertThat(violations()).as(scheme + " at " + width).isEmpty();
                    assertThat(page.executeScript("return document.documentElement.scrollWidth"))
                            .isEqualTo((long) width);
                }
            }
            page.executeScript(
                    "const from = document.getElementById('quarantine-from'); from.value = '2100-01-01T00:00';"
                            + "from.dispatchEvent(new Event('change'))");
            until(() -> text("#quarantine").contains("Nothing is in quarantine of this reason and time."));
            press("Any time");
            until(() -> counts("zero:pickup_latitude").equals("60, 60"));
        }
    }
}
