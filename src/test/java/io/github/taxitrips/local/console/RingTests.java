package io.github.taxitrips.local.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RingTests {

    private final Ring<Integer> ring = new Ring<>(3);

    @Test
    void forgetsTheOldest() {
        for (int i = 1; i <= 5; i++) {
            ring.add(i);
        }
        assertThat(ring.get(2)).isEmpty();
        assertThat(ring.get(3)).contains(3);
        assertThat(ring.get(5)).contains(5);
        assertThat(ring.get(6)).isEmpty();
        assertThat(ring.after(0, 10)).isEqualTo(new Ring.Part<>(List.of(3, 4, 5), 5));
    }

    @Test
    void givesTheLatestOfWhatCame() {
        ring.add(1);
        ring.add(2);
        ring.add(3);
        assertThat(ring.after(1, 10).items()).containsExactly(2, 3);
        assertThat(ring.after(0, 2).items()).containsExactly(2, 3);
        assertThat(ring.after(3, 10).items()).isEmpty();
    }

    /** A page asks with the number that it had from a server before this one. */
    @Test
    void aNumberThatHasNotComeIsTakenForNone() {
        ring.add(1);
        assertThat(ring.after(99, 10).items()).containsExactly(1);
    }
}
