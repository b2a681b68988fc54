package io.github.taxitrips.local.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class StreamRateTests {

    @Test
    void commandReadsEachRecordThatItPuts(CapturedOutput output) throws Exception {
        StreamRate.main(new String[] {"--records=50000", "--http"});
        assertThat(output).containsPattern("--http 50,000 records: .* records/s");
    }
}
