package io.github.taxitrips.lambda;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import io.github.taxitrips.delivery.Delivery;
import io.github.taxitrips.delivery.DeliveryOutcome;
import io.github.taxitrips.delivery.InvocationReport;
import io.github.taxitrips.delivery.SdkFirehoseSender;
import io.github.taxitrips.intake.Intake;
import io.github.taxitrips.intake.TripValidator;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.HttpsURLConnection;
import org.crac.Context;
import org.crac.Resource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.cloud.function.context.FunctionRegistration;
import org.springframework.cloud.function.context.FunctionRegistry;
import org.springframework.cloud.function.context.catalog.FunctionTypeUtils;
import org.springframework.cloud.function.json.JsonMapper;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.messaging.support.MessageBuilder;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.firehose.FirehoseClientBuilder;

/**
 * Runs a sample event through the adapter, intake and delivery before SnapStart takes its snapshot, so that what the
 * first invocation would load and resolve is in the snapshot: classes, the endpoint's rules, certificates.
 *
 * <p>The sample goes to a Firehose client of its own, which signs with made-up credentials and answers from memory. No
 * call leaves the process, no invocation is logged, and the client of the function stays untouched: its credentials and
 * connections are made after the restore. A failure is logged as a warning and nothing more, as a function that is slow
 * once is better than none.
 */
public final class Priming implements Resource {

    private static final Logger log = LoggerFactory.getLogger(Priming.class);
    private static final String FUNCTION = "primeTrips";
    private static final int MAX_RECORD_BYTES = 64 * 1_024;

    private final ObjectProvider<FunctionRegistry> functions;
    private final JsonMapper json;
    private final Intake intake;
    private final RetryPolicy retryPolicy;
    private final Supplier<FirehoseClientBuilder> clients;

    /**
     * @param functions where the adapter finds functions
     * @param json the adapter's JSON
     * @param validator judges the sample
     * @param retryPolicy passed to delivery; the sample needs no retry
     * @param clients makes a builder that is set up like the one of the function's own client
     */
    public Priming(
            ObjectProvider<FunctionRegistry> functions,
            JsonMapper json,
            TripValidator validator,
            RetryPolicy retryPolicy,
            Supplier<FirehoseClientBuilder> clients) {
        this.functions = functions;
        this.json = json;
        this.intake = new Intake(validator, true, true);
        this.retryPolicy = retryPolicy;
        this.clients = clients;
    }

    @Override
    public void beforeCheckpoint(Context<? extends Resource> context) {
        try (FirehoseClient client = clients.get()
                .httpClientBuilder(null)
                .httpClient(new MemoryHttpClient())
                .credentialsProvider(Rehearsal.credentials())
                .build()) {
            Delivery.Settings settings = new Delivery.Settings(Duration.ZERO, Duration.ZERO, 1, MAX_RECORD_BYTES);
            prime(new Delivery(new SdkFirehoseSender(client, "priming", "none"), retryPolicy, settings, Runnable::run));
            // Reads the trusted certificates, which the first connection would do.
            HttpsURLConnection.getDefaultSSLSocketFactory();
        } catch (Exception | LinkageError e) {
            log.warn("Priming before the snapshot failed, so first invocations after a restore are slower", e);
        }
    }

    @Override
    public void afterRestore(Context<? extends Resource> context) {
        log.debug("Restored");
    }

    private void prime(Delivery delivery) {
        Function<KinesisEvent, String> prime = event -> {
            Intake.Batch batch = intake.accept(event);
            DeliveryOutcome outcome = delivery.deliver(batch.trips(), () -> Long.MAX_VALUE);
            if (outcome.delivered().size() != 1) {
                throw new IllegalStateException("The sample ended as " + outcome, outcome.cause());
            }
            return InvocationReport.of(batch, outcome, DeliveryOutcome.NOTHING, 0, 0)
                    .toJson();
        };
        FunctionRegistry registry = functions.getObject();
        registry.register(new FunctionRegistration<>(prime, FUNCTION)
                .type(FunctionTypeUtils.functionType(KinesisEvent.class, String.class)));
        Function<Object, Object> function = registry.lookup(FUNCTION, "application/json");
        byte[] event = Rehearsal.event();
        Map<String, Object> decoded = json.fromJson(event, Object.class);
        Object answer = function.apply(MessageBuilder.withPayload(decoded.getOrDefault("payload", event))
                .build());
        log.debug("Primed: {}", answer);
    }
}
