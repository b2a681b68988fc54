package io.github.taxitrips.local.producer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PaceTests {

    private static final long START = 5_000_000_000L;
    private static final Instant NOON = Instant.parse("2016-01-01T12:00:00Z");

    @Test
    void recordsAreDueAtTheRate() {
        Pace pace = new Pace(4, 0, START);
        assertThat(next(pace, null)).isZero();
        assertThat(next(pace, NOON)).isEqualTo(0.25);
        assertThat(next(pace, NOON)).isEqualTo(0.5);
    }

    @Test
    void recordsAreDueByTheirOwnTimesSoManyTimesFaster() {
        Pace pace = new Pace(0, 60, START);
        assertThat(next(pace, NOON)).isZero();
        assertThat(next(pace, NOON.plusSeconds(90))).isEqualTo(1.5);
        assertThat(next(pace, NOON.plusSeconds(30))).isEqualTo(0.5);
        assertThat(next(pace, null)).isZero();
    }

    @Test
    void laterOfBothCounts() {
        Pace pace = new Pace(1, 60, START);
        assertThat(next(pace, NOON)).isZero();
        assertThat(next(pace, NOON.plusSeconds(30))).isEqualTo(1);
        assertThat(next(pace, NOON.plusSeconds(600))).isEqualTo(10);
    }

    private static double next(Pace pace, @Nullable Instant time) {
        return Math.max(0, (pace.next(time) - START) / 1e9);
    }
}
