package io.github.taxitrips.benchmark;

import io.github.taxitrips.lambda.LambdaProcess.Jvm;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * An installed JDK.
 *
 * @param home its folder
 * @param feature its feature release, such as 25
 */
record Jdk(Path home, int feature) {

    /** The first release with AOT caches that one run writes. */
    private static final int AOT_FEATURE = 25;

    /**
     * What shortens a start from an AOT cache, as in {@code src/benchmark/Dockerfile}: no collection of garbage when class
     * metadata passes 21 MB, and no code made for each constructor and method that is called by reflection.
     */
    private static final List<String> SHORT_START =
            List.of("-XX:MetaspaceSize=64m", "-Djdk.reflect.useNativeAccessorOnly=true");

    /** How far code is compiled. */
    enum Compilers {
        /** The fast compiler only, as Lambda's managed runtime has it without SnapStart. */
        C1("C1"),
        /** All tiers. */
        FULL("C1 and C2");

        private final String text;

        Compilers(String text) {
            this.text = text;
        }

        private List<String> options() {
            return this == C1 ? List.of("-XX:TieredStopAtLevel=1") : List.of();
        }
    }

    /** Reads what the JDK says about itself. */
    static Jdk at(Path home) {
        Properties release = new Properties();
        try (InputStream in = Files.newInputStream(home.resolve("release"))) {
            release.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String version = release.getProperty("JAVA_VERSION").replace("\"", "");
        return new Jdk(home, Runtime.Version.parse(version).feature());
    }

    boolean hasAotCache() {
        return feature >= AOT_FEATURE;
    }

    /** The JVM of Lambda's managed runtime but for its compilers. */
    Jvm managed(Compilers compilers) {
        return new Jvm(home, feature, compilers.options(), false);
    }

    /** The JVM of a container image: one class path of jars, {@link #SHORT_START}, and options about its AOT cache. */
    Jvm jvm(Compilers compilers, String... aotOptions) {
        return new Jvm(
                home,
                feature,
                Stream.of(compilers.options(), SHORT_START, List.of(aotOptions))
                        .flatMap(List::stream)
                        .toList(),
                true);
    }

    String text(Compilers compilers) {
        return "JDK " + feature + ", " + compilers.text;
    }
}
