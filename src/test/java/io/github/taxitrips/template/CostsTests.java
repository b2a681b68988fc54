package io.github.taxitrips.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The page about costs says what is computed. Where it does not, the message has the table to put there. */
class CostsTests {

    private static final String PAGE = Template.read(Path.of("docs", "costs.md"));

    @Test
    void billIsWhatIsComputed() {
        assertThat(PAGE).contains("\n" + Costs.bill() + "\n");
    }

    @Test
    void packingIsWhatIsComputed() {
        assertThat(PAGE).contains("\n" + Costs.packing() + "\n");
    }
}
