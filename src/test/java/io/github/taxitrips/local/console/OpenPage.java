package io.github.taxitrips.local.console;

import io.github.taxitrips.local.Desk;
import io.github.taxitrips.local.InvocationTotals;
import io.github.taxitrips.telemetry.Measure;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.openqa.selenium.chrome.ChromeDriver;
import org.springframework.boot.DefaultApplicationArguments;
import org.springframework.util.FileSystemUtils;

/**
 * Leaves the console open while records pass, and prints once a minute what page and server keep after a garbage collection.
 *
 * <pre>mvn -q spring-boot:test-run -Dspring-boot.run.main-class=io.github.taxitrips.local.console.OpenPage \
 *     -Dspring-boot.run.arguments="--minutes=60 --rate=10000"</pre>
 *
 * The stream keeps an hour of records on the disk, some 13 GB at 10,000 a second, in a temporary folder.
 */
final class OpenPage {

    private static final double MEGABYTE = 1 << 20;

    private OpenPage() {}

    /** What a page keeps after a garbage collection: bytes of its JavaScript's heap, and elements and texts of the document. */
    record Kept(long heap, long nodes) {}

    public static void main(String[] args) throws IOException, InterruptedException {
        DefaultApplicationArguments arguments = new DefaultApplicationArguments(args);
        int minutes = number(arguments, "minutes", 60);
        int rate = number(arguments, "rate", 10_000);
        Path folder = Files.createTempDirectory("console-open-");
        try (Desk desk = new Desk(folder, "--taxi-trips.local.stream.retention=1h")) {
            ChromeDriver page = Browser.start(false, false, 1280, 900);
            try {
                page.get(desk.web("/").toString());
                System.out.println("minute  page MB  nodes  server MB    received  a second");
                long before = 0;
                for (int minute = 1; minute <= minutes; minute++) {
                    Replays replays = desk.bean(Replays.class);
                    Replays.Status run = replays.status();
                    if (run == null || run.phase().equals("done")) {
                        replays.generate(new Replays.Wish(Replays.MOST_RECORDS, rate, 0.05, 0.01, false, minute));
                    }
                    Thread.sleep(Duration.ofMinutes(1).toMillis());
                    Kept kept = kept(page);
                    long received = desk.bean(InvocationTotals.class).sums().of(Measure.RECEIVED);
                    System.out.printf(
                            Locale.ROOT,
                            "%6d  %7.1f  %5d  %9.1f  %,10d  %,8d%n",
                            minute,
                            kept.heap / MEGABYTE,
                            kept.nodes,
                            oldGeneration() / MEGABYTE,
                            received,
                            (received - before) / 60);
                    before = received;
                }
            } finally {
                page.quit();
            }
        } finally {
            FileSystemUtils.deleteRecursively(folder);
        }
    }

    private static int number(DefaultApplicationArguments arguments, String name, int usual) {
        return arguments.containsOption(name)
                ? Integer.parseInt(arguments.getOptionValues(name).get(0))
                : usual;
    }

    static Kept kept(ChromeDriver page) {
        page.executeCdpCommand("HeapProfiler.collectGarbage", Map.of());
        Map<String, Object> heap = page.executeCdpCommand("Runtime.getHeapUsage", Map.of());
        Map<String, Object> counted = page.executeCdpCommand("Memory.getDOMCounters", Map.of());
        return new Kept(((Number) heap.get("usedSize")).longValue(), ((Number) counted.get("nodes")).longValue());
    }

    /** What this process keeps, the server and the browser's driver alike. */
    static long oldGeneration() {
        System.gc();
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .filter(pool -> pool.getName().matches(".*(Old|Tenured) Gen.*"))
                .map(MemoryPoolMXBean::getUsage)
                .mapToLong(usage -> usage.getUsed())
                .sum();
    }
}
