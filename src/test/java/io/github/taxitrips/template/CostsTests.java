package io.github.taxitrips.template;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.telemetry.LoggedInvocation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The page about costs says what is computed. Where it does not, the message has the table to put there. */
class CostsTests {

    private static final String PAGE = Template.read(Path.of("docs", "costs.md"));

    @Test
    void billIsWhatIsComputed() {
        assertThat(PAGE).contains("\n" + Costs.bill() + "\n");
    }

    /** A line has 26 bytes more in CloudWatch's books. */
    @Test
    void lineIsAsLongAsIsComputedWith() {
        String line = LoggedInvocation.lines(Map.of()).get(0);

        assertThat(line.getBytes(StandardCharsets.UTF_8).length + 26)
                .isBetween(Costs.LINE_BYTES - 100, Costs.LINE_BYTES + 100);
    }

    @Test
    void packingIsWhatIsComputed() {
        assertThat(PAGE).contains("\n" + Costs.packing() + "\n");
    }
}
