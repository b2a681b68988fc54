package io.github.taxitrips.benchmark;

import io.github.taxitrips.benchmark.Jdk.Compilers;
import io.github.taxitrips.benchmark.Lab.Held;
import io.github.taxitrips.benchmark.Lab.Place;
import io.github.taxitrips.benchmark.Lab.Running;
import io.github.taxitrips.benchmark.Lab.Side;
import io.github.taxitrips.lambda.LambdaProcess.Jvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Compares the built package with {@link PlainHandler}, both in AWS's runtime interface client as on Lambda, and prints
 * tables of medians in Markdown. The two take turns, so that whatever else the machine does befalls both.
 *
 * <p>Arguments: {@code --quick} for few repetitions of what is most like Lambda, on the newest JDK, {@code --once} for a single one, which measures nothing but
 * shows that all of it works, {@code --picture} and a file that takes the ratios as SVG, and the homes of the JDKs to
 * measure on.
 */
final class Benchmark {

    private static final int LARGE = 6_000;
    private static final int SMALL = 100;
    private static final int SMALL_MEMORY = 512;

    /** The plain handler, the same with the crypto provider, and ours. */
    private static final List<Side> RIVALS = List.of(Side.PLAIN, Side.CRYPTO, Side.OURS);

    private final Lab lab;
    private final Effort effort;
    private final List<Row> rows = new ArrayList<>();

    private Benchmark(Lab lab, Effort effort) {
        this.lab = lab;
        this.effort = effort;
    }

    /** How often everything is done. */
    private enum Effort {
        FULL,
        QUICK,
        ONCE;

        private int repetitions(int full) {
            return switch (this) {
                case FULL -> full;
                case QUICK -> Math.max(3, full / 5);
                case ONCE -> 1;
            };
        }
    }

    public static void main(String[] args) throws IOException {
        List<String> arguments = new ArrayList<>(Arrays.asList(args));
        Effort effort =
                arguments.remove("--once") ? Effort.ONCE : arguments.remove("--quick") ? Effort.QUICK : Effort.FULL;
        Optional<Path> picture = Optional.empty();
        int option = arguments.indexOf("--picture");
        if (option >= 0) {
            arguments.remove(option);
            picture = Optional.of(Path.of(arguments.remove(option)));
        }
        List<Jdk> jdks = arguments.stream()
                .map(home -> Jdk.at(Path.of(home)))
                .sorted(Comparator.comparingInt(Jdk::feature))
                .toList();
        if (jdks.isEmpty()) {
            jdks = List.of(Jdk.at(Path.of(System.getProperty("java.home"))));
        }
        try (Lab lab = new Lab()) {
            Benchmark benchmark = new Benchmark(lab, effort);
            Jdk last = jdks.get(jdks.size() - 1);
            (effort == Effort.QUICK ? List.of(last) : jdks).forEach(benchmark::measure);
            benchmark.print();
            benchmark.growth(last);
            if (effort != Effort.QUICK) {
                benchmark.shapes(last);
                benchmark.memorySizes(last);
            }
            if (picture.isPresent()) {
                Files.writeString(picture.get(), Picture.svg(benchmark.rows));
            }
        }
    }

    /** First what Lambda does, then what a developer sees, who has the processors and no TLS. */
    private void measure(Jdk jdk) {
        Place lambda = new Place(0, true, Held.READY);
        Place warm = new Place(0, true, Held.WARM);
        String on = jdk.text(Compilers.C1);
        Jvm c1 = jdk.managed(Compilers.C1);
        if (Quota.of(1).map(Benchmark::closed).isPresent()) {
            warm(new Row("warm, 6,000 records, TLS, 0.58", on, "ms"), Side.OURS, c1, warm, LARGE, 10, 20);
            warm(new Row("warm, 6,000 records, packed, TLS, 0.58", on, "ms"), Side.PACKED, c1, warm, LARGE, 10, 20);
            warm(new Row("warm, 100 records, TLS, 0.58", on, "ms"), Side.OURS, c1, warm, SMALL, 100, 100);
            cold(
                    new Row("cold, start at full processors, then TLS, 0.58", on, "ms"),
                    side -> lab.start(side, c1, lambda));
            if (effort != Effort.QUICK) {
                Place starved = new Place(0, true, Held.START);
                cold(new Row("cold, TLS, 0.58 throughout", on, "ms"), side -> lab.start(side, c1, starved));
            }
            // With SnapStart, Lambda's JVM has both compilers.
            restored(new Row("restored from a snapshot, TLS, 0.58", jdk.text(Compilers.FULL), "ms"), jdk, lambda);
            if (effort == Effort.QUICK) {
                return;
            }
        } else {
            progress("No control group can be made here, so what needs Lambda's share of a processor is left out");
        }
        Place tls = new Place(0, true, Held.NEVER);
        cold(new Row("cold, two processors, TLS", on, "ms"), side -> lab.start(side, c1, tls));
        if (jdk.hasAotCache()) {
            Map<Side, Jvm> caches = new EnumMap<>(Side.class);
            RIVALS.forEach(side -> caches.put(side, withCache(side, jdk, Compilers.C1, tls)));
            cold(
                    new Row("cold, AOT cache, two processors, TLS", on, "ms"),
                    side -> lab.start(side, caches.get(side), tls));
        }
        peakMemory(new Row("peak memory, 6,000 records, TLS, 512 MB", on, "MB"), c1);
        for (Compilers compilers : effort == Effort.FULL ? List.of(Compilers.values()) : List.of(Compilers.C1)) {
            desk(jdk, compilers);
        }
    }

    private void desk(Jdk jdk, Compilers compilers) {
        String on = jdk.text(compilers);
        Jvm jvm = jdk.managed(compilers);
        // C2 compiles only what has run often, and does so in the background.
        int scale = compilers == Compilers.FULL ? 6 : 1;
        warm(new Row("desk: warm, 6,000 records", on, "ms"), Side.OURS, jvm, Place.DESK, LARGE, 10 * scale, 20);
        warm(
                new Row("desk: warm, 6,000 records, packed", on, "ms"),
                Side.PACKED,
                jvm,
                Place.DESK,
                LARGE,
                10 * scale,
                20);
        warm(new Row("desk: warm, 100 records", on, "ms"), Side.OURS, jvm, Place.DESK, SMALL, 200 * scale, 100);
        cold(new Row("desk: cold", on, "ms"), side -> lab.start(side, jvm, Place.DESK));
    }

    private static boolean closed(Quota quota) {
        quota.close();
        return true;
    }

    private void warm(Row row, Side ours, Jvm jvm, Place place, int records, int warmUps, int repetitions) {
        byte[] event = Lab.event(records);
        try (Running plain = lab.startAndWait(Side.PLAIN, jvm, place);
                Running crypto = lab.startAndWait(Side.CRYPTO, jvm, place);
                Running taxiTrips = lab.startAndWait(ours, jvm, place)) {
            for (int i = 0; i < effort.repetitions(warmUps); i++) {
                plain.invoke(event);
                crypto.invoke(event);
                taxiTrips.invoke(event);
            }
            for (int i = 0; i < effort.repetitions(repetitions); i++) {
                row.add(Side.PLAIN, plain.invoke(event));
                row.add(Side.CRYPTO, crypto.invoke(event));
                row.add(Side.OURS, taxiTrips.invoke(event));
            }
        }
        done(row);
    }

    /** From the start of the process to its answer to a first event of 100 records. */
    private void cold(Row row, Function<Side, Running> start) {
        // The first start of each reads its files into the system's cache.
        RIVALS.forEach(side -> firstAnswer(start, side));
        for (int i = 0; i < effort.repetitions(11); i++) {
            RIVALS.forEach(side -> row.add(side, firstAnswer(start, side)));
        }
        done(row);
    }

    private static double firstAnswer(Function<Side, Running> function, Side side) {
        byte[] event = Lab.event(SMALL);
        long start = System.nanoTime();
        try (Running running = function.apply(side)) {
            running.invokeFirst(event);
            return (System.nanoTime() - start) / 1e6;
        }
    }

    /** From the restore to the answer to a first event of 100 records. */
    private void restored(Row row, Jdk jdk, Place place) {
        Jvm jvm = jdk.managed(Compilers.FULL);
        byte[] event = Lab.event(SMALL);
        for (int i = 0; i < effort.repetitions(11); i++) {
            for (Side side : RIVALS) {
                try (Running running = lab.startForSnapshot(side, jvm, place)) {
                    row.add(side, running.restoreAndInvoke(event));
                }
            }
        }
        done(row);
    }

    private Jvm withCache(Side side, Jdk jdk, Compilers compilers, Place place) {
        Path cache = lab.file(side + "-" + compilers + ".aot");
        AotCache.train(lab, side, jdk.jvm(compilers, "-XX:AOTCacheOutput=" + cache), place);
        return jdk.jvm(compilers, "-XX:AOTCache=" + cache);
    }

    private void peakMemory(Row row, Jvm jvm) {
        byte[] event = Lab.event(LARGE);
        for (int i = 0; i < effort.repetitions(3); i++) {
            for (Side side : RIVALS) {
                OptionalDouble peak = peak(side, jvm, event);
                if (peak.isEmpty()) {
                    progress("peak memory is not known to this operating system");
                    return;
                }
                row.add(side, peak.getAsDouble());
            }
        }
        done(row);
    }

    private OptionalDouble peak(Side side, Jvm jvm, byte[] event) {
        try (Running running = lab.start(side, jvm, new Place(SMALL_MEMORY, true, Held.NEVER))) {
            for (int i = 0; i < 10; i++) {
                running.invoke(event);
            }
            return peakOf(running);
        }
    }

    private static OptionalDouble peakOf(Running running) {
        Path status = Path.of("/proc", Long.toString(running.process().handle().pid()), "status");
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1_024)
                    .findFirst();
        } catch (IOException e) {
            return OptionalDouble.empty();
        }
    }

    private void print() {
        System.out.printf(
                Locale.ROOT,
                "%d processors, %s%n%n",
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.arch"));
        System.out.print(Row.HEAD);
        rows.forEach(row -> System.out.println(row.toMarkdown()));
    }

    /** How time and log grow with the event. */
    private void growth(Jdk jdk) {
        Jvm jvm = jdk.managed(Compilers.C1);
        System.out.printf(
                "%n| records, warm, %s | plain handler | Taxi Trips | a record | log |%n", jdk.text(Compilers.C1));
        System.out.println("|--:|--:|--:|--:|--:|");
        try (Running plain = lab.startAndWait(Side.PLAIN, jvm, Place.DESK);
                Running ours = lab.startAndWait(Side.OURS, jvm, Place.DESK)) {
            byte[] large = Lab.event(LARGE);
            for (int i = 0; i < effort.repetitions(10); i++) {
                plain.invoke(large);
                ours.invoke(large);
            }
            for (int records : List.of(1, 10, 100, 1_000, LARGE)) {
                byte[] event = Lab.event(records);
                List<Double> plainTimes = new ArrayList<>();
                List<Double> ourTimes = new ArrayList<>();
                int logged = ours.process().output().length();
                int times = effort.repetitions(30);
                for (int i = 0; i < times; i++) {
                    plainTimes.add(plain.invoke(event));
                    ourTimes.add(ours.invoke(event));
                }
                int bytes = (ours.process().output().length() - logged) / times;
                double median = Row.quantile(ourTimes, 0.5);
                System.out.printf(
                        Locale.ROOT,
                        "| %,d | %.1f ms | %.1f ms | %.3f ms | %d bytes |%n",
                        records,
                        Row.quantile(plainTimes, 0.5),
                        median,
                        median / records,
                        bytes);
            }
        }
        lab.emptyLake();
    }

    /** The largest events that Lambda passes, of records of several sizes; the plain handler unpacks nothing. */
    private void shapes(Jdk jdk) {
        Jvm jvm = jdk.managed(Compilers.C1);
        System.out.printf(
                "%n| largest event, %s, TLS | event | plain handler | Taxi Trips, packed | a MB | peak memory |%n|---|--:|--:|--:|--:|--:|%n",
                jdk.text(Compilers.C1));
        Place place = new Place(0, true, Held.NEVER);
        for (Shape shape : Shape.values()) {
            byte[] event = shape.event();
            try (Running plain = lab.startAndWait(Side.PLAIN, jvm, place);
                    Running ours = lab.startAndWait(Side.PACKED, jvm, place)) {
                List<Double> plainTimes = new ArrayList<>();
                List<Double> ourTimes = new ArrayList<>();
                for (int i = 0; i < effort.repetitions(15); i++) {
                    if (shape != Shape.AGGREGATED) {
                        plainTimes.add(plain.invoke(event));
                    }
                    ourTimes.add(ours.invoke(event));
                }
                double median = Row.quantile(ourTimes, 0.5);
                double megabytes = event.length / 1e6;
                System.out.printf(
                        Locale.ROOT,
                        "| %s | %.1f MB | %s | %.0f ms | %.1f ms | %s |%n",
                        shape.text,
                        megabytes,
                        plainTimes.isEmpty() ? "" : "%.0f ms".formatted(Row.quantile(plainTimes, 0.5)),
                        median,
                        median / megabytes,
                        peakOf(ours).isEmpty()
                                ? ""
                                : "%.0f MB".formatted(peakOf(ours).getAsDouble()));
            }
            lab.emptyLake();
        }
    }

    /** What a million trips cost, in events of 6,000, by the function's memory. */
    private void memorySizes(Jdk jdk) {
        if (Quota.of(1).map(Benchmark::closed).isEmpty()) {
            return;
        }
        Jvm jvm = jdk.managed(Compilers.C1);
        byte[] event = Lab.event(LARGE);
        System.out.printf(
                "%n| memory, %s, TLS | processors | plain handler | GB-seconds a million trips | Taxi Trips, packed | GB-seconds |%n|--:|--:|--:|--:|--:|--:|%n",
                jdk.text(Compilers.C1));
        for (int memorySize : List.of(512, 1_024, 1_769)) {
            Place place = new Place(memorySize, true, Held.WARM);
            List<Double> plainTimes = new ArrayList<>();
            List<Double> ourTimes = new ArrayList<>();
            try (Running plain = lab.startAndWait(Side.PLAIN, jvm, place);
                    Running ours = lab.startAndWait(Side.PACKED, jvm, place)) {
                int warmUps = effort.repetitions(10);
                for (int i = 0; i < warmUps + effort.repetitions(15); i++) {
                    double plainTime = plain.invoke(event);
                    double ourTime = ours.invoke(event);
                    if (i >= warmUps) {
                        plainTimes.add(plainTime);
                        ourTimes.add(ourTime);
                    }
                }
            }
            double plain = Row.quantile(plainTimes, 0.5);
            double ours = Row.quantile(ourTimes, 0.5);
            double gigabyteSeconds = memorySize / 1_024.0 / 1_000 * 1_000_000 / LARGE;
            System.out.printf(
                    Locale.ROOT,
                    "| %,d MB | %.2f | %.0f ms | %.0f | %.0f ms | %.0f |%n",
                    memorySize,
                    Quota.share(memorySize),
                    plain,
                    plain * gigabyteSeconds,
                    ours,
                    ours * gigabyteSeconds);
            lab.emptyLake();
        }
    }

    private void done(Row row) {
        rows.add(row);
        lab.emptyLake();
        progress(row.toMarkdown());
    }

    private static void progress(String text) {
        System.err.println(text);
    }
}
