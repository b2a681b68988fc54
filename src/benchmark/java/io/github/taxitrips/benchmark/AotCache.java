package io.github.taxitrips.benchmark;

import com.amazonaws.services.lambda.runtime.api.client.AWSLambda;
import io.github.taxitrips.benchmark.Jdk.Compilers;
import io.github.taxitrips.benchmark.Lab.Place;
import io.github.taxitrips.benchmark.Lab.Running;
import io.github.taxitrips.benchmark.Lab.Side;
import io.github.taxitrips.lambda.LambdaProcess.Jvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Trains AOT caches (JEP 514): a JVM that has answered a few events writes what it loaded into a file when it ends. */
final class AotCache {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private AotCache() {}

    /**
     * Lays out what a container image needs: the package's jars, the runtime client's, and the cache. Then starts the
     * function from there, in a JVM that must use the cache, and prints the time to its first answer.
     *
     * <p>Arguments: a folder that is not there yet, and the home of a JDK 25 or later.
     */
    public static void main(String[] args) throws IOException {
        Path image = Path.of(args[0]).toAbsolutePath();
        Jdk jdk = Jdk.at(Path.of(args[1]));
        try (Lab lab = new Lab()) {
            Path trained = lab.taskRoot(Side.OURS);
            Path cache = trained.resolve("taxi-trips.aot");
            train(lab, Side.OURS, jdk.jvm(Compilers.C1, "-XX:AOTCacheOutput=" + cache), Place.DESK);
            copy(trained, image);
            Files.writeString(image.resolve("java.args"), arguments(image));
            Jvm jvm = jdk.jvm(Compilers.C1, "-XX:AOTCache=" + image.resolve("taxi-trips.aot"), "-XX:AOTMode=on");
            long start = System.nanoTime();
            try (Running running = lab.start(Side.OURS, jvm, Place.DESK, image, Map.of())) {
                running.invoke(Lab.event(100));
            }
            System.out.printf("First answer with the cache after %d ms%n", (System.nanoTime() - start) / 1_000_000);
        }
    }

    /**
     * Runs the function on events of 1 and 100 records and has its JVM end.
     *
     * @param jvm a JVM with {@code -XX:AOTCacheOutput}
     * @param place where it will run
     */
    static void train(Lab lab, Side side, Jvm jvm, Place place) {
        try (Running running = lab.start(side, jvm, place)) {
            running.invoke(Lab.event(1));
            running.invoke(Lab.event(100));
            running.process().shutDown(LIMIT);
        }
    }

    /** Arguments of a JVM in the container: the class path in the order of the training, and its main class. */
    private static String arguments(Path image) throws IOException {
        List<String> jars = new ArrayList<>();
        for (String folder : List.of("runtime", "lib")) {
            try (Stream<Path> files = Files.list(image.resolve(folder))) {
                files.sorted().forEach(jar -> jars.add("/var/task/" + folder + "/" + jar.getFileName()));
            }
        }
        return "-cp " + String.join(":", jars) + " " + AWSLambda.class.getName() + "\n";
    }

    /** Copies files with their times, by which the JVM knows that they are those of the training. */
    private static void copy(Path from, Path to) throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(from)) {
            files = walk.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            Path target = to.resolve(from.relativize(file));
            Files.createDirectories(target.getParent());
            Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
        }
    }
}
