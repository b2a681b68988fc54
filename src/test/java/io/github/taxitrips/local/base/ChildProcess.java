package io.github.taxitrips.local.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.springframework.util.FileSystemUtils;

/** A Java process with a test's class path, which a test kills with -9, or tells to end. */
public final class ChildProcess implements AutoCloseable {

    private final Path output;
    private final Path error;
    private final Path temporary;
    private final Process process;

    /**
     * Starts it.
     *
     * @param folder where what it prints goes, and its temporary files
     * @param main its main class
     */
    public ChildProcess(Path folder, Class<?> main, String... arguments) throws IOException {
        output = folder.resolve("output");
        error = folder.resolve("error");
        temporary = Files.createDirectories(folder.resolve("temporary"));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                // As the build and the jar grant it: DuckDB loads a library, and leaves it behind when it is killed.
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        process = new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(error.toFile())
                .start();
    }

    /** Fails with what it printed if it has ended by itself. */
    public void assertThatItRuns() throws IOException {
        assertThat(process.isAlive()).as(printed()).isTrue();
    }

    /** Waits until it has printed something. */
    public void awaitOutput() throws IOException, InterruptedException {
        while (Files.size(output) == 0) {
            assertThatItRuns();
            Thread.sleep(5);
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Tells it to end, as Ctrl-C does. */
    public void terminate() {
        process.destroy();
    }

    /** Waits until it has ended by itself, and returns whether that took less than a minute. */
    public boolean hasEnded() throws InterruptedException {
        return process.waitFor(1, TimeUnit.MINUTES);
    }

    /** Returns all that it printed. */
    public String printed() throws IOException {
        return Files.readString(output) + Files.readString(error);
    }

    /** Kills it, and returns the lines that it printed, without one that was cut. */
    public Stream<String> kill() throws IOException, InterruptedException {
        process.destroyForcibly().waitFor();
        FileSystemUtils.deleteRecursively(temporary);
        String text = Files.readString(output);
        return text.substring(0, text.lastIndexOf('\n') + 1).lines();
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly().onExit().join();
        FileSystemUtils.deleteRecursively(temporary);
    }
}
