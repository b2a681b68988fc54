package io.github.taxitrips.benchmark;

import io.github.taxitrips.benchmark.Jdk.Compilers;
import io.github.taxitrips.benchmark.Lab.Running;
import io.github.taxitrips.benchmark.Lab.Side;
import io.github.taxitrips.lambda.LambdaProcess.Jvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Compares the built package with {@link PlainHandler}, both in AWS's runtime interface client as on Lambda, and prints
 * tables of medians in Markdown. The two take turns, so that whatever else the machine does befalls both.
 *
 * <p>Arguments: {@code --quick} for few repetitions at C1 only, {@code --once} for a single one, which measures nothing but
 * shows that all of it works, {@code --picture} and a file that takes the ratios as SVG, and the homes of the JDKs to
 * measure on.
 */
final class Benchmark {

    private static final int LARGE = 6_000;
    private static final int SMALL = 100;
    private static final int SMALL_MEMORY = 512;

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
            jdks.forEach(benchmark::measure);
            benchmark.print();
            benchmark.growth(jdks.get(jdks.size() - 1));
            if (picture.isPresent()) {
                Files.writeString(picture.get(), Picture.svg(benchmark.rows));
            }
        }
    }

    private void measure(Jdk jdk) {
        for (Compilers compilers : effort == Effort.FULL ? List.of(Compilers.values()) : List.of(Compilers.C1)) {
            String where = jdk.text(compilers);
            Jvm jvm = jdk.managed(compilers);
            // C2 compiles only what has run often, and does so in the background.
            int scale = compilers == Compilers.FULL ? 6 : 1;
            warm(new Row("warm, 6,000 records", where, "ms"), Side.OURS, jvm, LARGE, 10 * scale, 30);
            warm(new Row("warm, 6,000 records, packed", where, "ms"), Side.PACKED, jvm, LARGE, 10 * scale, 30);
            warm(new Row("warm, 100 records", where, "ms"), Side.OURS, jvm, SMALL, 200 * scale, 200);
            cold(
                    new Row("cold start, no cache", where, "ms"),
                    () -> lab.start(Side.PLAIN, jvm, 0),
                    () -> lab.start(Side.OURS, jvm, 0));
            if (jdk.hasAotCache()) {
                Jvm plain = withCache(Side.PLAIN, jdk, compilers);
                Jvm ours = withCache(Side.OURS, jdk, compilers);
                cold(
                        new Row("cold start, AOT cache", where, "ms"),
                        () -> lab.start(Side.PLAIN, plain, 0),
                        () -> lab.start(Side.OURS, ours, 0));
            }
            peakMemory(new Row("peak memory, 6,000 records, 512 MB", where, "MB"), jvm);
        }
    }

    private void warm(Row row, Side side, Jvm jvm, int records, int warmUps, int repetitions) {
        byte[] event = Lab.event(records);
        try (Running plain = lab.startAndWait(Side.PLAIN, jvm);
                Running ours = lab.startAndWait(side, jvm)) {
            for (int i = 0; i < effort.repetitions(warmUps); i++) {
                plain.invoke(event);
                ours.invoke(event);
            }
            for (int i = 0; i < effort.repetitions(repetitions); i++) {
                row.addPlain(plain.invoke(event));
                row.addOurs(ours.invoke(event));
            }
        }
        done(row);
    }

    /** From the start of the process to its answer to a first event of 100 records. */
    private void cold(Row row, Supplier<Running> plain, Supplier<Running> ours) {
        byte[] event = Lab.event(SMALL);
        // The first start of each reads its files into the system's cache.
        firstAnswer(plain, event);
        firstAnswer(ours, event);
        for (int i = 0; i < effort.repetitions(15); i++) {
            row.addPlain(firstAnswer(plain, event));
            row.addOurs(firstAnswer(ours, event));
        }
        done(row);
    }

    private static double firstAnswer(Supplier<Running> function, byte[] event) {
        long start = System.nanoTime();
        try (Running running = function.get()) {
            running.invoke(event);
            return (System.nanoTime() - start) / 1e6;
        }
    }

    private Jvm withCache(Side side, Jdk jdk, Compilers compilers) {
        Path cache = lab.file(side + "-" + compilers + ".aot");
        AotCache.train(lab, side, jdk.jvm(compilers, "-XX:AOTCacheOutput=" + cache));
        return jdk.jvm(compilers, "-XX:AOTCache=" + cache);
    }

    private void peakMemory(Row row, Jvm jvm) {
        byte[] event = Lab.event(LARGE);
        for (int i = 0; i < effort.repetitions(3); i++) {
            OptionalDouble plain = peak(Side.PLAIN, jvm, event);
            OptionalDouble ours = peak(Side.OURS, jvm, event);
            if (plain.isEmpty() || ours.isEmpty()) {
                progress("peak memory is not known to this operating system");
                return;
            }
            row.addPlain(plain.getAsDouble());
            row.addOurs(ours.getAsDouble());
        }
        done(row);
    }

    private OptionalDouble peak(Side side, Jvm jvm, byte[] event) {
        try (Running running = lab.start(side, jvm, SMALL_MEMORY)) {
            for (int i = 0; i < 10; i++) {
                running.invoke(event);
            }
            Path status =
                    Path.of("/proc", Long.toString(running.process().handle().pid()), "status");
            try (Stream<String> lines = Files.lines(status)) {
                return lines.filter(line -> line.startsWith("VmHWM:"))
                        .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1_024)
                        .findFirst();
            } catch (IOException e) {
                return OptionalDouble.empty();
            }
        }
    }

    private void print() {
        System.out.printf(
                Locale.ROOT,
                "%d processors, %s%n%n",
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.arch"));
        System.out.println("| measured | on | plain handler | Taxi Trips | ratio | repetitions |");
        System.out.println("|---|---|--:|--:|--:|--:|");
        rows.forEach(row -> System.out.println(row.toMarkdown()));
    }

    /** How time and log grow with the event. */
    private void growth(Jdk jdk) {
        Jvm jvm = jdk.managed(Compilers.C1);
        System.out.printf(
                "%n| records, warm, %s | plain handler | Taxi Trips | a record | log |%n", jdk.text(Compilers.C1));
        System.out.println("|--:|--:|--:|--:|--:|");
        try (Running plain = lab.startAndWait(Side.PLAIN, jvm);
                Running ours = lab.startAndWait(Side.OURS, jvm)) {
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
                double median = Row.median(ourTimes);
                System.out.printf(
                        Locale.ROOT,
                        "| %,d | %.1f ms | %.1f ms | %.3f ms | %d bytes |%n",
                        records,
                        Row.median(plainTimes),
                        median,
                        median / records,
                        bytes);
            }
        }
        lab.emptyLake();
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
