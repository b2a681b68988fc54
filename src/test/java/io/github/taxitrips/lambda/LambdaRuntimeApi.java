package io.github.taxitrips.lambda;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Lambda's side of a function: the Runtime API, version 2018-06-01, on 127.0.0.1. A runtime that is started with its
 * {@link #address()} fetches the events of {@link #invoke} and posts its answers here (AWS Lambda Developer Guide,
 * "Using the Lambda runtime API for custom runtimes").
 */
public final class LambdaRuntimeApi implements AutoCloseable {

    static {
        // As in AwsEndpoint: the head and the body of an answer are two segments.
        if (System.getProperty("sun.net.httpserver.nodelay") == null) {
            System.setProperty("sun.net.httpserver.nodelay", "true");
        }
    }

    /** The time that a runtime is told to have for an invocation: the template's timeout. */
    private static final Duration FUNCTION_TIMEOUT = Duration.ofSeconds(100);

    private static final String VERSION = "/2018-06-01/runtime/";

    /**
     * How an invocation ended.
     *
     * @param requestId the invocation's id
     * @param error whether the function failed
     * @param body what the function answered, or the error as JSON with errorMessage, errorType and stackTrace
     */
    public record Answer(String requestId, boolean error, String body) {}

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Invocation(String requestId, byte[] event, Duration timeLeft) {}

    private final BlockingQueue<Invocation> waiting = new LinkedBlockingQueue<>();
    private final Map<String, CompletableFuture<Answer>> underWay = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final CompletableFuture<Void> restored = new CompletableFuture<>();
    private final CompletableFuture<Void> restore = new CompletableFuture<>();
    private final CompletableFuture<String> initError = new CompletableFuture<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "lambda-runtime-api");
        thread.setDaemon(true);
        return thread;
    });
    private final HttpServer server;

    /** Listens on a free port until {@link #close()}. */
    public LambdaRuntimeApi() {
        try {
            server =
                    HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext(VERSION, this::handle);
        server.start();
    }

    /** The value of AWS_LAMBDA_RUNTIME_API, such as {@code 127.0.0.1:40001}. */
    public String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /**
     * Invokes the function and waits for its answer; the first time also for its start.
     *
     * @param event the event, as JSON
     * @param limit longest wait
     * @throws IllegalStateException if the runtime could not start, with its explanation, or the wait was too long
     */
    public Answer invoke(byte[] event, Duration limit) {
        return invoke(event, limit, FUNCTION_TIMEOUT);
    }

    /** Invokes the function, whose runtime is told to have so much time for it. */
    public Answer invoke(byte[] event, Duration limit, Duration timeLeft) {
        String requestId = UUID.randomUUID().toString();
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        underWay.put(requestId, answer);
        waiting.add(new Invocation(requestId, event, timeLeft));
        return awaitUnlessStartFails(answer, limit);
    }

    /** Waits until the runtime says that it cannot start, and returns the error as JSON. */
    public String initError(Duration limit) {
        return await(initError, limit);
    }

    /** Waits until the runtime has started the function and asks for a first event. */
    public void awaitReady(Duration limit) {
        awaitUnlessStartFails(ready, limit);
    }

    /** Restores a function that {@link #awaitSnapshot} was waited for. */
    public void restore() {
        restore.complete(null);
    }

    /** Waits until the runtime has run its hooks before the snapshot and asks to be restored. */
    public void awaitSnapshot(Duration limit) {
        awaitUnlessStartFails(restored, limit);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private <T> T awaitUnlessStartFails(CompletableFuture<T> future, Duration limit) {
        CompletableFuture<T> failedStart = initError.thenApply(error -> {
            throw new IllegalStateException("The runtime did not start: " + error);
        });
        return await(future.applyToEither(failedStart, either -> either), limit);
    }

    private static <T> T await(CompletableFuture<T> future, Duration limit) {
        try {
            return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("No answer from the runtime: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath().substring(VERSION.length());
            byte[] body = exchange.getRequestBody().readAllBytes();
            switch (path) {
                case "invocation/next" -> next(exchange);
                case "restore/next" -> {
                    restored.complete(null);
                    restore.join();
                    exchange.sendResponseHeaders(200, -1);
                }
                case "init/error" -> {
                    exchange.sendResponseHeaders(202, -1);
                    initError.complete(new String(body, StandardCharsets.UTF_8));
                }
                default -> {
                    String[] parts = path.split("/", -1);
                    exchange.sendResponseHeaders(202, -1);
                    underWay.remove(parts[1])
                            .complete(new Answer(
                                    parts[1], parts[2].equals("error"), new String(body, StandardCharsets.UTF_8)));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void next(HttpExchange exchange) throws IOException, InterruptedException {
        ready.complete(null);
        Invocation invocation = waiting.take();
        var headers = exchange.getResponseHeaders();
        // Without any of these the native client of the runtime crashes its process.
        headers.set("Content-Type", "application/json");
        headers.set("Lambda-Runtime-Aws-Request-Id", invocation.requestId);
        headers.set(
                "Lambda-Runtime-Deadline-Ms",
                Long.toString(Instant.now().plus(invocation.timeLeft).toEpochMilli()));
        headers.set(
                "Lambda-Runtime-Invoked-Function-Arn",
                "arn:aws:lambda:us-east-1:123456789012:function:taxi-trips:live");
        headers.set(
                "Lambda-Runtime-Trace-Id",
                "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0");
        exchange.sendResponseHeaders(200, invocation.event.length);
        exchange.getResponseBody().write(invocation.event);
    }
}
