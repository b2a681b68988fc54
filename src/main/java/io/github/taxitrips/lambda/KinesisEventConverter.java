package io.github.taxitrips.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import io.github.taxitrips.delivery.Deadline;
import io.github.taxitrips.delivery.Invocation;
import io.github.taxitrips.delivery.TimedEvent;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.function.adapter.aws.AWSLambdaUtils;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.converter.MessageConverter;

/**
 * Gives the function the event that {@link KinesisEventMapper} has decoded, with what is known of the invocation: the adapter
 * passes Lambda's context in a header of the message, which a function of plain types does not see.
 */
public final class KinesisEventConverter implements MessageConverter {

    /** Time to log and to answer in. */
    private static final long RESERVE_MILLIS = 500;

    /** Where Lambda's runtime for Java leaves the trace of an invocation. */
    private static final String TRACE = "com.amazonaws.xray.traceHeader";

    /** An event that is decoded, but not yet what a function takes, so that Spring Cloud Function asks its converters. */
    record Decoded(KinesisEvent event) {}

    @Override
    public @Nullable Object fromMessage(Message<?> message, Class<?> targetClass) {
        if (!(message.getPayload() instanceof Decoded decoded) || !targetClass.isAssignableFrom(KinesisEvent.class)) {
            return null;
        }
        if (message.getHeaders().get(AWSLambdaUtils.AWS_CONTEXT) instanceof Context context) {
            Deadline deadline = () -> context.getRemainingTimeInMillis() - RESERVE_MILLIS;
            Invocation.Request request = new Invocation.Request(
                    context.getAwsRequestId(),
                    context.getFunctionName(),
                    context.getFunctionVersion(),
                    System.getProperty(TRACE));
            return new TimedEvent(decoded.event, deadline, request);
        }
        return decoded.event;
    }

    /** Leaves answers to the other converters. */
    @Override
    public @Nullable Message<?> toMessage(Object payload, @Nullable MessageHeaders headers) {
        return null;
    }
}
