package io.github.taxitrips.lambda;

import io.github.taxitrips.intake.InvalidEventException;
import io.github.taxitrips.intake.KinesisEventReader;
import java.lang.reflect.Type;
import java.util.Map;
import org.springframework.cloud.function.json.JacksonMapper;
import tools.jackson.databind.json.JsonMapper;

/**
 * The JSON of Spring Cloud Function, except that the adapter's first look at an event decodes it with
 * {@link KinesisEventReader}.
 *
 * <p>The adapter by itself parses an event three times, logs what it cannot decode with parts of the payload, and then
 * calls the function with an event without records: the invocation succeeds and the batch is lost. Here it fails with
 * {@link InvalidEventException}, and Lambda keeps the batch.
 */
public final class KinesisEventMapper extends JacksonMapper {

    private final KinesisEventReader reader = new KinesisEventReader();

    public KinesisEventMapper() {
        super(new JsonMapper());
    }

    /**
     * Returns JSON bytes asked for as an {@link Object}, as the adapter asks for an event, as a map whose member
     * {@code payload} is the decoded event: that member is what the adapter passes on, to {@link KinesisEventConverter}. All
     * else is as ever.
     *
     * @throws InvalidEventException if such bytes are no Kinesis event
     */
    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // an Object is asked for, and a Map is one
    protected <T> T doFromJson(Object json, Type type) {
        if (type == Object.class && json instanceof byte[] event) {
            return (T) Map.of("payload", new KinesisEventConverter.Decoded(reader.read(event)));
        }
        return super.doFromJson(json, type);
    }
}
