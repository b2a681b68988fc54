package io.github.taxitrips.delivery;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import org.jspecify.annotations.Nullable;

/** A Kinesis event with what is known of its invocation, for the function that takes the event alone. */
@SuppressWarnings("serial")
public final class TimedEvent extends KinesisEvent {

    private final KinesisEvent event;
    private final Deadline deadline;
    private final Invocation.@Nullable Request request;

    /**
     * @param event the event, whose records this one has as well
     * @param deadline when the invocation has to be over
     * @param request who asked for the invocation, null where nobody says
     */
    public TimedEvent(KinesisEvent event, Deadline deadline, Invocation.@Nullable Request request) {
        this.event = event;
        this.deadline = deadline;
        this.request = request;
        setRecords(event.getRecords());
    }

    /** Returns the event as it came. */
    public KinesisEvent event() {
        return event;
    }

    /** Returns when the invocation has to be over. */
    public Deadline deadline() {
        return deadline;
    }

    /** Returns who asked for the invocation, null where nobody says. */
    public Invocation.@Nullable Request request() {
        return request;
    }
}
