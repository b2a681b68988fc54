package io.github.taxitrips.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;
import org.springframework.context.ApplicationListener;
import org.springframework.core.io.support.SpringFactoriesLoader;

class RehearsalTests {

    /** At a start a failure would go unseen. */
    @Test
    void succeeds() {
        assertThatCode(() -> new Rehearsal().rehearse()).doesNotThrowAnyException();
    }

    @Test
    void isFoundBySpringBoot() {
        assertThat(SpringFactoriesLoader.forDefaultResourceLocation().load(ApplicationListener.class))
                .hasAtLeastOneElementOfType(Rehearsal.class);
    }
}
