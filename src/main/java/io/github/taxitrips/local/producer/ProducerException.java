package io.github.taxitrips.local.producer;

import org.jspecify.annotations.Nullable;

/** Kinesis does not take what it is sent. */
@SuppressWarnings("serial")
public final class ProducerException extends RuntimeException {

    ProducerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
