package io.github.taxitrips.intake;

import java.util.Locale;

/**
 * The columns of the Glue table that trips are converted for, in the table's order: the one place that names them in
 * the code. A test compares them with the template's table.
 */
public enum TripColumn {
    PICKUP_LATITUDE(Type.DOUBLE),
    PICKUP_LONGITUDE(Type.DOUBLE),
    DROPOFF_LATITUDE(Type.DOUBLE),
    DROPOFF_LONGITUDE(Type.DOUBLE),
    TRIP_ID(Type.BIGINT),
    TRIP_DISTANCE(Type.DOUBLE),
    PASSENGER_COUNT(Type.INT),
    PICKUP_DATETIME(Type.TIMESTAMP),
    DROPOFF_DATETIME(Type.TIMESTAMP),
    TOTAL_AMOUNT(Type.DOUBLE);

    /** A column's type; its text is the type's name in Glue and Athena. */
    public enum Type {
        /** Floating point number of 64 bits. */
        DOUBLE,
        /** Integer of 64 bits with sign. */
        BIGINT,
        /** Integer of 32 bits with sign. */
        INT,
        /** Date and time of day in UTC. */
        TIMESTAMP;

        private final String glueName = name().toLowerCase(Locale.ROOT);

        @Override
        public String toString() {
            return glueName;
        }
    }

    private final String columnName = name().toLowerCase(Locale.ROOT);
    private final Type type;

    TripColumn(Type type) {
        this.type = type;
    }

    /** Returns the column's type. */
    public Type type() {
        return type;
    }

    /** Returns the column's name, which is also the trip's member of that name. */
    @Override
    public String toString() {
        return columnName;
    }
}
