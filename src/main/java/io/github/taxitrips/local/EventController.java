package io.github.taxitrips.local;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import io.github.taxitrips.delivery.DeliveryException;
import io.github.taxitrips.intake.InvalidEventException;
import io.github.taxitrips.intake.KinesisEventReader;
import io.github.taxitrips.local.RunningSettings.Part;
import io.github.taxitrips.settings.TaxiTripsProperties;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.function.Function;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.util.unit.DataSize;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Calls the function with a Kinesis event that is posted as Lambda would pass it, whatever its content type says.
 *
 * <p>Stands in for Spring Cloud Function's own web endpoint, which answers bad input with an unexplained 500, echoes
 * the request's headers and calls the function for any path.
 *
 * <p>Errors are problem details (RFC 9457): 400 for what is no Kinesis event, 413 for one that is too large, 503 with
 * the counts when trips could not be delivered.
 */
@RestController
@ConditionalOnWebApplication
final class EventController {

    private final KinesisEventReader reader = new KinesisEventReader();
    private final DataSize maxEventSize;
    private volatile Function<KinesisEvent, String> function;

    EventController(
            Function<KinesisEvent, String> forwardTrips,
            TaxiTripsProperties properties,
            ObjectProvider<RunningSettings> running,
            ObjectProvider<FunctionInstances> instances) {
        this.function = forwardTrips;
        this.maxEventSize = properties.local().maxEventSize();
        running.ifAvailable(settings -> settings.listen(
                Part.FUNCTION, changed -> function = instances.getObject().function()));
    }

    @PostMapping(
            path = {"/", "/forwardTrips"},
            produces = MediaType.APPLICATION_JSON_VALUE)
    String forward(HttpServletRequest request) throws IOException {
        int limit = Math.toIntExact(maxEventSize.toBytes());
        if (request.getContentLengthLong() > limit) {
            throw new EventTooLargeException();
        }
        byte[] body = request.getInputStream().readNBytes(limit + 1);
        if (body.length > limit) {
            throw new EventTooLargeException();
        }
        return function.apply(reader.read(body));
    }

    @SuppressWarnings("serial")
    private static final class EventTooLargeException extends RuntimeException {}

    @ExceptionHandler
    ProblemDetail tooLarge(EventTooLargeException e) {
        return ProblemDetail.forStatusAndDetail(
                HttpStatus.CONTENT_TOO_LARGE,
                "The event is larger than %d bytes, Lambda's limit; send fewer records, or raise taxi-trips.local.max-event-size."
                        .formatted(maxEventSize.toBytes()));
    }

    @ExceptionHandler
    ProblemDetail invalid(InvalidEventException e) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, e.getMessage());
        problem.setProperty("where", e.where());
        return problem;
    }

    @ExceptionHandler
    ProblemDetail undelivered(DeliveryException e) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE, e.getMessage());
        problem.setTitle(e.getClass().getSimpleName());
        problem.setProperty("counts", e.report());
        return problem;
    }
}
