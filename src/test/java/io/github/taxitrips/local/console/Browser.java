package io.github.taxitrips.local.console;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** Chromium with its driver, as Debian has them; without either, nothing is driven and nothing is loaded. */
final class Browser {

    /** What somebody reads whose machine has none. */
    static final String MISSING = "Chromium and chromedriver are not on the PATH: apt install chromium chromium-driver";

    private Browser() {}

    /** Whether it can be started. */
    static boolean isThere() {
        return chromium().isPresent() && find("chromedriver").isPresent();
    }

    private static Optional<Path> chromium() {
        return find("chromium").or(() -> find("google-chrome"));
    }

    private static Optional<Path> find(String name) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * Starts it without a window.
     *
     * @param dark whether it asks for dark pages
     * @param still whether it asks for little motion
     */
    static ChromeDriver start(boolean dark, boolean still, int width, int height) {
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium().orElseThrow().toString());
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--disable-gpu",
                "--hide-scrollbars",
                "--lang=en",
                "--window-size=" + width + "," + height);
        options.setCapability("goog:loggingPrefs", Map.of("browser", "ALL"));
        ChromeDriver driver = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(
                                find("chromedriver").orElseThrow().toFile())
                        .usingAnyFreePort()
                        .build(),
                options);
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(
                                Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"),
                                Map.of(
                                        "name",
                                        "prefers-reduced-motion",
                                        "value",
                                        still ? "reduce" : "no-preference"))));
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
        return driver;
    }
}
