package io.github.taxitrips.local;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class GlueColumnsTests {

    @Test
    void printsTheTemplatesLinesForTheTableThatIsSet(CapturedOutput output) {
        GlueColumns.main(new String[] {"--spring.config.additional-location=file:docs/readings.yml"});
        assertThat(output.toString())
                .startsWith(
                        "          Columns:\n            - Name: reading_id\n              Type: string\n            - Name: machine\n")
                .contains("            - Name: pressure\n              Type: decimal(7,3)\n")
                .endsWith("            - Name: note\n              Type: string\n");
    }
}
