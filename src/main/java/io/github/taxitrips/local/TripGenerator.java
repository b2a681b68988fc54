package io.github.taxitrips.local;

import io.github.taxitrips.intake.Rejection;
import io.github.taxitrips.settings.Table;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.core.io.ClassPathResource;

/** Makes taxi trips: the one source of the samples in {@code events/}, of the replay and of test data. */
public final class TripGenerator extends RecordGenerator {

    /** The trips' table, by {@code application.yml}. */
    public static final Table TABLE = TableFile.read(new ClassPathResource("application.yml"));

    /** Every kind of unclean record, one for each reason and member that the table's rules know. */
    public static final List<Rejection> UNCLEAN = new TripGenerator(1).unclean();

    /** Every kind of record that only the schema check refuses. */
    public static final List<Rejection> MISFITS = new TripGenerator(1).misfits();

    /** Makes trips for the table of {@code application.yml}. */
    public TripGenerator(long seed) {
        this(TABLE, seed);
    }

    /** Makes trips for a table with the trips' columns, and other rules. */
    TripGenerator(Table table, long seed) {
        super(table, seed);
    }

    /** Whether the table has the trips' columns. */
    static boolean makes(Table table) {
        return columns(table).equals(columns(TABLE));
    }

    private static List<String> columns(Table table) {
        return table.columns().stream()
                .map(column -> column.name() + " " + column.type())
                .toList();
    }

    @Override
    Map<String, String> members() {
        Instant pickup = anyTime();
        double miles = 0.3 + random.nextDouble() * 12;
        Instant dropoff = pickup.plus((long) (miles * (3 + random.nextDouble() * 4) * 60), ChronoUnit.SECONDS);
        Map<String, String> members = new LinkedHashMap<>();
        members.put("type", "\"trip\"");
        members.put("trip_id", Long.toString(nextNumber()));
        members.put("pickup_datetime", "\"" + pickup + "\"");
        members.put("dropoff_datetime", "\"" + dropoff + "\"");
        members.put("pickup_latitude", decimal(40.70 + random.nextDouble() * 0.12));
        members.put("pickup_longitude", decimal(-74.02 + random.nextDouble() * 0.09));
        members.put("dropoff_latitude", decimal(40.70 + random.nextDouble() * 0.12));
        members.put("dropoff_longitude", decimal(-74.02 + random.nextDouble() * 0.09));
        members.put("trip_distance", Double.toString(Math.round(miles * 100) / 100.0));
        members.put("passenger_count", Integer.toString(1 + random.nextInt(6)));
        members.put("total_amount", Double.toString(Math.round((3 + miles * 3.1) * 100) / 100.0));
        return members;
    }

    private static String decimal(double degrees) {
        return Double.toString(Math.round(degrees * 1_000_000) / 1_000_000.0);
    }
}
