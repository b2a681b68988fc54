package io.github.taxitrips.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import io.github.taxitrips.delivery.Deadline;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.function.adapter.aws.AWSLambdaUtils;
import org.springframework.cloud.function.core.FunctionInvocationHelper;
import org.springframework.messaging.Message;

/**
 * What Lambda leaves to the invocation of the current thread. The adapter passes Lambda's context in a header of the
 * message, which a function of plain types does not see; Spring Cloud Function shows this class each message first.
 *
 * <p>Outside Lambda there is no context, and no deadline. It takes the place of the helper for Cloud Events, which Kinesis
 * events are none of.
 */
public final class LambdaDeadline implements FunctionInvocationHelper<Message<?>>, Deadline {

    /** Time to log and to answer in. */
    private static final long RESERVE_MILLIS = 500;

    private static final ThreadLocal<@Nullable Context> INVOCATION = new ThreadLocal<>();

    @Override
    public Message<?> preProcessInput(Message<?> input, Object inputConverter) {
        INVOCATION.set(input.getHeaders().get(AWSLambdaUtils.AWS_CONTEXT) instanceof Context context ? context : null);
        return input;
    }

    @Override
    public boolean isRetainOutputAsMessage(Message<?> message) {
        return false;
    }

    @Override
    public long remainingMillis() {
        Context context = INVOCATION.get();
        return context == null ? Long.MAX_VALUE : context.getRemainingTimeInMillis() - RESERVE_MILLIS;
    }
}
