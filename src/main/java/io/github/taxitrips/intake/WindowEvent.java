package io.github.taxitrips.intake;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;

/**
 * A Kinesis event of a trigger with a tumbling window, whose answer has to have a state: AWS Lambda Developer Guide,
 * "Implementing stateful Kinesis Data Streams processing in Lambda". This service keeps none, and gives back what it got.
 */
@SuppressWarnings("serial")
public final class WindowEvent extends KinesisEvent {

    private final String state;

    /** @param state the state that came with the event, as JSON text; an empty object where none came */
    public WindowEvent(String state) {
        this.state = state;
    }

    /** Returns the state that came with the event, as JSON text. */
    public String state() {
        return state;
    }
}
