package io.github.taxitrips.local.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.taxitrips.intake.Rejection;
import io.github.taxitrips.intake.TableValidator;
import io.github.taxitrips.intake.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MixTests {

    private static final int RECORDS = 20_000;
    private static final Verdict TOO_LARGE = new Verdict.Unclean(Rejection.of(Rejection.Reason.TOO_LARGE));

    @Test
    void sharesAreThoseAskedForAndCounted() throws IOException {
        Mix mix = mix(new Mix.Shares(0.1, 0.05), RECORDS);
        TableValidator validator = new TableValidator(TripGenerator.TABLE, true);
        Set<String> seen = new HashSet<>();
        Set<String> reasons = new HashSet<>();
        int unclean = 0;
        int copies = 0;
        for (byte[] record : records(mix)) {
            // What is too large for Firehose is set aside before a validator sees it.
            Verdict verdict = record.length > 1_000 * 1_024 ? TOO_LARGE : validator.judge(record);
            if (verdict instanceof Verdict.Unclean found) {
                unclean++;
                reasons.add(found.rejection().toString());
            } else if (!seen.add(new String(record, StandardCharsets.UTF_8))) {
                copies++;
            }
        }
        assertThat(unclean + copies + seen.size()).isEqualTo(RECORDS);
        assertThat((long) unclean).isEqualTo(mix.unclean()).isCloseTo(RECORDS / 10, within(200L));
        assertThat((long) copies).isEqualTo(mix.duplicates()).isCloseTo(RECORDS / 20, within(200L));
        // Without data it is no JSON to a validator.
        assertThat(reasons).hasSize(TripGenerator.UNCLEAN.size() - 1);
    }

    @Test
    void sameSeedMakesTheSameRecords() throws IOException {
        Mix.Shares shares = new Mix.Shares(0.2, 0.2);
        assertThat(records(mix(shares, 500))).containsExactlyElementsOf(records(mix(shares, 500)));
        assertThat(records(mix(shares, 700)).subList(0, 500)).containsExactlyElementsOf(records(mix(shares, 500)));
    }

    @Test
    void sharesThatAreNoneAreRefused() {
        assertThatThrownBy(() -> new Mix.Shares(0.6, 0.5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not 0.6 and 0.5");
        assertThatThrownBy(() -> new Mix.Shares(-0.1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Mix.Shares(0, Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void seedsHaveAMillionIdsEach() {
        long previous = 0;
        for (long seed : new long[] {0, 1, 2, 1_796_000_000_000L, 1_796_000_000_001L}) {
            long first = GeneratedRecords.firstId(TripGenerator.TABLE, seed);
            assertThat(first).isGreaterThanOrEqualTo(previous + 1_000_000);
            previous = first;
        }
        assertThat(GeneratedRecords.firstId(TripGenerator.TABLE, Long.MIN_VALUE))
                .isPositive();
        assertThat(GeneratedRecords.firstId(TripGenerator.TABLE, -1) + 1_000_000)
                .isPositive();
    }

    @Test
    void sourceThatWouldNeverBeReadNeedsALimit() throws IOException {
        Mix.Shares all = new Mix.Shares(0.5, 0.5);
        assertThatThrownBy(() -> mix(all, Long.MAX_VALUE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("there is no end");
        assertThat(records(mix(all, 7))).hasSize(7);
    }

    private static Mix mix(Mix.Shares shares, long limit) {
        return new Mix(new GeneratedRecords(TripGenerator.TABLE, 1, 1), shares, limit, TripGenerator.TABLE, 1);
    }

    private static List<byte[]> records(Mix mix) throws IOException {
        List<byte[]> records = new ArrayList<>();
        RecordSource.Item record;
        while ((record = mix.next()) != null) {
            records.add(record.data());
        }
        return records;
    }
}
