package io.github.taxitrips.local.producer;

import io.github.taxitrips.intake.Rejection;
import io.github.taxitrips.settings.Table;
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
        NewYork.Trip trip = NewYork.trip(random);
        Map<String, String> members = new LinkedHashMap<>();
        members.put("type", "\"trip\"");
        members.put("trip_id", Long.toString(nextNumber()));
        members.put("pickup_datetime", quoted(trip.pickup().toString()));
        members.put("dropoff_datetime", quoted(trip.dropoff().toString()));
        members.put("pickup_latitude", Double.toString(trip.from().latitude()));
        members.put("pickup_longitude", Double.toString(trip.from().longitude()));
        members.put("dropoff_latitude", Double.toString(trip.to().latitude()));
        members.put("dropoff_longitude", Double.toString(trip.to().longitude()));
        members.put("trip_distance", Double.toString(trip.miles()));
        members.put("passenger_count", Integer.toString(trip.passengers()));
        members.put("total_amount", Double.toString(trip.total()));
        return members;
    }
}
