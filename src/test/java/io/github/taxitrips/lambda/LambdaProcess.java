package io.github.taxitrips.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.api.client.AWSLambda;
import com.amazonaws.services.lambda.runtime.serialization.events.LambdaEventSerializers;
import io.github.taxitrips.template.DeployedFunction;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import software.amazon.awssdk.utilslite.SdkInternalThreadLocal;

/**
 * The Lambda package in a JVM of its own, started by AWS's runtime interface client as the managed Java runtime does:
 * only the jars that the runtime provides are on the class path, and the client's own loader finds the package's
 * {@code lib/*.jar} in the working directory. Unless told otherwise, the JVM's options are those of the managed runtime, too.
 */
public final class LambdaProcess implements AutoCloseable {

    /** One class of each jar that the managed runtime provides. */
    private static final List<Class<?>> RUNTIME =
            List.of(AWSLambda.class, Context.class, LambdaEventSerializers.class, SdkInternalThreadLocal.class);

    private static final String RUNTIME_FOLDER = "runtime";

    private final Process process;
    private final Path log;

    /**
     * A JVM to start the function in.
     *
     * @param home folder of the JDK
     * @param feature its feature release, such as 25
     * @param options options besides those that a Lambda function always has
     * @param flatClassPath whether the class path is all jars in {@code runtime} and {@code lib} of the task's folder, as in
     *     a container image: what the client's own loader loads, an AOT cache cannot hold
     */
    public record Jvm(Path home, int feature, List<String> options, boolean flatClassPath) {

        /** The one of this process, with the options that the managed runtime adds. */
        public static Jvm managed() {
            return new Jvm(
                    Path.of(System.getProperty("java.home")),
                    Runtime.version().feature(),
                    List.of("-XX:TieredStopAtLevel=1"),
                    false);
        }
    }

    private LambdaProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /**
     * Starts the function in the {@linkplain Jvm#managed() managed} JVM.
     *
     * @param function what the template says about it
     * @param runtimeApi where its runtime gets events
     * @param taskRoot folder of the unpacked package
     * @param log file that takes what the process prints
     * @param environment variables besides those of the template and of Lambda
     */
    public static LambdaProcess start(
            DeployedFunction function,
            LambdaRuntimeApi runtimeApi,
            Path taskRoot,
            Path log,
            Map<String, String> environment) {
        return start(Jvm.managed(), function, runtimeApi, taskRoot, log, environment);
    }

    /** Starts the function in a JVM of the caller's choice, else like the other. */
    public static LambdaProcess start(
            Jvm jvm,
            DeployedFunction function,
            LambdaRuntimeApi runtimeApi,
            Path taskRoot,
            Path log,
            Map<String, String> environment) {
        List<String> command = new ArrayList<>();
        command.add(jvm.home.resolve("bin").resolve("java").toString());
        command.addAll(options(jvm, function.memorySize()));
        command.addAll(List.of("-cp", classPath(jvm, taskRoot), AWSLambda.class.getName(), function.handler()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(taskRoot.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().clear();
        builder.environment().putAll(lambdaVariables(function, runtimeApi, taskRoot));
        builder.environment().putAll(function.variables());
        builder.environment().putAll(environment);
        try {
            return new LambdaProcess(builder.start(), log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Unpacks the package into a folder. */
    public static void unpack(Path zip, Path folder) {
        try (InputStream file = Files.newInputStream(zip);
                ZipInputStream in = new ZipInputStream(file)) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                Path target = folder.resolve(entry.getName()).normalize();
                if (!target.startsWith(folder)) {
                    throw new IllegalArgumentException(zip + " has an entry " + entry.getName());
                }
                Files.createDirectories(target.getParent());
                Files.copy(in, target);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Copies the jars that the managed runtime provides into {@code runtime} of the folder, for a flat class path. */
    public static void copyRuntime(Path taskRoot) {
        try {
            Path folder = Files.createDirectories(taskRoot.resolve(RUNTIME_FOLDER));
            for (Class<?> type : RUNTIME) {
                Path jar = jar(type);
                Files.copy(jar, folder.resolve(jar.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The process itself, to measure it. */
    public ProcessHandle handle() {
        return process.toHandle();
    }

    /** Everything that the process has printed so far. */
    public String output() {
        try {
            return Files.readString(log, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks the JVM to end by itself, as an AOT cache is written at its end, and waits until it is gone. */
    public void shutDown(Duration limit) {
        process.destroy();
        await(limit);
    }

    /** Ends the process and waits until it is gone. */
    @Override
    public void close() {
        process.destroyForcibly();
        await(Duration.ofSeconds(10));
    }

    private void await(Duration limit) {
        try {
            process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<String> options(Jvm jvm, int memorySize) {
        List<String> options = new ArrayList<>(jvm.options);
        options.addAll(List.of(
                // Lambda leaves the rest of the memory to what is not heap.
                "-Xmx" + memorySize * 85 / 100 + "m",
                "-XX:+UseSerialGC",
                "--add-opens=java.base/java.io=ALL-UNNAMED",
                "-Dorg.crac.Core.Compat=com.amazonaws.services.lambda.crac",
                "-Djava.net.preferIPv4Stack=true"));
        if (jvm.feature >= 24) {
            // The runtime client loads a native library and writes final fields, of which newer JVMs warn.
            options.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        }
        return options;
    }

    private static Map<String, String> lambdaVariables(
            DeployedFunction function, LambdaRuntimeApi runtimeApi, Path taskRoot) {
        Map<String, String> variables = new HashMap<>();
        variables.put("AWS_LAMBDA_RUNTIME_API", runtimeApi.address());
        variables.put("_HANDLER", function.handler());
        variables.put("LAMBDA_TASK_ROOT", taskRoot.toString());
        variables.put("AWS_LAMBDA_FUNCTION_NAME", "taxi-trips");
        variables.put("AWS_LAMBDA_FUNCTION_VERSION", "1");
        variables.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", Integer.toString(function.memorySize()));
        variables.put("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/taxi-trips");
        variables.put("AWS_LAMBDA_LOG_STREAM_NAME", "2026/11/22/[1]0123456789abcdef");
        variables.put("AWS_LAMBDA_LOG_FORMAT", function.logFormat());
        variables.put("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
        variables.put("AWS_EXECUTION_ENV", "AWS_Lambda_java25");
        variables.put("AWS_REGION", "us-east-1");
        variables.put("AWS_DEFAULT_REGION", "us-east-1");
        variables.put("AWS_ACCESS_KEY_ID", "access-key");
        variables.put("AWS_SECRET_ACCESS_KEY", "secret-key");
        variables.put("AWS_SESSION_TOKEN", "session-token");
        variables.put("LANG", "en_US.UTF-8");
        variables.put("TZ", ":UTC");
        return variables;
    }

    private static String classPath(Jvm jvm, Path taskRoot) {
        Stream<Path> jars = jvm.flatClassPath
                ? Stream.of(RUNTIME_FOLDER, "lib").flatMap(folder -> files(taskRoot.resolve(folder)).stream())
                : RUNTIME.stream().map(LambdaProcess::jar);
        return jars.map(Path::toString).collect(Collectors.joining(System.getProperty("path.separator")));
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path jar(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
