package io.github.taxitrips.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import io.github.taxitrips.intake.InvalidEventException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KinesisEventMapperTests {

    private final KinesisEventMapper mapper = new KinesisEventMapper();

    @Test
    void decodesTheEventAtTheFirstLook() {
        Map<String, Object> message =
                mapper.fromJson("{\"Records\":[{\"kinesis\":{\"data\":\"YQ==\"}}]}".getBytes(UTF_8), Object.class);

        assertThat(message).containsOnlyKeys("payload");
        KinesisEvent event = ((KinesisEventConverter.Decoded) message.get("payload")).event();
        assertThat(event.getRecords().get(0).getKinesis().getData().array()).isEqualTo("a".getBytes(UTF_8));
    }

    @Test
    void refusesWhatIsNoEventWithoutQuotingIt() {
        for (String event : List.of("{\"Records\":[{\"kinesis\":{\"data\":secret}}]}", "secret", "{}")) {
            assertThatExceptionOfType(InvalidEventException.class)
                    .isThrownBy(() -> mapper.fromJson(event.getBytes(UTF_8), Object.class))
                    .withMessageNotContaining("secret");
        }
    }

    @Test
    void readsEverythingElseAsJson() {
        List<Integer> numbers = mapper.fromJson("[1,2]".getBytes(UTF_8), List.class);

        assertThat(numbers).containsExactly(1, 2);
    }
}
