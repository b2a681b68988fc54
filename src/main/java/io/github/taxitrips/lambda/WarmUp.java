package io.github.taxitrips.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import io.github.taxitrips.delivery.Delivery;
import io.github.taxitrips.delivery.DeliveryOutcome;
import io.github.taxitrips.delivery.InvocationReport;
import io.github.taxitrips.delivery.SdkFirehoseSender;
import io.github.taxitrips.intake.Intake;
import io.github.taxitrips.intake.RecordValidator;
import io.github.taxitrips.intake.TableValidator;
import io.github.taxitrips.settings.Table;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.crac.Context;
import org.crac.Resource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.context.event.ApplicationStartingEvent;
import org.springframework.cloud.function.adapter.aws.AWSLambdaUtils;
import org.springframework.cloud.function.context.FunctionRegistration;
import org.springframework.cloud.function.context.FunctionRegistry;
import org.springframework.cloud.function.context.catalog.FunctionTypeUtils;
import org.springframework.context.ApplicationListener;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.messaging.Message;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProviderChain;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.ContainerCredentialsProvider;
import software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider;
import software.amazon.awssdk.auth.credentials.InstanceProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.auth.credentials.SystemPropertyCredentialsProvider;
import software.amazon.awssdk.auth.credentials.WebIdentityTokenFileCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.firehose.FirehoseClientBuilder;

/**
 * Runs a sample event through decoding, intake and delivery, so that what the first invocation needs is loaded and resolved
 * before it comes. The sample goes to a Firehose client of its own, which signs with made-up credentials and is answered from
 * memory: no call leaves the process, and nothing of it is logged. A failure never hinders anything, as a function that is
 * slow once is better than none.
 *
 * <p>It is done in two places. <b>Beside Spring's start</b>, in a thread, where there are two processors or more, for the
 * classes alone; nothing waits for its end. Spring Boot finds it for this in {@code META-INF/spring.factories}. And <b>before
 * SnapStart takes its snapshot</b>, with the function's own collaborators and through Spring Cloud Function as well, so that
 * classes, endpoint rules and certificates are in the snapshot, and what is hot is compiled. In both a TLS connection is
 * {@linkplain TlsRehearsal rehearsed}, and {@link CorrettoCrypto} is put in place first. The function's own client stays untouched: its credentials
 * and connections are made after the restore.
 */
public final class WarmUp implements ApplicationListener<ApplicationStartingEvent>, Resource {

    private static final Logger log = LoggerFactory.getLogger(WarmUp.class);
    private static final AtomicBoolean BEGUN = new AtomicBoolean();
    private static final String FUNCTION = "warmUp";
    private static final int MAX_RECORD_BYTES = 64 * 1_024;

    /** So much that what is hot has been compiled before the snapshot, which takes seconds that nobody waits for. */
    private static final int SNAPSHOT_TRIPS = 100;

    private static final int SNAPSHOT_ROUNDS = 200;
    private static final int SNAPSHOT_CONNECTIONS = 20;

    private static final String TRIP = """
            {"type":"trip","trip_id":1,"pickup_datetime":"2026-01-01T00:00:00Z","dropoff_datetime":"2026-01-01T00:10:00Z",\
            "pickup_latitude":1.5,"pickup_longitude":-1.5,"dropoff_latitude":2.5,"dropoff_longitude":-2.5,\
            "trip_distance":1.0,"passenger_count":1,"total_amount":1.0}
            """;

    /** Of the sample, for when the settings are not there yet. */
    private static final Table TABLE = new Table(
            "warm_up",
            "trip_id",
            List.of(
                    new Table.Member("trip_id", "bigint", true, null, null, true, null, null, null, null, null),
                    Table.Member.column("total_amount", "double"),
                    Table.Member.column("passenger_count", "int"),
                    Table.Member.column("pickup_datetime", "timestamp")),
            List.of(new Table.Member("type", null, true, "trip", null, false, null, null, null, null, null)));

    private final @Nullable ObjectProvider<FunctionRegistry> functions;
    private final @Nullable RecordValidator validator;
    private final Supplier<RetryPolicy> retryPolicy;
    private final Supplier<FirehoseClientBuilder> clients;

    /** The one beside the start, when there are no collaborators yet. Public, or Spring would take the other constructor. */
    public WarmUp() {
        this.functions = null;
        this.validator = null;
        this.retryPolicy = RetryPolicy::withDefaults;
        this.clients = () -> {
            // Loaded for its classes only.
            UrlConnectionHttpClient.create().close();
            return FirehoseClient.builder().region(Region.US_EAST_1);
        };
    }

    /**
     * The one before the snapshot.
     *
     * @param functions where the adapter finds functions
     * @param validator judges the sample
     * @param retryPolicy passed to delivery; the sample needs no retry
     * @param clients makes a builder that is set up like the one of the function's own client
     */
    public WarmUp(
            ObjectProvider<FunctionRegistry> functions,
            RecordValidator validator,
            RetryPolicy retryPolicy,
            Supplier<FirehoseClientBuilder> clients) {
        this.functions = functions;
        this.validator = validator;
        this.retryPolicy = () -> retryPolicy;
        this.clients = clients;
        CorrettoCrypto.ifRefused(reason -> log.warn(
                "Amazon Corretto Crypto Provider is not used, so that signing and TLS take the JVM longer: {}",
                reason));
    }

    @Override
    public void onApplicationEvent(ApplicationStartingEvent event) {
        // On Lambda, where there is no web server, Spring Boot may not have said so yet.
        boolean local = event.getSpringApplication().getWebApplicationType() == WebApplicationType.SERVLET;
        if (!local && BEGUN.compareAndSet(false, true)) {
            if (Runtime.getRuntime().availableProcessors() > 1) {
                Thread thread = new Thread(this::besideTheStart, "warm-up");
                thread.setDaemon(true);
                thread.start();
            } else {
                CorrettoCrypto.install();
            }
        }
    }

    private void besideTheStart() {
        try {
            CorrettoCrypto.install();
            run(1, 1);
            TlsRehearsal.run();
        } catch (GeneralSecurityException | IOException | RuntimeException | LinkageError e) {
            log.debug("The warm-up failed, so the first invocation loads more", e);
        }
    }

    @Override
    public void beforeCheckpoint(Context<? extends Resource> context) {
        try {
            // The thread beside the start may not have come to it.
            CorrettoCrypto.install();
            loadCredentials();
            run(SNAPSHOT_TRIPS, SNAPSHOT_ROUNDS);
            for (int i = 0; i < SNAPSHOT_CONNECTIONS; i++) {
                TlsRehearsal.run();
            }
        } catch (GeneralSecurityException | IOException | RuntimeException | LinkageError e) {
            log.warn("The warm-up before the snapshot failed, so first invocations after a restore are slower", e);
        }
    }

    @Override
    public void afterRestore(Context<? extends Resource> context) {
        log.debug("Restored");
    }

    /**
     * Runs the sample.
     *
     * @param trips number of trips in it
     * @param rounds how often
     */
    void run(int trips, int rounds) {
        try (FirehoseClient client = clients.get()
                .httpClientBuilder(null)
                .httpClient(new MemoryHttpClient())
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsSessionCredentials.create("none", "none", "none")))
                .build()) {
            Delivery delivery = new Delivery(
                    new SdkFirehoseSender(client, "warm-up", "none"),
                    retryPolicy.get(),
                    new Delivery.Settings(Duration.ZERO, Duration.ZERO, 1, MAX_RECORD_BYTES),
                    Runnable::run);
            Function<Object, Object> function = function(delivery);
            byte[] event = event(trips);
            for (int i = 0; i < rounds; i++) {
                Object answer = function.apply(
                        AWSLambdaUtils.generateMessage(event, KinesisEvent.class, false, new KinesisEventMapper()));
                if (i == 0 && functions != null) {
                    log.debug("Warmed up: {}", answer);
                }
            }
        }
    }

    /** Loads what the SDK looks for credentials with, and asks none of it. */
    private static void loadCredentials() {
        AwsCredentialsProviderChain.of(
                        SystemPropertyCredentialsProvider.create(),
                        EnvironmentVariableCredentialsProvider.create(),
                        WebIdentityTokenFileCredentialsProvider.create(),
                        ProfileCredentialsProvider.create(),
                        ContainerCredentialsProvider.builder().build(),
                        InstanceProfileCredentialsProvider.create())
                .close();
    }

    /** The sample's way, through Spring Cloud Function once there is one. */
    private Function<Object, Object> function(Delivery delivery) {
        Intake intake = new Intake(new TableValidator(TABLE, true), true, true);
        if (functions == null) {
            return message -> deliver(
                    ((KinesisEventConverter.Decoded) ((Message<?>) message).getPayload()).event(), intake, delivery);
        }
        FunctionRegistry registry = functions.getObject();
        Function<KinesisEvent, String> function = event -> deliver(event, intake, delivery);
        registry.register(new FunctionRegistration<>(function, FUNCTION)
                .type(FunctionTypeUtils.functionType(KinesisEvent.class, String.class)));
        return registry.lookup(FUNCTION, "application/json");
    }

    private String deliver(KinesisEvent event, Intake intake, Delivery delivery) {
        Intake.Batch batch = intake.accept(event);
        if (validator != null) {
            // To its own table the sample need not be clean.
            batch.trips().forEach(trip -> validator.judge(trip.json()));
        }
        DeliveryOutcome outcome = delivery.deliver(batch.trips(), () -> Long.MAX_VALUE);
        if (outcome.delivered().size() != event.getRecords().size()) {
            throw new IllegalStateException("The sample ended as " + outcome, outcome.cause());
        }
        return InvocationReport.of(batch, outcome, DeliveryOutcome.NOTHING, 0, 0)
                .toJson();
    }

    /** An event of clean trips. */
    private static byte[] event(int trips) {
        String data = Base64.getEncoder().encodeToString(TRIP.getBytes(UTF_8));
        return IntStream.rangeClosed(1, trips)
                .mapToObj(number -> """
                        {"eventSource":"aws:kinesis","eventVersion":"1.0","eventName":"aws:kinesis:record",\
                        "awsRegion":"us-east-1","kinesis":{"kinesisSchemaVersion":"1.0","partitionKey":"1",\
                        "sequenceNumber":"%d","approximateArrivalTimestamp":1.5,"data":"%s"}}""".formatted(number, data))
                .collect(Collectors.joining(",", "{\"Records\":[", "]}"))
                .getBytes(UTF_8);
    }
}
