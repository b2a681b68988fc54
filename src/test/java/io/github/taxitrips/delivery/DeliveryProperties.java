package io.github.taxitrips.delivery;

import static io.github.taxitrips.delivery.ScriptedSender.INTERNAL;
import static io.github.taxitrips.delivery.ScriptedSender.THROTTLED;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.delivery.DeliveryOutcome.Failure;
import io.github.taxitrips.intake.Trip;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.springframework.core.retry.RetryPolicy;

class DeliveryProperties {

    private static final int LARGEST = 1_024_000;

    @Property(tries = 150)
    void callsHoldEveryRecordOnceInOrderWithinTheLimits(@ForAll("lengths") @Size(max = 3_000) List<Integer> lengths) {
        List<FirehoseRecord> records =
                lengths.stream().map(DeliveryProperties::record).toList();
        List<List<FirehoseRecord>> calls = CallPacker.pack(records);

        assertThat(calls.stream().flatMap(List::stream).toList()).isEqualTo(records);
        for (int i = 0; i < calls.size(); i++) {
            List<FirehoseRecord> call = calls.get(i);
            assertThat(call).hasSizeBetween(1, 500);
            assertThat(bytes(call)).isLessThanOrEqualTo(4_194_304);
            if (i > 0) {
                // No record could have gone into the call before.
                List<FirehoseRecord> before = calls.get(i - 1);
                assertThat(before.size() == 500 || bytes(before) + call.get(0).data().length > 4_194_304)
                        .isTrue();
            }
        }
    }

    @Property(tries = 500)
    void everyTripIsEitherDeliveredOrReportedAndNoneIsLost(
            @ForAll @IntRange(min = 0, max = 1_600) int size,
            @ForAll @IntRange(min = 0, max = 4) int retries,
            @ForAll @DoubleRange(min = 0, max = 1) double failingRecords,
            @ForAll @DoubleRange(min = 0, max = 0.7) double failingCalls,
            @ForAll @DoubleRange(min = 0, max = 0.1) double refusedCalls,
            @ForAll long seed) {
        Random random = new Random(seed);
        List<Trip> trips = new ArrayList<>();
        IdentityHashMap<byte[], Trip> byPayload = new IdentityHashMap<>();
        for (int i = 0; i < size; i++) {
            // Ends in a newline, so that the very same array reaches the sender.
            byte[] payload = new byte[1 + random.nextInt(20)];
            payload[payload.length - 1] = '\n';
            trips.add(new Trip(Integer.toString(i), payload));
            byPayload.put(payload, trips.get(i));
        }
        ScriptedSender sender = new ScriptedSender(records -> {
            if (random.nextDouble() < refusedCalls) {
                throw ScriptedSender.callFailure(new RecordError("AccessDeniedException", "no"), false);
            }
            if (random.nextDouble() < failingCalls) {
                throw ScriptedSender.callFailure(THROTTLED, true);
            }
            Map<Integer, RecordError> errors = new HashMap<>();
            for (int i = 0; i < records.size(); i++) {
                if (random.nextDouble() < failingRecords) {
                    errors.put(i, random.nextBoolean() ? THROTTLED : INTERNAL);
                }
            }
            return errors;
        });
        RetryPolicy policy = RetryPolicy.builder()
                .maxRetries(retries)
                .predicate(failure -> failure instanceof FirehoseCallException call && call.isTransient())
                .build();

        DeliveryOutcome outcome = new Delivery(sender, policy, Duration.ZERO, new VirtualTime()).deliver(trips);

        List<Trip> taken = sender.taken.stream().map(byPayload::get).toList();
        List<Trip> undelivered =
                outcome.undelivered().stream().map(Failure::trip).toList();
        assertThat(taken).doesNotHaveDuplicates();
        assertThat(Collections.disjoint(new HashSet<>(taken), undelivered)).isTrue();
        assertThat(taken.size() + undelivered.size()).isEqualTo(size);
        assertThat(outcome.delivered()).isEqualTo(taken.size());
        assertThat(undelivered).extracting(trip -> Integer.valueOf(trip.id())).isSorted();
        assertThat(outcome.calls()).isEqualTo(sender.calls.size());
        assertThat(outcome.attempts()).isBetween(size == 0 ? 0 : 1, retries + 1);
        assertThat(outcome.end() == DeliveryOutcome.End.DELIVERED).isEqualTo(undelivered.isEmpty());
        for (List<byte[]> call : sender.calls) {
            assertThat(call)
                    .extracting(data -> Integer.valueOf(byPayload.get(data).id()))
                    .isSorted();
        }
        // Whatever was sent beyond the first time was sent as a retry; a refused call leaves the rest unsent.
        int sent = sender.calls.stream().mapToInt(List::size).sum();
        if (outcome.end() == DeliveryOutcome.End.REFUSED) {
            assertThat(sent).isLessThanOrEqualTo(size + outcome.retried());
        } else {
            assertThat(sent).isEqualTo(size + outcome.retried());
        }
    }

    @Provide
    Arbitrary<List<Integer>> lengths() {
        return Arbitraries.frequencyOf(
                        Tuple.of(20, Arbitraries.integers().between(1, 2_000)),
                        Tuple.of(2, Arbitraries.integers().between(8_380, 8_400)),
                        Tuple.of(1, Arbitraries.of(LARGEST, LARGEST - 1, 524_288, 98_304)))
                .list();
    }

    private static FirehoseRecord record(int length) {
        byte[] payload = new byte[length];
        payload[length - 1] = '\n';
        return FirehoseRecord.of(new Trip("", payload));
    }

    private static long bytes(List<FirehoseRecord> call) {
        return call.stream().mapToLong(record -> record.data().length).sum();
    }
}
