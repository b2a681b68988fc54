package io.github.taxitrips.local.firehose;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.taxitrips.intake.JsonProblem;
import io.github.taxitrips.local.door.Doorkeeper;
import io.github.taxitrips.local.lake.Lake;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An Amazon Data Firehose endpoint on 127.0.0.1 for the local run and for tests. It speaks AWS JSON 1.1 with any AWS
 * client, checks the service's limits to the byte, hands what it accepts to a {@link Lake} before it answers, and makes the {@link Faults} it is told to. It knows the operations PutRecordBatch, PutRecord, DescribeDeliveryStream and
 * ListDeliveryStreams, with the errors of the Firehose API Reference; credentials and signatures are not looked at.
 *
 * <p>{@code GET /faults} shows the faults as JSON, {@code PUT /faults} changes the ones in its JSON body:
 *
 * <pre>curl -X PUT 127.0.0.1:8081/faults -d '{"throttled-records":0.2,"latency":"100ms"}'</pre>
 *
 * What is no JSON object, or has a wrong member or value, is answered with status 400, a body over 8 MiB with 413, each with
 * {@code {"message":"..."}}; it changes nothing.
 *
 * A {@code Host} that is not this machine and a foreign {@code Origin} are refused with 403, see {@link Doorkeeper}.
 *
 * <p>It takes calls from its construction until {@link #close()}.
 */
public final class EmbeddedFirehose implements AutoCloseable {

    static {
        // JDK 17's server sends the head and the body of an answer in two segments. Without TCP_NODELAY the second one
        // waits for the client's delayed acknowledgement of the first: 52 ms a call in place of 8. Read once, when the
        // server class loads.
        String noDelay = "sun.net.httpserver.nodelay";
        if (System.getProperty(noDelay) == null) {
            System.setProperty(noDelay, "true");
        }
    }

    /** Room for the largest valid call: 4 MiB of data are 5.6 MB of base64, and 500 records add little. */
    static final int MAX_BODY = 8 * 1024 * 1024;

    /** A client that is still sending sees a reset connection in place of the answer, so larger bodies are read too. */
    private static final long MAX_SWALLOWED = 64L * 1024 * 1024;

    private static final int MAX_THREADS = 32;
    private static final String AWS_JSON = "application/x-amz-json-1.1";
    private static final Logger log = LoggerFactory.getLogger(EmbeddedFirehose.class);

    private final JsonMapper mapper = new JsonMapper();
    private final FaultsJson faultsJson = new FaultsJson(mapper);
    private final Tally tally = new Tally();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final FaultSource faults;
    private final FirehoseApi api;
    private final ThreadPoolExecutor executor;
    private final HttpServer server;

    /**
     * Starts the endpoint.
     *
     * @param port port on 127.0.0.1; 0 takes a free one
     * @param deliveryStreamNames the delivery streams it serves, each of which the lake knows
     * @param faults what to do wrong on purpose
     * @param lake where accepted records go
     * @param clock gives the time at which the streams were created
     * @throws IllegalArgumentException if a delivery stream's name is not valid or not known
     * @throws IllegalStateException if the port is in use, naming the port and the remedy
     * @throws UncheckedIOException if the port cannot be opened for another reason
     */
    public EmbeddedFirehose(int port, Collection<String> deliveryStreamNames, Faults faults, Lake lake, Clock clock) {
        this.faults = new FaultSource(faults);
        this.api = new FirehoseApi(mapper, deliveryStreamNames, this.faults, lake, tally, clock);
        this.server = open(port);
        // Daemon threads, so that a forgotten endpoint doesn't keep the process alive.
        this.executor = new ThreadPoolExecutor(
                MAX_THREADS, MAX_THREADS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "embedded-firehose");
                    thread.setDaemon(true);
                    return thread;
                });
        executor.allowCoreThreadTimeOut(true);
        server.setExecutor(executor);
        server.createContext("/", this::handle);
        server.start();
    }

    private static HttpServer open(int port) {
        try {
            return HttpServer.create(
                    new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), 0);
        } catch (BindException e) {
            throw new IllegalStateException(
                    "The embedded Firehose endpoint cannot listen on 127.0.0.1:" + port + " (" + e.getMessage()
                            + "): stop what uses the port, or set taxi-trips.local.firehose-port to another port, or to"
                            + " 0 for a free one",
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException("The embedded Firehose endpoint cannot listen on 127.0.0.1:" + port, e);
        }
    }

    /** The address that a client takes as its endpoint, such as http://127.0.0.1:8081. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** The faults in force. */
    public Faults faults() {
        return faults.faults();
    }

    /** Replaces the faults and starts their generator afresh; calls that came before keep theirs. */
    public void setFaults(Faults faults) {
        this.faults.change(old -> faults);
    }

    /** What was received and accepted so far. */
    public Totals totals() {
        return tally.totals();
    }

    /** Stops taking calls, lets those under way store their records, and frees the port. Calling it again does nothing. */
    @Override
    public void close() {
        if (closing.getCount() == 0) {
            return;
        }
        closing.countDown();
        server.stop(0);
        executor.shutdown();
        try {
            if (!executor.awaitTermination(5, TimeUnit.SECONDS)) {
                log.warn("The embedded Firehose endpoint was closed with calls still under way");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Headers headers = exchange.getRequestHeaders();
            Optional<String> refusal = Doorkeeper.refusal(
                    headers.getOrDefault("Host", List.of()), headers.getOrDefault("Origin", List.of()));
            if (refusal.isPresent()) {
                JsonNode body = mapper.createObjectNode()
                        .put("__type", "AccessDeniedException")
                        .put("message", refusal.get());
                send(exchange, 403, AWS_JSON, mapper.writeValueAsBytes(body));
                return;
            }
            switch (exchange.getRequestURI().getPath()) {
                case "/" -> serveApi(exchange);
                case "/faults" -> serveFaults(exchange);
                default -> explain(exchange, 404, "Firehose calls go to POST /, faults are at GET and PUT /faults.");
            }
        }
    }

    private void serveApi(HttpExchange exchange) throws IOException {
        if (!exchange.getRequestMethod().equals("POST")) {
            exchange.getResponseHeaders().set("Allow", "POST");
            explain(
                    exchange,
                    405,
                    "This is an embedded Amazon Data Firehose endpoint: it takes POST from AWS clients.");
            return;
        }
        long arrival = System.nanoTime();
        Duration latency = faults().latency();
        String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
        String operation = FirehoseApi.operation(target);
        if (FirehoseApi.takesRecords(operation)) {
            tally.callReceived();
        }
        String requestId = UUID.randomUUID().toString();
        exchange.getResponseHeaders().set("x-amzn-RequestId", requestId);
        try {
            JsonNode response = api.answer(target, body(exchange), requestId);
            holdBack(operation, arrival, latency);
            send(exchange, 200, AWS_JSON, mapper.writeValueAsBytes(response));
        } catch (ServiceError e) {
            fail(exchange, operation, e, arrival, latency);
        } catch (RuntimeException e) {
            log.error("{} failed, nothing was stored: {}", operation, e.getMessage(), e);
            ServiceError failure = new ServiceError(Faults.INTERNAL_FAILURE, String.valueOf(e.getMessage()));
            fail(exchange, operation, failure, arrival, latency);
        }
    }

    private void fail(HttpExchange exchange, String operation, ServiceError error, long arrival, Duration latency)
            throws IOException {
        if (FirehoseApi.takesRecords(operation)) {
            tally.callFailed();
        }
        holdBack(operation, arrival, latency);
        if (error.code().equals(Faults.CONNECTION_RESET)) {
            // An exchange that is closed before it has an answer closes its connection.
            return;
        }
        exchange.getResponseHeaders().set("x-amzn-ErrorType", error.code());
        JsonNode body = mapper.createObjectNode().put("__type", error.code()).put("message", error.explanation());
        send(exchange, error.status(), AWS_JSON, mapper.writeValueAsBytes(body));
    }

    private void serveFaults(HttpExchange exchange) throws IOException {
        switch (exchange.getRequestMethod()) {
            case "GET" -> sendJson(exchange, 200, faultsJson.write(faults()));
            case "PUT" -> {
                try {
                    JsonNode changes = body(exchange);
                    Faults changed = faults.change(old -> faultsJson.merge(old, changes));
                    log.info("Faults of the embedded Firehose endpoint: {}", changed);
                    sendJson(exchange, 200, faultsJson.write(changed));
                } catch (ServiceError e) {
                    sendJson(exchange, e.status(), mapper.createObjectNode().put("message", e.explanation()));
                } catch (IllegalArgumentException e) {
                    sendJson(exchange, 400, mapper.createObjectNode().put("message", e.getMessage()));
                }
            }
            default -> {
                exchange.getResponseHeaders().set("Allow", "GET, PUT");
                explain(exchange, 405, "Faults are read with GET and changed with PUT.");
            }
        }
    }

    private JsonNode body(HttpExchange exchange) throws IOException {
        InputStream in = exchange.getRequestBody();
        byte[] body = in.readNBytes(MAX_BODY + 1);
        if (body.length > MAX_BODY) {
            byte[] swallowed = new byte[64 * 1024];
            long total = 0;
            for (int n = 0; n >= 0 && total < MAX_SWALLOWED; n = in.read(swallowed)) {
                total += n;
            }
            throw new ServiceError("RequestEntityTooLarge", "The body is larger than " + MAX_BODY + " bytes.");
        }
        JsonNode json;
        try {
            json = mapper.readTree(body);
        } catch (JacksonException e) {
            throw ServiceError.serialization("The body is no JSON that can be read: " + JsonProblem.describe(e) + ".");
        }
        if (!json.isObject()) {
            throw ServiceError.serialization("The body must be a JSON object.");
        }
        return json;
    }

    /** Waits until the call has taken its latency or the endpoint is closed. */
    private void holdBack(String operation, long arrival, Duration latency) {
        if (!FirehoseApi.takesRecords(operation)) {
            return;
        }
        try {
            if (closing.await(latency.toNanos() - (System.nanoTime() - arrival), TimeUnit.NANOSECONDS)) {
                log.debug("{} is answered early: the endpoint is closing", operation);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void sendJson(HttpExchange exchange, int status, JsonNode body) throws IOException {
        send(exchange, status, "application/json", mapper.writeValueAsBytes(body));
    }

    private static void explain(HttpExchange exchange, int status, String text) throws IOException {
        send(exchange, status, "text/plain; charset=utf-8", (text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int status, String contentType, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", contentType);
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, head ? -1 : body.length);
        if (!head) {
            exchange.getResponseBody().write(body);
        }
    }
}
