package io.github.taxitrips.local.producer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Generated trips have the shares of the sample that the figures are from. */
class NewYorkTests {

    private static final List<NewYork.Trip> TRIPS =
            Stream.generate(new Drawing()::next).limit(20_000).toList();

    private static final class Drawing {
        private final Random random = new Random(3);

        NewYork.Trip next() {
            return NewYork.trip(random);
        }
    }

    @Test
    void tripsLookLikeTheCity() {
        assertThat(TRIPS).allSatisfy(trip -> {
            assertThat(trip.from().latitude()).isBetween(40.5, 41.1);
            assertThat(trip.to().longitude()).isBetween(-74.3, -73.6);
            assertThat(trip.dropoff()).isAfter(trip.pickup());
            assertThat(trip.total()).isGreaterThan(3.69);
        });
        // Most begin between Battery and 96th Street, some at the airports, and few end in the rivers' bend at Rikers
        // Island.
        assertThat(share(trip -> within(trip.from(), 40.70, 40.80, -74.02, -73.94)))
                .isBetween(0.7, 0.95);
        assertThat(share(trip -> within(trip.from(), 40.765, 40.78, -73.89, -73.86)))
                .isBetween(0.01, 0.06);
        assertThat(share(trip -> within(trip.from(), 40.635, 40.66, -73.80, -73.77)))
                .isBetween(0.005, 0.06);
    }

    @Test
    void distancesHoursAndFaresAreThoseOfTheSample() {
        assertThat(median(TRIPS.stream().map(NewYork.Trip::miles))).isBetween(1.4, 2.1);
        assertThat(share(trip -> trip.miles() > 10)).isBetween(0.02, 0.1);
        assertThat(median(TRIPS.stream().map(NewYork.Trip::total))).isBetween(9.0, 13.0);
        assertThat(share(trip -> trip.passengers() == 1)).isBetween(0.7, 0.76);
        assertThat(share(trip -> trip.pickup().toString().contains("T04:"))).isBetween(0.009, 0.015);
        assertThat(share(trip -> trip.pickup().toString().contains("T19:"))).isBetween(0.06, 0.075);
    }

    @Test
    void sameSeedSameTrips() {
        assertThat(NewYork.trip(new Random(9))).isEqualTo(NewYork.trip(new Random(9)));
    }

    private static boolean within(NewYork.Place place, double south, double north, double west, double east) {
        return place.latitude() > south
                && place.latitude() < north
                && place.longitude() > west
                && place.longitude() < east;
    }

    private static double share(Predicate<NewYork.Trip> kind) {
        return TRIPS.stream().filter(kind).count() / (double) TRIPS.size();
    }

    private static double median(Stream<Double> values) {
        List<Double> sorted = values.sorted().toList();
        return sorted.get(sorted.size() / 2);
    }
}
