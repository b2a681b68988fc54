package io.github.taxitrips.delivery;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;

/** A Kinesis event with the deadline of its invocation, for the function that takes the event alone. */
@SuppressWarnings("serial")
public final class TimedEvent extends KinesisEvent {

    private final KinesisEvent event;
    private final Deadline deadline;

    /**
     * @param event the event, whose records this one has as well
     * @param deadline when the invocation has to be over
     */
    public TimedEvent(KinesisEvent event, Deadline deadline) {
        this.event = event;
        this.deadline = deadline;
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
}
