package io.github.taxitrips.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.preinitialize.BackgroundPreinitializer;
import org.springframework.core.io.support.SpringFactoriesLoader;

class RehearsalTests {

    /** Spring Boot would pass over a failure in silence. */
    @Test
    void succeeds() {
        assertThatCode(() -> new Rehearsal().preinitialize()).doesNotThrowAnyException();
    }

    @Test
    void isFoundBySpringBoot() {
        assertThat(SpringFactoriesLoader.forDefaultResourceLocation().load(BackgroundPreinitializer.class))
                .hasAtLeastOneElementOfType(Rehearsal.class);
    }
}
