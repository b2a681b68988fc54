package io.github.taxitrips.local.firehose;

import io.github.taxitrips.local.lake.DeliveryStream;
import io.github.taxitrips.local.lake.Lake;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/** The lake that the benchmark delivers to: one stream, whose records are written as they are. */
public final class DataLake extends Lake {

    /** @param root the folder */
    public DataLake(Path root) {
        super(root, List.of(DeliveryStream.plain("nyc-taxi-trips", "nyctaxitrips")), Clock.systemUTC());
    }
}
