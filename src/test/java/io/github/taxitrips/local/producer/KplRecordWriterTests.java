package io.github.taxitrips.local.producer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.intake.AwsAggregator;
import io.github.taxitrips.intake.KplAggregation;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KplRecordWriterTests {

    private static final int MAGIC_BYTES = 4;
    private static final int DIGEST_BYTES = 16;

    @Test
    void awsReadsWhatIsWritten() {
        TripGenerator generator = new TripGenerator(1);
        List<byte[]> trips =
                IntStream.range(0, 100).mapToObj(i -> generator.record()).toList();
        KplRecordWriter writer = new KplRecordWriter();
        for (int i = 0; i < trips.size(); i++) {
            writer.add("schlüssel-" + i % 7, trips.get(i));
        }
        byte[] record = writer.toBytes();

        AwsAggregator.Message message =
                AwsAggregator.parse(Arrays.copyOfRange(record, MAGIC_BYTES, record.length - DIGEST_BYTES));
        assertThat(message.partitionKeys()).isEqualTo(7);
        assertThat(message.explicitHashKeys()).isZero();
        assertThat(message.records()).extracting(AwsAggregator.Parsed::data).containsExactlyElementsOf(trips);
        assertThat(message.records())
                .extracting(AwsAggregator.Parsed::partitionKeyIndex)
                .startsWith(0L, 1L, 2L, 3L, 4L, 5L, 6L, 0L);
        assertThat(message.records()).noneMatch(AwsAggregator.Parsed::hasExplicitHashKey);
        assertThat(KplAggregation.unpack(record)).containsExactlyElementsOf(trips);
    }
}
