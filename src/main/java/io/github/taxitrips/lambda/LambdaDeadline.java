package io.github.taxitrips.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import io.github.taxitrips.delivery.Deadline;
import org.springframework.cloud.function.adapter.aws.AWSLambdaUtils;
import org.springframework.cloud.function.context.catalog.FunctionAroundWrapper;
import org.springframework.cloud.function.context.catalog.SimpleFunctionRegistry.FunctionInvocationWrapper;
import org.springframework.messaging.Message;

/**
 * What Lambda leaves to the invocation of the current thread. The adapter passes Lambda's context in a header of the
 * message, which a function of plain types does not see; this stands around the function and keeps it.
 *
 * <p>Outside Lambda there is no context, and no deadline.
 */
public final class LambdaDeadline extends FunctionAroundWrapper implements Deadline {

    /** Time to log and to answer in. */
    private static final long RESERVE_MILLIS = 500;

    private static final ThreadLocal<Context> INVOCATION = new ThreadLocal<>();

    @Override
    protected Object doApply(Object input, FunctionInvocationWrapper function) {
        if (((Message<?>) input).getHeaders().get(AWSLambdaUtils.AWS_CONTEXT) instanceof Context context) {
            INVOCATION.set(context);
        }
        try {
            return function.apply(input);
        } finally {
            INVOCATION.remove();
        }
    }

    @Override
    public long remainingMillis() {
        Context context = INVOCATION.get();
        return context == null ? Long.MAX_VALUE : context.getRemainingTimeInMillis() - RESERVE_MILLIS;
    }
}
