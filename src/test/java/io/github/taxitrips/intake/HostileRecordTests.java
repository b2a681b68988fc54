package io.github.taxitrips.intake;

import static io.github.taxitrips.intake.IntakeTests.event;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.sun.management.ThreadMXBean;
import io.github.taxitrips.local.producer.TripGenerator;
import java.lang.management.ManagementFactory;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What one record may cost: memory in proportion to its bytes, whatever they are. */
class HostileRecordTests {

    private static final int SIZE = 900_000;

    /** All that is allocated, most of it for a moment only: to judge a document of one byte takes some five hundred. */
    private static final int MOST_BYTES_A_BYTE = 300;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    static Stream<Arguments> records() {
        String trip = "{\"type\":\"trip\",\"trip_id\":1,\"pickup_latitude\":1,\"pickup_longitude\":1,"
                + "\"dropoff_latitude\":1,\"dropoff_longitude\":1";
        return Stream.of(
                Arguments.of("nested arrays", "[".repeat(SIZE / 2) + "]".repeat(SIZE / 2)),
                Arguments.of(
                        "nested objects in a trip",
                        trip + ",\"x\":" + "{\"a\":".repeat(SIZE / 7) + "1" + "}".repeat(SIZE / 7 + 1)),
                Arguments.of("many keys", trip + members(SIZE / 10, Integer::toString) + "}"),
                Arguments.of("the same key", trip + ",\"a\":1".repeat(SIZE / 6) + "}"),
                Arguments.of("keys with one hash", trip + members(1 << 13, HostileRecordTests::sameHash) + "}"),
                Arguments.of(
                        "a huge number",
                        trip.replace("\"pickup_latitude\":1", "\"pickup_latitude\":0." + "0".repeat(SIZE) + "1") + "}"),
                Arguments.of(
                        "a huge exponent",
                        trip.replace("\"pickup_latitude\":1", "\"pickup_latitude\":1e" + "9".repeat(SIZE)) + "}"),
                Arguments.of("a huge string", trip + ",\"x\":\"" + "\\u0041".repeat(SIZE / 6) + "\"}"),
                Arguments.of(
                        "an id of any length",
                        trip.replace("\"trip_id\":1", "\"trip_id\":\"" + "y".repeat(SIZE) + "\"") + "}"),
                Arguments.of("many documents", "1 ".repeat(SIZE / 2)),
                Arguments.of("many beginnings", "{}" + "{\"a\":[\n".repeat(SIZE / 7)),
                Arguments.of("lines without end", "x" + "\n".repeat(SIZE)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("records")
    void costsMemoryInProportion(String what, String payload) {
        Intake intake = new Intake(new TableValidator(TripGenerator.TABLE, true), true, true);
        KinesisEvent event = event(payload.getBytes(UTF_8));
        intake.accept(event(new byte[] {'x'})); // loads the classes
        long before = THREADS.getCurrentThreadAllocatedBytes();
        Intake.Batch batch = intake.accept(event);
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertThat(allocated).isLessThan((long) MOST_BYTES_A_BYTE * payload.length());
        assertThat(batch.received()).isPositive();
        assertThat(batch.rejected()).hasSizeLessThanOrEqualTo(Intake.MAX_REJECTED_A_CARRIER);
        assertThat(batch.trips()).allSatisfy(trip -> assertThat(trip.id()).hasSizeLessThanOrEqualTo(64));
    }

    private static String members(int count, IntFunction<String> key) {
        return IntStream.range(0, count)
                .mapToObj(i -> ",\"" + key.apply(i) + "\":1")
                .collect(Collectors.joining());
    }

    /** A text whose hash is that of all others of its kind: "Aa" and "BB" have the same. */
    private static String sameHash(int number) {
        return IntStream.range(0, 13)
                .mapToObj(bit -> (number >> bit & 1) == 0 ? "Aa" : "BB")
                .collect(Collectors.joining());
    }
}
