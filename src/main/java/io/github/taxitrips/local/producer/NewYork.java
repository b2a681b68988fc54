package io.github.taxitrips.local.producer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Where, when, how far and for how much New York's taxis drive, so that generated trips look like the city on a map and tell a
 * plausible story to SQL. The figures are shares and quantiles of the samples that {@code new-york.txt} names.
 */
final class NewYork {

    private static final double SOUTH = 40.50;
    private static final double WEST = -74.30;
    private static final double CELL_LATITUDE = 0.0018;
    private static final double CELL_LONGITUDE = 0.0024;

    private static final double MILES_A_DEGREE = 69.09;
    private static final int CANDIDATES = 24;

    /** Pick-ups by the hour of the day. */
    private static final int[] HOURS = {
        446, 334, 269, 193, 133, 144, 255, 390, 512, 522, 468, 492, 531, 546, 591, 598, 580, 609, 703, 747, 624, 641,
        654, 520
    };

    /** Trips by passengers, from one on. */
    private static final int[] PASSENGERS = {8_398, 1_488, 419, 184, 637, 374};

    /** Quantiles at even steps: miles of a trip, miles by road for one by air, and miles an hour. */
    private static final double[] MILES = {0.3, 0.65, 0.85, 1.1, 1.35, 1.7, 2.15, 2.8, 4.0, 6.4, 20};

    private static final double[] DETOUR = {1.02, 1.12, 1.2, 1.31, 1.4, 1.5, 1.68};
    private static final double[] SPEED = {4, 7, 8.6, 9.8, 10.9, 12.4, 14.2, 17.5, 28};

    /** A least-squares fit of the totals. */
    private static final double BASE_FARE = 3.69;

    private static final double FARE_A_MILE = 2.51;
    private static final double FARE_A_MINUTE = 0.33;

    private static final int SECONDS_AN_HOUR = 3_600;
    private static final Instant FIRST_DAY = Instant.parse("2026-01-01T00:00:00Z");

    private static final NewYork CITY = read();

    private final int[] rows;
    private final int[] columns;

    /** Sums of pick-ups and of drop-offs up to each cell. */
    private final int[] pickups;

    private final int[] dropoffs;

    /** A trip. */
    record Trip(Place from, Place to, Instant pickup, Instant dropoff, double miles, int passengers, double total) {}

    /** A place in degrees. */
    record Place(double latitude, double longitude) {

        private double milesTo(Place other) {
            double north = other.latitude - latitude;
            double east = (other.longitude - longitude) * Math.cos(Math.toRadians(latitude));
            return MILES_A_DEGREE * Math.sqrt(north * north + east * east);
        }
    }

    private NewYork(List<int[]> cells) {
        rows = cells.stream().mapToInt(cell -> cell[0]).toArray();
        columns = cells.stream().mapToInt(cell -> cell[1]).toArray();
        pickups = cells.stream().mapToInt(cell -> cell[2]).toArray();
        dropoffs = cells.stream().mapToInt(cell -> cell[3]).toArray();
        Arrays.parallelPrefix(pickups, Integer::sum);
        Arrays.parallelPrefix(dropoffs, Integer::sum);
    }

    private static NewYork read() {
        try (InputStream in = NewYork.class.getResourceAsStream("new-york.txt")) {
            return new NewYork(new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> Arrays.stream(line.split(" "))
                            .mapToInt(Integer::parseInt)
                            .toArray())
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException("new-york.txt cannot be read from the class path", e);
        }
    }

    /** Draws a trip. */
    static Trip trip(Random random) {
        Instant pickup = FIRST_DAY.plusSeconds(
                (random.nextInt(365) * 24L + share(HOURS, random)) * SECONDS_AN_HOUR + random.nextInt(SECONDS_AN_HOUR));
        double wanted = quantile(MILES, random);
        double detour = quantile(DETOUR, random);
        Place from = CITY.place(CITY.pickups, random);
        Place to = from;
        double off = Double.MAX_VALUE;
        for (int i = 0; i < CANDIDATES; i++) {
            Place candidate = CITY.place(CITY.dropoffs, random);
            double miles = Math.abs(from.milesTo(candidate) * detour - wanted);
            if (miles < off) {
                off = miles;
                to = candidate;
            }
        }
        double miles = Math.max(0.1, rounded(from.milesTo(to) * detour));
        double hours = miles / quantile(SPEED, random);
        double total = BASE_FARE + FARE_A_MILE * miles + FARE_A_MINUTE * hours * 60;
        return new Trip(
                from,
                to,
                pickup,
                pickup.plusSeconds(Math.round(hours * SECONDS_AN_HOUR) + 60),
                miles,
                1 + share(PASSENGERS, random),
                rounded(total));
    }

    private Place place(int[] sums, Random random) {
        int cell = Arrays.binarySearch(sums, random.nextInt(sums[sums.length - 1]) + 1);
        // Of several cells with one sum the first, which made it.
        int found = cell < 0 ? -cell - 1 : cell;
        while (found > 0 && sums[found - 1] == sums[found]) {
            found--;
        }
        return new Place(
                degrees(SOUTH + (rows[found] + random.nextDouble()) * CELL_LATITUDE),
                degrees(WEST + (columns[found] + random.nextDouble()) * CELL_LONGITUDE));
    }

    private static int share(int[] shares, Random random) {
        int left = random.nextInt(Arrays.stream(shares).sum());
        int i = 0;
        while (left >= shares[i]) {
            left -= shares[i++];
        }
        return i;
    }

    private static double quantile(double[] quantiles, Random random) {
        double place = random.nextDouble() * (quantiles.length - 1);
        int below = (int) place;
        return quantiles[below] + (place - below) * (quantiles[below + 1] - quantiles[below]);
    }

    private static double degrees(double value) {
        return Math.round(value * 1_000_000) / 1_000_000.0;
    }

    private static double rounded(double value) {
        return Math.round(value * 100) / 100.0;
    }
}
