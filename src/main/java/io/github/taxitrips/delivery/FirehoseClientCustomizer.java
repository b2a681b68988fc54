package io.github.taxitrips.delivery;

import software.amazon.awssdk.services.firehose.FirehoseClientBuilder;

/** Changes the Firehose client before it is built; every bean of this type is asked. */
@FunctionalInterface
public interface FirehoseClientCustomizer {

    void customize(FirehoseClientBuilder builder);
}
