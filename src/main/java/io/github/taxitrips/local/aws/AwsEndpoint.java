package io.github.taxitrips.local.aws;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.taxitrips.intake.JsonProblem;
import io.github.taxitrips.local.door.Doorkeeper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * An endpoint on 127.0.0.1 for AWS clients of every kind, for the local run and for tests. It tells services apart by the header
 * {@code X-Amz-Target} and speaks AWS JSON 1.1, and CBOR to who sends it, errors included; credentials and signatures are not
 * looked at. It makes the {@link Faults} it is told to.
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
public final class AwsEndpoint implements AutoCloseable {

    static {
        // JDK 17's server sends the head and the body of an answer in two segments. Without TCP_NODELAY the second one
        // waits for the client's delayed acknowledgement of the first: 52 ms a call in place of 8. Read once, when the
        // server class loads.
        String noDelay = "sun.net.httpserver.nodelay";
        if (System.getProperty(noDelay) == null) {
            System.setProperty(noDelay, "true");
        }
    }

    /** Of what no service is asked for. */
    private static final int MAX_BODY = 8 * 1024 * 1024;

    /** A client that is still sending sees a reset connection in place of the answer, so larger bodies are read too. */
    private static final long MAX_SWALLOWED = 64L * 1024 * 1024;

    private static final int MAX_THREADS = 32;
    private static final Logger log = LoggerFactory.getLogger(AwsEndpoint.class);

    private final JsonMapper mapper = new JsonMapper();
    private final FaultsJson faultsJson = new FaultsJson(mapper);
    private final CountDownLatch closing = new CountDownLatch(1);
    private final FaultSource faults;
    private final List<AwsService> services;
    private final ThreadPoolExecutor executor;
    private final HttpServer server;

    /**
     * Starts the endpoint.
     *
     * @param port port on 127.0.0.1; 0 takes a free one
     * @param faults what to do wrong on purpose
     * @param services the services behind it, at least one
     * @throws IllegalStateException if the port is in use, naming the port and the remedy
     * @throws UncheckedIOException if the port cannot be opened for another reason
     */
    public AwsEndpoint(int port, Faults faults, AwsService... services) {
        this.faults = new FaultSource(faults);
        this.services = List.of(services);
        this.server = open(port);
        // Daemon threads, so that a forgotten endpoint doesn't keep the process alive.
        this.executor = new ThreadPoolExecutor(
                MAX_THREADS, MAX_THREADS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "aws-endpoint");
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
                    "The embedded endpoint for AWS clients cannot listen on 127.0.0.1:" + port + " (" + e.getMessage()
                            + "): stop what uses the port, or set taxi-trips.local.firehose-port to another port, or to"
                            + " 0 for a free one",
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The embedded endpoint for AWS clients cannot listen on 127.0.0.1:" + port, e);
        }
    }

    /** The address that a client takes as its endpoint, such as http://127.0.0.1:8081. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** The faults in force. */
    public Faults faults() {
        return faults.faults();
    }

    /** Replaces the faults and starts their generators afresh; calls that came before keep theirs. */
    public void setFaults(Faults faults) {
        this.faults.change(old -> faults);
    }

    /**
     * Replaces the faults that a JSON object names, as {@code PUT /faults} does, in one step. Returns those in force.
     *
     * @throws IllegalArgumentException if it is no object, or has a wrong member or value, naming it and what is allowed
     */
    public Faults changeFaults(JsonNode changes) {
        return faults.change(old -> faultsJson.merge(old, changes));
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
                log.warn("The embedded endpoint for AWS clients was closed with calls still under way");
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
                sendError(exchange, Wire.JSON, 403, "AccessDeniedException", refusal.get());
                return;
            }
            switch (exchange.getRequestURI().getPath()) {
                case "/" -> serveServices(exchange);
                case "/faults" -> serveFaults(exchange);
                default -> explain(exchange, 404, "AWS clients call POST /, faults are at GET and PUT /faults.");
            }
        }
    }

    private void serveServices(HttpExchange exchange) throws IOException {
        if (!exchange.getRequestMethod().equals("POST")) {
            exchange.getResponseHeaders().set("Allow", "POST");
            explain(exchange, 405, "This is an embedded endpoint for AWS clients: it takes POST from them.");
            return;
        }
        String requestId = UUID.randomUUID().toString();
        exchange.getResponseHeaders().set("x-amzn-RequestId", requestId);
        Wire wire = Wire.of(exchange.getRequestHeaders().getFirst("Content-Type"));
        String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
        for (AwsService service : services) {
            if (target != null && target.startsWith(service.targetPrefix())) {
                String operation = target.substring(service.targetPrefix().length());
                if (service.operations().contains(operation)) {
                    new Serving(exchange, wire, service, operation, requestId).run();
                    return;
                }
            }
        }
        read(exchange, MAX_BODY);
        sendError(exchange, wire, 400, "UnknownOperationException", unknown(target));
    }

    private String unknown(@Nullable String target) {
        String known = services.stream()
                .map(service -> service.targetPrefix() + " and " + orAmong(service.operations()))
                .collect(Collectors.joining("; or "));
        return target == null
                ? "The header X-Amz-Target is missing: send it with " + known + "."
                : "The header X-Amz-Target names no operation of the embedded endpoint: send " + known + ", not \""
                        + Faults.shortened(target) + "\".";
    }

    private static String orAmong(List<String> names) {
        int last = names.size() - 1;
        return String.join(", ", names.subList(0, last)) + " or " + names.get(last);
    }

    /** One call of an operation that there is. */
    private final class Serving {

        private final HttpExchange exchange;
        private final Wire wire;
        private final AwsService service;
        private final String operation;
        private final String requestId;
        private final long arrival = System.nanoTime();
        private final Duration latency;

        Serving(HttpExchange exchange, Wire wire, AwsService service, String operation, String requestId) {
            this.exchange = exchange;
            this.wire = wire;
            this.service = service;
            this.operation = operation;
            this.requestId = requestId;
            this.latency = faults().befalling(service.name(), operation).latency();
        }

        void run() throws IOException {
            service.callReceived(operation);
            try {
                JsonNode request = body(exchange, wire, service.maxBody());
                ObjectNode answer = service.answer(new AwsCall(service, operation, request, wire, requestId, faults));
                holdBack();
                // What has no members has no body.
                send(exchange, 200, wire.contentType(), answer.isEmpty() ? new byte[0] : wire.write(answer));
            } catch (ServiceError e) {
                fail(e);
            } catch (RuntimeException e) {
                log.error("{} failed: {}", operation, e.getMessage(), e);
                fail(new ServiceError(Faults.INTERNAL_FAILURE, String.valueOf(e.getMessage())));
            }
        }

        private void fail(ServiceError error) throws IOException {
            service.callFailed(operation);
            holdBack();
            if (!error.code().equals(Faults.CONNECTION_RESET)) {
                sendError(exchange, wire, error.status(), error.code(), error.explanation());
            }
            // An exchange that is closed before it has an answer closes its connection.
        }

        /** Waits until the call has taken its latency or the endpoint is closed. */
        private void holdBack() {
            if (!service.movesRecords(operation)) {
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
    }

    private void serveFaults(HttpExchange exchange) throws IOException {
        switch (exchange.getRequestMethod()) {
            case "GET" -> sendJson(exchange, 200, faultsJson.write(faults()));
            case "PUT" -> {
                try {
                    JsonNode changes = body(exchange, Wire.JSON, MAX_BODY);
                    Faults changed = changeFaults(changes);
                    log.info("Faults of the embedded endpoint: {}", changed);
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

    private static JsonNode body(HttpExchange exchange, Wire wire, int max) throws IOException {
        byte[] body = read(exchange, max);
        if (body.length > max) {
            throw new ServiceError("RequestEntityTooLarge", "The body is larger than " + max + " bytes.");
        }
        JsonNode tree;
        try {
            tree = wire.read(body);
        } catch (JacksonException e) {
            throw ServiceError.serialization(
                    "The body is no " + wire + " that can be read: " + JsonProblem.describe(e) + ".");
        }
        if (!tree.isObject()) {
            throw ServiceError.serialization("The body must be a JSON object.");
        }
        return tree;
    }

    /** Reads a body to its end, of which one byte more than the maximum is kept at most. */
    private static byte[] read(HttpExchange exchange, int max) throws IOException {
        InputStream in = exchange.getRequestBody();
        byte[] body = in.readNBytes(max + 1);
        if (body.length > max) {
            byte[] swallowed = new byte[64 * 1024];
            long total = 0;
            for (int n = 0; n >= 0 && total < MAX_SWALLOWED; n = in.read(swallowed)) {
                total += n;
            }
        }
        return body;
    }

    private static void sendError(HttpExchange exchange, Wire wire, int status, String code, String explanation)
            throws IOException {
        exchange.getResponseHeaders().set("x-amzn-ErrorType", code);
        ObjectNode body =
                JsonMapper.shared().createObjectNode().put("__type", code).put("message", explanation);
        send(exchange, status, wire.contentType(), wire.write(body));
    }

    private void sendJson(HttpExchange exchange, int status, JsonNode body) throws IOException {
        send(exchange, status, "application/json", mapper.writeValueAsBytes(body));
    }

    private static void explain(HttpExchange exchange, int status, String text) throws IOException {
        send(exchange, status, "text/plain; charset=utf-8", (text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int status, String contentType, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", contentType);
        boolean empty = body.length == 0 || exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, empty ? -1 : body.length);
        if (!empty) {
            exchange.getResponseBody().write(body);
        }
    }
}
