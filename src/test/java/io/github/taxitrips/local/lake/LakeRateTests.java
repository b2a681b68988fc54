package io.github.taxitrips.local.lake;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class LakeRateTests {

    @Test
    void commandCountsEachTrip(CapturedOutput output) throws Exception {
        LakeRate.main(new String[] {"--trips=50000", "--packed", "--http"});
        assertThat(output).containsPattern("--http 50,000 trips: .* trips/s");
    }
}
