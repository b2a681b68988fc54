package io.github.taxitrips.local.console;

import io.github.taxitrips.local.OnTheDesk;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tells who listens what goes on, as server-sent events: {@code history} once, then {@code state} each second, and {@code
 * points} and {@code invocations} as they come. Each listener has a thread that takes what is newest, so that one that is slow
 * gets less and holds nobody up.
 */
@RestController
@OnTheDesk
final class EventStream {

    /** Pages that may listen at once. */
    private static final int LISTENERS = 16;

    private static final long OFTEN_MILLIS = 250;
    private static final int POINTS = 400;

    private final Pulse pulse;
    private final Watch watch;
    private final JsonMapper json;
    private final Semaphore room = new Semaphore(LISTENERS);
    private volatile boolean ending;

    EventStream(Pulse pulse, Watch watch, JsonMapper json) {
        this.pulse = pulse;
        this.watch = watch;
        this.json = json;
    }

    @GetMapping(path = "/console/api/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter listen() {
        if (!room.tryAcquire()) {
            throw new ErrorResponseException(
                    HttpStatus.SERVICE_UNAVAILABLE,
                    ProblemDetail.forStatusAndDetail(
                            HttpStatus.SERVICE_UNAVAILABLE, LISTENERS + " pages listen already: close one of them."),
                    null);
        }
        SseEmitter emitter = new SseEmitter(0L);
        Thread thread = new Thread(() -> tell(emitter), "console-listener");
        thread.setDaemon(true);
        thread.start();
        return emitter;
    }

    /** Lets listeners go, whose requests the server would wait for before it stops. */
    @EventListener
    void end(ContextClosedEvent event) {
        ending = true;
    }

    private void tell(SseEmitter emitter) {
        try {
            Ring.Part<Pulse.Second> history = pulse.seconds().after(0, Pulse.SECONDS);
            send(emitter, "history", history.items());
            long second = history.last();
            long points = Math.max(0, watch.points().last() - POINTS);
            long invocations = 0;
            Instant told = Instant.EPOCH;
            while (!ending) {
                Pulse.State state = pulse.state();
                if (state != null && !state.at().equals(told)) {
                    Ring.Part<Pulse.Second> seconds = pulse.seconds().after(second, Pulse.SECONDS);
                    second = seconds.last();
                    send(emitter, "state", Map.of("now", state, "seconds", seconds.items()));
                    told = state.at();
                }
                Ring.Part<SeenInvocation> seen = watch.invocations().after(invocations, Watch.INVOCATIONS);
                if (!seen.items().isEmpty()) {
                    invocations = seen.last();
                    send(
                            emitter,
                            "invocations",
                            seen.items().stream().map(SeenInvocation::summary).toList());
                }
                Ring.Part<double[]> places = watch.points().after(points, POINTS);
                if (!places.items().isEmpty()) {
                    long left = places.last() - points - places.items().size();
                    points = places.last();
                    send(emitter, "points", Map.of("left", left, "points", places.items()));
                }
                Thread.sleep(OFTEN_MILLIS);
            }
            emitter.complete();
        } catch (IOException | IllegalStateException e) {
            // It has gone, which the container knows.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            room.release();
        }
    }

    private void send(SseEmitter emitter, String name, Object what) throws IOException {
        emitter.send(SseEmitter.event().name(name).data(json.writeValueAsString(what)));
    }
}
