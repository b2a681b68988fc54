package io.github.taxitrips.local.console;

import io.github.taxitrips.local.Desk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openqa.selenium.By;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.support.ui.WebDriverWait;
import org.springframework.util.FileSystemUtils;

/**
 * Measures how fluid the console's map is with 100,000 places on it: the time from one frame of the browser to the next while it is
 * dragged and zoomed, without a window and without a graphics card.
 *
 * <pre>mvn -q spring-boot:test-run -Dspring-boot.run.main-class=io.github.taxitrips.local.console.MapFrames</pre>
 */
final class MapFrames {

    private static final int FRAMES = 300;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** As in the city: most of them in the middle. */
    private static final String CITY =
            "[...Array(50000).keys()].map(i => { const r = 0.1 * Math.sqrt(-Math.log((i + 1) / 50000)), a = i * 2.39996;"
                    + " const x = -73.95 + r * Math.cos(a), y = 40.74 + 0.7 * r * Math.sin(a);"
                    + " return [x, y, x + 0.01 * Math.cos(i), y + 0.01 * Math.sin(i), i % 20 ? 0 : 1]; })";

    private MapFrames() {}

    /** Prints a line for dragging and one for zooming. */
    public static void main(String[] args) throws IOException {
        Path folder = Files.createTempDirectory("console-map-");
        try (Desk desk = new Desk(folder)) {
            ChromeDriver page = Browser.start(false, false, 1280, 900);
            try {
                listenIn(page);
                page.get(desk.web("/#map").toString());
                WebDriverWait wait = new WebDriverWait(page, PATIENCE);
                wait.until(driver -> page.findElement(By.id("link")).getText().equals("Live"));
                rain(page, CITY);
                wait.until(driver ->
                        page.findElement(By.cssSelector("#map .note")).getText().startsWith("50,000 trips shown"));
                System.out.println(line("still", frames(page, "")));
                System.out.println(line("dragged", frames(page, DRAG)));
                System.out.println(line("zoomed", frames(page, ZOOM)));
            } finally {
                page.quit();
            }
        } finally {
            FileSystemUtils.deleteRecursively(folder);
        }
    }

    private static final String DRAG =
            "const at = {pointerId: 1, bubbles: true, clientX: box.left + 300 + 200 * Math.sin(i / 20), clientY: box.top + 300};"
                    + "if (i === 0) { map.setPointerCapture = () => {}; map.dispatchEvent(new PointerEvent('pointerdown', at)); }"
                    + "map.dispatchEvent(new PointerEvent('pointermove', at));";

    private static final String ZOOM =
            "map.dispatchEvent(new WheelEvent('wheel', {ctrlKey: true, cancelable: true, deltaY: 40 * Math.cos(i / 25),"
                    + " clientX: box.left + 400, clientY: box.top + 300}));";

    /** Does something in each frame, and returns the milliseconds from each to the next, the shortest first. */
    static List<Double> frames(ChromeDriver page, String act) {
        page.manage().timeouts().scriptTimeout(PATIENCE);
        List<?> times = (List<?>) page.executeAsyncScript("const done = arguments[0], times = [];"
                + "const map = document.querySelector('#map canvas'), box = map.getBoundingClientRect();"
                + "let i = 0, before = 0;"
                + "requestAnimationFrame(function frame(now) {"
                + "if (before) { times.push(now - before); } before = now;"
                + act
                + "if (++i > " + FRAMES + ") { done(times); } else { requestAnimationFrame(frame); } });");
        return times.stream()
                .map(time -> ((Number) time).doubleValue())
                .sorted()
                .toList();
    }

    private static String line(String name, List<Double> times) {
        return String.format(
                Locale.ROOT,
                "%-8s %d frames: p50 %.1f ms, p95 %.1f ms, longest %.1f ms",
                name,
                times.size(),
                times.get(times.size() / 2),
                times.get(times.size() * 95 / 100),
                times.get(times.size() - 1));
    }

    /** Has every page that is opened from now on keep the connection by which the server tells it what goes on. */
    static void listenIn(ChromeDriver page) {
        page.executeCdpCommand(
                "Page.addScriptToEvaluateOnNewDocument",
                Map.of(
                        "source",
                        "window.EventSource = class extends EventSource {"
                                + " constructor(...all) { super(...all); window.heard = this; } };"));
    }

    /** Tells the page of trips as the server does. */
    static void rain(ChromeDriver page, String points) {
        page.executeScript("heard.dispatchEvent(new MessageEvent('points', {data: JSON.stringify({left: 0, points: "
                + points + "})}))");
    }

    /** Returns how vivid the points on the map are, from 0 for grey to 255, those of the middle alone if a share of it is given. */
    static List<Long> vivid(ChromeDriver page, double share) {
        List<?> all = (List<?>) page.executeScript(
                "const map = document.querySelector('#map canvas'), size = arguments[0] * Math.min(map.width, map.height);"
                        + "const [x, y, w, h] = arguments[0] ? [(map.width - size) / 2, (map.height - size) / 2, size, size] : [0, 0, map.width, map.height];"
                        + "const data = map.getContext('2d').getImageData(x, y, w, h).data, all = [];"
                        + "for (let i = 0; i < data.length; i += 4) {"
                        + "all.push(Math.max(data[i], data[i + 1], data[i + 2]) - Math.min(data[i], data[i + 1], data[i + 2])); }"
                        + "return arguments[0] ? all : all.filter(one => one > 40);",
                share);
        return all.stream().map(one -> ((Number) one).longValue()).sorted().toList();
    }
}
