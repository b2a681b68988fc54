package io.github.taxitrips.local.lake;

import io.github.taxitrips.settings.Table;
import io.github.taxitrips.settings.TaxiTripsProperties;
import io.github.taxitrips.settings.TaxiTripsProperties.Buffering;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a delivery stream makes of its records.
 *
 * @param name its name
 * @param folder the first part of its files' prefix
 * @param table the table whose rows it converts records to, as Parquet; null if it writes them as they are
 * @param gzip whether it compresses what it does not convert
 * @param buffering when it writes a file
 */
public record DeliveryStream(
        String name, String folder, @Nullable Table table, boolean gzip, Buffering buffering) {

    /** The folder of rejected records, as the template has it. */
    public static final String QUARANTINE = "quarantine";

    private static final String HOUR =
            "/year=!{timestamp:yyyy}/month=!{timestamp:MM}/day=!{timestamp:dd}/hour=!{timestamp:HH}/";

    /** Returns the streams of the settings as the template has them: trips as Parquet, rejected records as gzip. */
    public static List<DeliveryStream> of(TaxiTripsProperties properties) {
        Table table = properties.table();
        DeliveryStream trips = new DeliveryStream(
                properties.deliveryStreamName(),
                table.name(),
                table,
                false,
                properties.local().buffering());
        String quarantine = properties.quarantine().deliveryStreamName();
        return quarantine.isEmpty()
                ? List.of(trips)
                : List.of(
                        trips,
                        new DeliveryStream(
                                quarantine,
                                QUARANTINE,
                                null,
                                true,
                                properties.local().quarantineBuffering()));
    }

    /** Returns a stream that writes records as they are, in files as large and as late as the service may make them. */
    public static DeliveryStream plain(String name, String folder) {
        return new DeliveryStream(name, folder, null, false, new Buffering(128, 900));
    }

    /** The prefix of its files, in Firehose's notation. */
    public String prefix() {
        return folder + HOUR;
    }

    /** The prefix of what it cannot convert, in Firehose's notation. */
    public String errorPrefix() {
        return errorFolder() + "/!{firehose:error-output-type}" + HOUR;
    }

    String errorFolder() {
        return folder + "error";
    }
}
