package io.github.taxitrips.local.firehose;

import static io.github.taxitrips.local.firehose.FirehoseLab.STREAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A second AWS client, with another implementation of the protocol: the AWS CLI, where there is one. */
class AwsCliTests {

    private Path folder;

    private FirehoseLab lab;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        this.folder = folder;
        // Version 2 takes blobs as base64 unless told otherwise, version 1 takes them as they are and ignores this.
        Files.writeString(folder.resolve("config"), "[default]\ncli_binary_format = raw-in-base64-out\n");
        lab = new FirehoseLab(folder.resolve("lake"));
        try {
            run("--version");
        } catch (IOException e) {
            abort("There is no aws executable on the PATH: " + e.getMessage());
        }
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    @Test
    void putsRecords() throws Exception {
        Path records = folder.resolve("records.json");
        Files.writeString(records, "[{\"Data\":\"{\\\"a\\\":1}\\n\"},{\"Data\":\"b\\n\"}]");

        JsonNode batch =
                succeed("put-record-batch", "--delivery-stream-name", STREAM, "--records", "file://" + records);
        assertThat(batch.get("FailedPutCount").intValue()).isZero();
        assertThat(batch.get("RequestResponses").size()).isEqualTo(2);

        JsonNode single = succeed("put-record", "--delivery-stream-name", STREAM, "--record", "{\"Data\":\"c\\n\"}");
        assertThat(single.get("RecordId").stringValue()).isNotEmpty();

        assertThat(lab.stored()).isEqualTo("{\"a\":1}\nb\nc\n");
    }

    @Test
    void describesAndListsStreams() throws Exception {
        JsonNode described = succeed("describe-delivery-stream", "--delivery-stream-name", STREAM);
        assertThat(described
                        .at("/DeliveryStreamDescription/DeliveryStreamStatus")
                        .stringValue())
                .isEqualTo("ACTIVE");

        JsonNode listed = succeed("list-delivery-streams", "--limit", "1");
        assertThat(listed.at("/DeliveryStreamNames/0").stringValue()).isEqualTo(STREAM);
        assertThat(listed.get("HasMoreDeliveryStreams").booleanValue()).isFalse();
    }

    @Test
    void showsTheErrorOfTheService() throws Exception {
        Run run = firehose("describe-delivery-stream", "--delivery-stream-name", "other");

        assertThat(run.status()).isNotZero();
        assertThat(run.error())
                .contains("ResourceNotFoundException")
                .contains("Firehose other under account 123456789012 not found.");
    }

    private JsonNode succeed(String... arguments) throws Exception {
        Run run = firehose(arguments);
        assertThat(run.status()).as(run.error()).isZero();
        return new JsonMapper().readTree(run.output());
    }

    private Run firehose(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("firehose"));
        all.addAll(List.of(arguments));
        all.addAll(List.of(
                "--output", "json", "--endpoint-url", lab.firehose.endpoint().toString()));
        return run(all.toArray(String[]::new));
    }

    private Run run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("aws"));
        command.addAll(List.of(arguments));
        Path output = folder.resolve("stdout");
        Path error = folder.resolve("stderr");
        ProcessBuilder process =
                new ProcessBuilder(command).redirectOutput(output.toFile()).redirectError(error.toFile());
        // Nothing of the developer's own account is used.
        process.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
        process.environment()
                .putAll(Map.of(
                        "AWS_ACCESS_KEY_ID", "key",
                        "AWS_SECRET_ACCESS_KEY", "secret",
                        "AWS_DEFAULT_REGION", "us-east-1",
                        "AWS_CONFIG_FILE", folder.resolve("config").toString(),
                        "AWS_SHARED_CREDENTIALS_FILE", folder.resolve("none").toString(),
                        "AWS_EC2_METADATA_DISABLED", "true",
                        "AWS_MAX_ATTEMPTS", "1",
                        "AWS_PAGER", "",
                        "NO_PROXY", "127.0.0.1",
                        "no_proxy", "127.0.0.1"));
        int status = process.start().waitFor();
        return new Run(status, Files.readString(output), Files.readString(error));
    }

    private record Run(int status, String output, String error) {}
}
