package io.github.taxitrips.benchmark;

import io.github.taxitrips.intake.IntakeBenchmark;
import io.github.taxitrips.lambda.LambdaProcess;
import io.github.taxitrips.lambda.LambdaProcess.Jvm;
import io.github.taxitrips.lambda.LambdaRuntimeApi;
import io.github.taxitrips.local.aws.AwsEndpoint;
import io.github.taxitrips.local.aws.Faults;
import io.github.taxitrips.local.firehose.FirehoseApi;
import io.github.taxitrips.local.lake.DeliveryStream;
import io.github.taxitrips.local.lake.Lake;
import io.github.taxitrips.template.DeployedFunction;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipOutputStream;
import org.springframework.util.FileSystemUtils;
import org.springframework.util.StringUtils;

/**
 * Both functions, ready to start in JVMs of their own, and an embedded Firehose without faults that they deliver to.
 * Everything lies in a temporary folder, which {@link #close()} deletes.
 */
final class Lab implements AutoCloseable {

    private static final String STREAM = "nyc-taxi-trips";
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** The jars that the plain handler needs: the SDK, the events and a JSON parser. */
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

    /** What is measured. */
    enum Side {
        /** The plain handler. */
        PLAIN,
        /** The plain handler with the service's crypto provider. */
        CRYPTO,
        /** The service with one trip a Firehose record. */
        OURS,
        /** The service that packs. */
        PACKED
    }

    /** From when on a function has only its memory's share of a processor. */
    enum Held {
        NEVER,
        /** From the second event on, where the first is not measured. */
        WARM,
        /** From the first event on, as on Lambda, which starts a function at full processors. */
        READY,
        /** From the start of its process on. */
        START
    }

    /**
     * What surrounds a function.
     *
     * @param memorySize its memory in MB; 0 is the template's
     * @param tls whether Firehose is reached over TLS
     * @param held from when on it has its memory's share of a processor
     */
    record Place(int memorySize, boolean tls, Held held) {

        /** A developer's machine. */
        static final Place DESK = new Place(0, false, Held.NEVER);
    }

    /** A function under way. */
    static final class Running implements AutoCloseable {

        private final LambdaRuntimeApi api;
        private final LambdaProcess process;
        private final Held held;
        private final Optional<Quota> quota;

        private Running(LambdaRuntimeApi api, LambdaProcess process, Held held, Optional<Quota> quota) {
            this.api = api;
            this.process = process;
            this.held = held;
            this.quota = quota;
        }

        /** Waits until a snapshot would be taken, and returns the time from the restore to the answer in milliseconds. */
        double restoreAndInvoke(byte[] event) {
            api.awaitSnapshot(LIMIT);
            quota.ifPresent(share -> share.hold(process.handle()));
            long start = System.nanoTime();
            api.restore();
            invoke(event);
            return (System.nanoTime() - start) / 1e6;
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

        /** Invokes the function for the first time, which is held to its share from when it is ready, if it is to be. */
        void invokeFirst(byte[] event) {
            if (held == Held.READY) {
                api.awaitReady(LIMIT);
                quota.ifPresent(share -> share.hold(process.handle()));
            }
            invoke(event);
            if (held == Held.WARM) {
                quota.ifPresent(share -> share.hold(process.handle()));
            }
        }

        LambdaProcess process() {
            return process;
        }

        @Override
        public void close() {
            process.close();
            api.close();
            quota.ifPresent(Quota::close);
        }
    }

    private final Path folder;
    private final Lake lake;
    private final AwsEndpoint endpoint;
    private final TlsEndpoint tls;

    /** Unpacks the built package and lays out the plain handler's. */
    Lab() {
        try {
            folder = Files.createTempDirectory("taxi-trips-benchmark");
            LambdaProcess.unpack(function(Side.OURS).codeUri(), taskRoot(Side.OURS));
            layOutPlain(Side.PLAIN);
            layOutPlain(Side.CRYPTO);
            for (Side side : List.of(Side.OURS, Side.PLAIN, Side.CRYPTO)) {
                LambdaProcess.copyRuntime(taskRoot(side));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        lake = new Lake(folder.resolve("lake"), List.of(DeliveryStream.plain(STREAM, STREAM)), Clock.systemUTC());
        endpoint = new AwsEndpoint(0, Faults.none(), new FirehoseApi(List.of(STREAM), lake, Clock.systemUTC()));
        tls = new TlsEndpoint(folder, endpoint.uri());
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
        return folder.resolve(
                switch (side) {
                    case PLAIN -> "plain";
                    case CRYPTO -> "crypto";
                    case OURS, PACKED -> "ours";
                });
    }

    /** Starts the function in a place. */
    Running start(Side side, Jvm jvm, Place place) {
        return start(side, jvm, place, taskRoot(side), Map.of());
    }

    /** Starts the function to be snapshot. */
    Running startForSnapshot(Side side, Jvm jvm, Place place) {
        return start(side, jvm, place, taskRoot(side), Map.of("AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start"));
    }

    /** Starts the function from another folder than its own. */
    Running start(Side side, Jvm jvm, Place place, Path taskRoot, Map<String, String> environment) {
        DeployedFunction template = function(side);
        int memorySize = place.memorySize == 0 ? template.memorySize() : place.memorySize;
        DeployedFunction function = new DeployedFunction(
                template.handler(), template.codeUri(), memorySize, template.logFormat(), template.variables());
        Map<String, String> variables = new HashMap<>(environment);
        variables.put(
                "AWS_ENDPOINT_URL_FIREHOSE",
                place.tls ? tls.address() : endpoint.uri().toString());
        List<String> options = new ArrayList<>(jvm.options());
        if (place.tls) {
            options.add(tls.trustOption(jvm.home()));
        }
        Optional<Quota> quota = place.held == Held.NEVER ? Optional.empty() : Quota.of(Quota.share(memorySize));
        LambdaRuntimeApi api = new LambdaRuntimeApi();
        Path log = folder.resolve("log-" + api.address().replace(':', '-'));
        Jvm withOptions = new Jvm(jvm.home(), jvm.feature(), options, jvm.flatClassPath());
        LambdaProcess process = LambdaProcess.start(withOptions, function, api, taskRoot, log, variables);
        if (place.held == Held.START) {
            quota.ifPresent(share -> share.hold(process.handle()));
        }
        return new Running(api, process, place.held, quota);
    }

    /**
     * Starts the function and waits for a first answer: the runtime client unpacks its native library to a fixed place,
     * so two that start at once can break each other.
     */
    Running startAndWait(Side side, Jvm jvm, Place place) {
        Running running = start(side, jvm, place);
        try {
            running.invokeFirst(event(1));
            return running;
        } catch (RuntimeException e) {
            running.close();
            throw e;
        }
    }

    /** Drops what was delivered, for it would fill the disk. */
    void emptyLake() {
        lake.flush();
        lake.files().forEach(file -> delete(file.path()));
    }

    @Override
    public void close() {
        tls.close();
        endpoint.close();
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
        return side == Side.OURS || side == Side.PACKED
                ? ours
                : new DeployedFunction(
                        (side == Side.PLAIN ? PlainHandler.class : PlainCryptoHandler.class).getName()
                                + "::handleRequest",
                        ours.codeUri(),
                        ours.memorySize(),
                        ours.logFormat(),
                        ours.variables());
    }

    private void layOutPlain(Side side) throws IOException {
        Path lib = Files.createDirectories(taskRoot(side).resolve("lib"));
        if (side == Side.CRYPTO) {
            try (Stream<Path> jars = Files.list(taskRoot(Side.OURS).resolve("crypto"))) {
                String architecture = System.getProperty("os.arch").equals("amd64") ? "x86_64" : "aarch_64";
                Path jar = jars.filter(name -> name.toString().contains(architecture))
                        .findFirst()
                        .orElseThrow();
                Files.copy(jar, lib.resolve(jar.getFileName().toString()));
            }
        }
        for (String element :
                StringUtils.delimitedListToStringArray(System.getProperty("java.class.path"), File.pathSeparator)) {
            String name = Path.of(element).getFileName().toString();
            if (PLAIN_JARS.contains(name.replaceAll("-[0-9][^/]*\\.jar$", ""))) {
                copyStored(Path.of(element), lib.resolve(name));
            }
        }
        try (OutputStream file = Files.newOutputStream(lib.resolve("plain-handler.jar"));
                JarOutputStream jar = new JarOutputStream(file)) {
            for (Class<?> type : List.of(PlainHandler.class, PlainCryptoHandler.class)) {
                String entry = type.getName().replace('.', '/') + ".class";
                try (var code = type.getClassLoader().getResourceAsStream(entry)) {
                    jar.putNextEntry(new JarEntry(entry));
                    code.transferTo(jar);
                }
            }
        }
    }

    /** Copies a jar, its files not compressed, as the service's are not. */
    private static void copyStored(Path from, Path to) throws IOException {
        try (JarInputStream in = new JarInputStream(Files.newInputStream(from));
                OutputStream file = Files.newOutputStream(to);
                JarOutputStream out = in.getManifest() == null
                        ? new JarOutputStream(file)
                        : new JarOutputStream(file, in.getManifest())) {
            out.setMethod(ZipOutputStream.STORED);
            for (JarEntry entry = in.getNextJarEntry(); entry != null; entry = in.getNextJarEntry()) {
                byte[] content = in.readAllBytes();
                CRC32 crc = new CRC32();
                crc.update(content);
                JarEntry stored = new JarEntry(entry.getName());
                stored.setSize(content.length);
                stored.setCrc(crc.getValue());
                out.putNextEntry(stored);
                out.write(content);
            }
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
