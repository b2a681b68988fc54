package io.github.taxitrips.local.aws;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Runs AWS clients that are no part of this process, against an endpoint and with nothing of the developer's own account. */
public final class ClientProcess {

    private final Path folder;
    private final URI endpoint;

    /**
     * @param folder for the client's settings and output
     * @param endpoint the endpoint that is named to it
     */
    public ClientProcess(Path folder, URI endpoint) throws IOException {
        this.folder = folder;
        this.endpoint = endpoint;
        // Version 2 of the AWS CLI takes blobs as base64 unless told otherwise, version 1 takes them as they are.
        Files.writeString(folder.resolve("config"), "[default]\ncli_binary_format = raw-in-base64-out\n");
    }

    /** Ends a test, with words, where a client is not to be had. */
    public void assumeThatItRuns(String... command) throws InterruptedException {
        try {
            Run run = run(command);
            if (run.status() != 0) {
                abort(String.join(" ", command) + " fails here: " + run.error());
            }
        } catch (IOException e) {
            abort("There is no " + command[0] + " on the PATH: " + e.getMessage());
        }
    }

    /** Runs a client to its end. */
    public Run run(String... command) throws IOException, InterruptedException {
        Path output = folder.resolve("stdout");
        Path error = folder.resolve("stderr");
        ProcessBuilder process = new ProcessBuilder(List.of(command))
                .redirectOutput(output.toFile())
                .redirectError(error.toFile());
        process.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
        process.environment()
                .putAll(Map.of(
                        "AWS_ENDPOINT_URL", endpoint.toString(),
                        "AWS_ACCESS_KEY_ID", "key",
                        "AWS_SECRET_ACCESS_KEY", "secret",
                        "AWS_DEFAULT_REGION", "us-east-1",
                        "AWS_CONFIG_FILE", folder.resolve("config").toString(),
                        "AWS_EC2_METADATA_DISABLED", "true",
                        "AWS_MAX_ATTEMPTS", "1",
                        "AWS_PAGER", "",
                        "NO_PROXY", "127.0.0.1",
                        "no_proxy", "127.0.0.1"));
        process.environment()
                .put("AWS_SHARED_CREDENTIALS_FILE", folder.resolve("none").toString());
        int status = process.start().waitFor();
        return new Run(status, Files.readString(output), Files.readString(error));
    }

    /**
     * What came of it.
     *
     * @param status the exit status
     * @param output what it printed
     * @param error what it printed as errors
     */
    public record Run(int status, String output, String error) {}
}
