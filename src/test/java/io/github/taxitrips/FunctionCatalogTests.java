package io.github.taxitrips;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import io.github.taxitrips.delivery.FirehoseSender;
import io.github.taxitrips.intake.KinesisEventReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.cloud.function.context.FunctionCatalog;
import org.springframework.context.annotation.Bean;
import org.springframework.messaging.Message;
import org.springframework.messaging.support.MessageBuilder;

/** The function as Spring Cloud Function finds and calls it, with a sender of the user's own. */
@SpringBootTest(webEnvironment = WebEnvironment.NONE)
class FunctionCatalogTests {

    private static final String REPORT = "{\"received\":3,\"aggregated\":0,\"skipped\":0,\"delivered\":3,"
            + "\"undelivered\":0,\"rejected\":{},\"quarantined\":0,\"records\":3,\"retried\":0,\"throttled\":0,\"calls\":1,"
            + "\"concurrency\":1,\"payloadBytes\":888,\"billedBytes\":15360,\"batchItemFailures\":[]}";

    @TestConfiguration(proxyBeanMethods = false)
    static class OwnSender {

        @Bean
        FirehoseSender sender() {
            return records -> Map.of();
        }
    }

    @Autowired
    private FunctionCatalog catalog;

    @Test
    void isABeanToCall(@Autowired Function<KinesisEvent, String> function) throws IOException {
        assertThat(function.apply(new KinesisEventReader().read(sample()))).isEqualTo(REPORT);
    }

    @Test
    void takesTheJsonThatLambdaPassesAndAnswersWithUnquotedJson() throws IOException {
        Function<Message<byte[]>, Message<byte[]>> function = catalog.lookup("forwardTrips", "application/json");
        Message<byte[]> answer =
                function.apply(MessageBuilder.withPayload(sample()).build());
        assertThat(new String(answer.getPayload(), UTF_8)).isEqualTo(REPORT);
    }

    private static byte[] sample() throws IOException {
        return Files.readAllBytes(Path.of("events", "clean.json"));
    }
}
