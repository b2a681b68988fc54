package io.github.taxitrips.benchmark;

import io.github.taxitrips.intake.IntakeBenchmark;
import io.github.taxitrips.lambda.LambdaProcess;
import io.github.taxitrips.lambda.LambdaProcess.Jvm;
import io.github.taxitrips.lambda.LambdaRuntimeApi;
import io.github.taxitrips.local.firehose.DataLake;
import io.github.taxitrips.local.firehose.EmbeddedFirehose;
import io.github.taxitrips.local.firehose.Faults;
import io.github.taxitrips.template.DeployedFunction;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.springframework.util.FileSystemUtils;

/**
 * Both functions, ready to start in JVMs of their own, and an embedded Firehose without faults that they deliver to.
 * Everything lies in a temporary folder, which {@link #close()} deletes.
 */
final class Lab implements AutoCloseable {

    private static final String STREAM = "nyc-taxi-trips";
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** What the plain handler needs of the package: the SDK, the events and a JSON parser. */
    private static final Set<String> PLAIN_JARS = Set.of(
            "annotations",
            "auth",
            "aws-core",
            "aws-json-protocol",
            "aws-lambda-java-events",
            "checksums",
            "checksums-spi",
            "endpoints-spi",
            "eventstream",
            "firehose",
            "http-auth",
            "http-auth-aws",
            "http-auth-spi",
            "http-client-spi",
            "identity-spi",
            "jackson-core",
            "joda-time",
            "json-utils",
            "metrics-spi",
            "profiles",
            "protocol-core",
            "reactive-streams",
            "regions",
            "retries",
            "retries-spi",
            "sdk-core",
            "slf4j-api",
            "third-party-jackson-core",
            "url-connection-client",
            "utils",
            "utils-lite");

    /** What is measured: the service with one trip a Firehose record, the same packing, and the plain handler. */
    enum Side {
        PLAIN,
        OURS,
        PACKED
    }

    /** A function under way. */
    static final class Running implements AutoCloseable {

        private final LambdaRuntimeApi api;
        private final LambdaProcess process;

        private Running(LambdaRuntimeApi api, LambdaProcess process) {
            this.api = api;
            this.process = process;
        }

        /** Invokes the function, which must succeed, and returns the time to its answer in milliseconds. */
        double invoke(byte[] event) {
            long start = System.nanoTime();
            LambdaRuntimeApi.Answer answer;
            try {
                answer = api.invoke(event, LIMIT);
            } catch (IllegalStateException e) {
                String state = process.handle().isAlive() ? "still runs" : "has ended";
                throw new IllegalStateException("The function " + state + " and printed: " + process.output(), e);
            }
            double millis = (System.nanoTime() - start) / 1e6;
            if (answer.error()) {
                throw new IllegalStateException(answer.body());
            }
            return millis;
        }

        LambdaProcess process() {
            return process;
        }

        @Override
        public void close() {
            process.close();
            api.close();
        }
    }

    private final Path folder;
    private final EmbeddedFirehose firehose;

    /** Unpacks the built package and lays out the plain handler's. */
    Lab() {
        try {
            folder = Files.createTempDirectory("taxi-trips-benchmark");
            LambdaProcess.unpack(function(Side.OURS).codeUri(), taskRoot(Side.OURS));
            layOutPlain();
            LambdaProcess.copyRuntime(taskRoot(Side.OURS));
            LambdaProcess.copyRuntime(taskRoot(Side.PLAIN));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        firehose = new EmbeddedFirehose(
                0, List.of(STREAM), Faults.none(), new DataLake(folder.resolve("lake")), Clock.systemUTC());
    }

    /** Returns an event of that many clean trips, always the same. */
    static byte[] event(int records) {
        return IntakeBenchmark.json(records);
    }

    /** Returns a file of that name in the temporary folder. */
    Path file(String name) {
        return folder.resolve(name);
    }

    /** Where the function's {@code lib} is. */
    Path taskRoot(Side side) {
        return folder.resolve(side == Side.PLAIN ? "plain" : "ours");
    }

    /** Starts the function as the template configures it, with the memory given in MB, or the template's if that is 0. */
    Running start(Side side, Jvm jvm, int memorySize) {
        return start(side, jvm, memorySize, taskRoot(side));
    }

    /** Starts the function from another folder than its own. */
    Running start(Side side, Jvm jvm, int memorySize, Path taskRoot) {
        DeployedFunction function = function(side);
        if (memorySize > 0) {
            function = new DeployedFunction(
                    function.handler(), function.codeUri(), memorySize, function.logFormat(), function.variables());
        }
        Map<String, String> variables = new HashMap<>();
        variables.put("AWS_ENDPOINT_URL_FIREHOSE", firehose.endpoint().toString());
        LambdaRuntimeApi api = new LambdaRuntimeApi();
        Path log = folder.resolve("log-" + api.address().replace(':', '-'));
        return new Running(api, LambdaProcess.start(jvm, function, api, taskRoot, log, variables));
    }

    /**
     * Starts the function and waits for a first answer: the runtime client unpacks its native library to a fixed place,
     * so two that start at once can break each other.
     */
    Running startAndWait(Side side, Jvm jvm) {
        Running running = start(side, jvm, 0);
        try {
            running.invoke(event(1));
            return running;
        } catch (RuntimeException e) {
            running.close();
            throw e;
        }
    }

    /** Drops what was delivered, for it would fill the disk. */
    void emptyLake() {
        delete(folder.resolve("lake"));
    }

    @Override
    public void close() {
        firehose.close();
        delete(folder);
    }

    private static DeployedFunction function(Side side) {
        DeployedFunction ours = DeployedFunction.load(Map.of(
                "DeliveryStreamName",
                STREAM,
                "QuarantineDeliveryStreamName",
                "",
                "Packing",
                "" + (side == Side.PACKED)));
        return side != Side.PLAIN
                ? ours
                : new DeployedFunction(
                        PlainHandler.class.getName() + "::handleRequest",
                        ours.codeUri(),
                        ours.memorySize(),
                        ours.logFormat(),
                        ours.variables());
    }

    private void layOutPlain() throws IOException {
        Path lib = Files.createDirectories(taskRoot(Side.PLAIN).resolve("lib"));
        try (Stream<Path> jars = Files.list(taskRoot(Side.OURS).resolve("lib"))) {
            for (Path jar : jars.toList()) {
                String name = jar.getFileName().toString();
                if (PLAIN_JARS.contains(name.replaceAll("-[0-9][^/]*\\.jar$", ""))) {
                    Files.copy(jar, lib.resolve(name));
                }
            }
        }
        String entry = PlainHandler.class.getName().replace('.', '/') + ".class";
        try (OutputStream file = Files.newOutputStream(lib.resolve("plain-handler.jar"));
                JarOutputStream jar = new JarOutputStream(file);
                var code = PlainHandler.class.getClassLoader().getResourceAsStream(entry)) {
            jar.putNextEntry(new JarEntry(entry));
            code.transferTo(jar);
        }
    }

    private static void delete(Path folder) {
        try {
            FileSystemUtils.deleteRecursively(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
