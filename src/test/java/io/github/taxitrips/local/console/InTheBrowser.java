package io.github.taxitrips.local.console;

import com.deque.html.axecore.results.Rule;
import com.deque.html.axecore.selenium.AxeBuilder;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.support.ui.WebDriverWait;

/** What a person does with a page, and sees of it. */
abstract class InTheBrowser {

    static final List<String> VIEWS =
            List.of("overview", "map", "tail", "invocations", "verdicts", "sql", "rejected", "lake");

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** Selenium's own half a second is most of a test's time. */
    private static final Duration OFTEN = Duration.ofMillis(50);

    static ChromeDriver page;

    static void until(BooleanSupplier holds) {
        new WebDriverWait(page, PATIENCE, OFTEN)
                .ignoring(StaleElementReferenceException.class)
                .ignoring(NoSuchElementException.class)
                .until(driver -> holds.getAsBoolean());
    }

    /** Opens the console, and waits until it tells what goes on. */
    static void visit(URI root) {
        page.get("about:blank");
        page.get(root.toString());
        until(() -> text("#link").equals("Live"));
        until(() -> !page.findElements(By.cssSelector("#sum [data-measure]")).isEmpty());
    }

    static void width(int width) {
        page.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", false));
    }

    static void scheme(String scheme) {
        page.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(
                                Map.of("name", "prefers-color-scheme", "value", scheme),
                                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
    }

    static WebElement find(String selector) {
        return page.findElement(By.cssSelector(selector));
    }

    static List<WebElement> all(String selector) {
        return page.findElements(By.cssSelector(selector));
    }

    /** Reads once more what was drawn anew meanwhile. */
    static String text(String selector) {
        try {
            return find(selector).getText();
        } catch (StaleElementReferenceException e) {
            return find(selector).getText();
        }
    }

    /** The text of each, read at one moment, for a table is drawn anew while it is read row by row. */
    @SuppressWarnings("unchecked")
    static List<String> texts(String selector) {
        return (List<String>) page.executeScript(
                "return [...document.querySelectorAll(arguments[0])].map(one => one.innerText)", selector);
    }

    /** Presses a button, once it is there and not drawn anew meanwhile. */
    static void press(String label) {
        until(() -> {
            button(label).click();
            return true;
        });
    }

    /** Clicks the first of them, once it is there and not drawn anew meanwhile. */
    static void click(String selector) {
        until(() -> {
            find(selector).click();
            return true;
        });
    }

    static WebElement button(String label) {
        return page.findElement(By.xpath("//button[normalize-space()='" + label + "']"));
    }

    static void open(String view) {
        page.executeScript("location.hash = arguments[0]", view);
        until(() -> !all(".view." + view + "view .panel").isEmpty());
        if (view.equals("sql")) {
            until(() -> !all(".CodeMirror").isEmpty());
        }
    }

    static long measure(String name) {
        return Long.parseLong(text("#sum [data-measure=" + name + "]").replace(",", ""));
    }

    /** A fact of a stage of the flow: the number that it begins with. */
    static long fact(String stage, String name) {
        String told = page.findElement(By.xpath("//li[@id='stage-" + stage + "']//dt[.='" + name + "']/../dd"))
                .getText();
        return Long.parseLong(told.replaceAll("[^0-9].*", ""));
    }

    static void fill(String selector, String value) {
        WebElement field = find(selector);
        field.clear();
        field.sendKeys(value);
    }

    static void replay(String records, String rate, String unclean) {
        fill("[name=records]", records);
        fill("[name=rate]", rate);
        fill("[name=unclean]", unclean);
        press("Start the replay");
        until(() -> find("#progress").isDisplayed());
    }

    /** What axe has against the page as it is. It has no frames, for which the other mode opens a window each time. */
    @SuppressWarnings("deprecation")
    static List<String> violations() {
        List<String> violations = new ArrayList<>();
        for (Rule rule : new AxeBuilder().setLegacyMode().analyze(page).getViolations()) {
            rule.getNodes().forEach(node -> violations.add(rule.getId() + ": " + node.getHtml()));
        }
        return violations;
    }

    /** What the browser complains of, but for what was asked for and refused on purpose. */
    static List<String> troubles() {
        return page.manage().logs().get("browser").getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.SEVERE.intValue())
                .map(LogEntry::getMessage)
                .filter(message -> !message.contains("the server responded with a status of"))
                .filter(message -> !message.contains("ERR_CONNECTION_REFUSED"))
                .filter(message -> !message.contains("ERR_INCOMPLETE_CHUNKED_ENCODING"))
                .filter(message -> !message.contains("ERR_EMPTY_RESPONSE"))
                .toList();
    }
}
