package io.github.taxitrips.local.console;

import io.github.taxitrips.TaxiTripsApplication;
import io.github.taxitrips.local.console.Replays.Wish;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.openqa.selenium.By;
import org.openqa.selenium.chrome.ChromeDriver;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.FileSystemUtils;

/** Takes pictures of the console with a replay under way: each view at three widths in both schemes. */
final class Pictures {

    private static final List<String> VIEWS =
            List.of("overview", "map", "tail", "invocations", "verdicts", "sql", "rejected", "lake");
    private static final List<Integer> WIDTHS = List.of(390, 820, 1440);
    private static final int TALLEST = 2_400;

    private Pictures() {}

    /** Writes them into the folder named by the first argument, {@code target/console} without one. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path folder = Path.of(args.length == 0 ? "target/console" : args[0]);
        Files.createDirectories(folder);
        Path data = Files.createTempDirectory("console-pictures-");
        try (ConfigurableApplicationContext server = new SpringApplicationBuilder(TaxiTripsApplication.class)
                .run(
                        "--server.port=0",
                        "--taxi-trips.local.firehose-port=0",
                        "--taxi-trips.local.data-lake=" + data.resolve("lake"),
                        "--taxi-trips.local.stream.folder=" + data.resolve("stream"))) {
            server.getBean(Replays.class).generate(new Wish(1_000_000, 1_500, 0.05, 0.01, false, 7));
            Thread.sleep(40_000);
            for (boolean dark : new boolean[] {false, true}) {
                for (int width : WIDTHS) {
                    ChromeDriver page = Browser.start(dark, false, width, 900);
                    try {
                        page.get("http://127.0.0.1:" + server.getEnvironment().getProperty("local.server.port") + "/");
                        Thread.sleep(12_000);
                        for (String view : VIEWS) {
                            take(
                                    page,
                                    view,
                                    width,
                                    folder.resolve(view + "-" + width + (dark ? "-dark" : "") + ".webp"));
                        }
                    } finally {
                        page.quit();
                    }
                }
            }
        } finally {
            FileSystemUtils.deleteRecursively(data);
        }
    }

    /** Opens a view and writes a picture of all of it. */
    static void take(ChromeDriver page, String view, int width, Path file) throws IOException, InterruptedException {
        page.executeScript("location.hash = arguments[0]", view);
        Thread.sleep(1_500);
        if (view.equals("verdicts")) {
            page.findElement(By.xpath("//button[text()='Try five records']")).click();
        }
        if (view.equals("sql")) {
            page.findElement(By.xpath("//button[text()='Ask']")).click();
        }
        Thread.sleep(3_000);
        Number height = (Number) page.executeScript("return document.documentElement.scrollHeight");
        page.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of(
                        "width",
                        width,
                        "height",
                        Math.min(TALLEST, Math.max(900, height.intValue())),
                        "deviceScaleFactor",
                        1,
                        "mobile",
                        false));
        Thread.sleep(1_500);
        // Half of PNG's size.
        Object picture = page.executeCdpCommand("Page.captureScreenshot", Map.of("format", "webp", "quality", 85))
                .get("data");
        Files.write(file, Base64.getDecoder().decode((String) picture));
    }
}
