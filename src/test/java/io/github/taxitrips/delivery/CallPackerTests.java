package io.github.taxitrips.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.intake.Trip;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CallPackerTests {

    @Test
    void noRecordsNoCalls() {
        assertThat(CallPacker.pack(List.of())).isEmpty();
    }

    @Test
    void fiveHundredRecordsFitOneCall() {
        assertThat(sizes(IntStream.generate(() -> 10).limit(500))).containsExactly(500);
        assertThat(sizes(IntStream.generate(() -> 10).limit(501))).containsExactly(500, 1);
        assertThat(sizes(IntStream.generate(() -> 10).limit(1_000))).containsExactly(500, 500);
    }

    @Test
    void fourMebibytesFitOneCallToTheByte() {
        int largest = 1_024_000;
        int rest = 4 * 1_024 * 1_024 - 4 * largest;
        assertThat(sizes(IntStream.of(largest, largest, largest, largest, rest)))
                .containsExactly(5);
        assertThat(sizes(IntStream.of(largest, largest, largest, largest, rest + 1)))
                .containsExactly(4, 1);
        assertThat(sizes(IntStream.of(rest, largest, largest, largest, largest, 1)))
                .containsExactly(5, 1);
        assertThat(sizes(IntStream.of(rest + 1, largest, largest, largest, largest, 1)))
                .containsExactly(4, 2);
    }

    private static Stream<Integer> sizes(IntStream lengths) {
        List<FirehoseRecord> records = lengths.mapToObj(length -> {
                    byte[] payload = new byte[length];
                    payload[length - 1] = '\n';
                    return FirehoseRecord.of(new Trip("", payload));
                })
                .toList();
        List<List<FirehoseRecord>> calls = CallPacker.pack(records);
        assertThat(calls).doesNotContain(Collections.emptyList());
        return calls.stream().map(List::size);
    }
}
