package io.github.taxitrips.local.firehose;

import static io.github.taxitrips.local.firehose.FirehoseLab.STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.local.aws.ClientProcess;
import io.github.taxitrips.local.aws.ClientProcess.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

    private ClientProcess client;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        this.folder = folder;
        lab = new FirehoseLab(folder.resolve("lake"));
        client = new ClientProcess(folder, lab.endpoint.uri());
        client.assumeThatItRuns("aws", "--version");
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
        List<String> all = new ArrayList<>(List.of("aws", "firehose"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--output", "json"));
        return client.run(all.toArray(String[]::new));
    }
}
