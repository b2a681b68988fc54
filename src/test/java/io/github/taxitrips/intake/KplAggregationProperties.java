package io.github.taxitrips.intake;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

/** What the reader makes of whole and damaged records is compared with AWS's own writer and message classes. */
class KplAggregationProperties {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Beyond the bytes themselves: an array and its reference for each user record of one byte, which takes seven. */
    private static final int ALLOCATED_PER_BYTE = 12;

    private static final int ALLOCATED_ANYWAY = 16_384;

    /** The first call in a JVM also loads classes, which is not what is measured. */
    @BeforeContainer
    static void loadClasses() {
        KplAggregation.unpack(payload(new Random(1), 1, new ArrayList<>()));
        KplAggregation.unpack(KplAggregationTests.aggregated(new byte[1]));
    }

    @Property(tries = 500)
    void readsWhatAwsWrites(@ForAll long seed, @ForAll @IntRange(min = 1, max = 200) int size) {
        Random random = new Random(seed);
        List<byte[]> records = new ArrayList<>();
        assertThat(unpack(payload(random, size, records))).containsExactlyElementsOf(records);
    }

    @Property(tries = 2_000)
    void damagedRecordsWithTheirOldChecksumAreNone(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] payload = payload(random, 1 + random.nextInt(5), new ArrayList<>());
        byte[] damaged = damaged(random, payload);
        assertThat(unpack(damaged)).satisfies(records -> {
            if (!Arrays.equals(damaged, payload)) {
                assertThat(records).isNull();
            }
        });
    }

    @Property(tries = 5_000)
    void damagedMessagesReadAsAwsReadsThem(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] payload = payload(random, 1 + random.nextInt(5), new ArrayList<>());
        byte[] message = Arrays.copyOfRange(payload, 4, payload.length - 16);
        for (int i = random.nextInt(4); i >= 0; i--) {
            message = damaged(random, message);
        }
        compare(message);
    }

    @Property(tries = 3_000)
    void randomMessagesReadAsAwsReadsThem(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] message = new byte[1 + random.nextInt(40)];
        for (int i = 0; i < message.length; i++) {
            // Mostly small numbers: tags and lengths that mean something.
            message[i] = (byte) random.nextInt(random.nextInt(4) == 0 ? 256 : 32);
        }
        compare(message);
    }

    @Property(tries = 10)
    void manyTinyRecordsCostNoMoreThanTheirBytes(@ForAll @IntRange(max = 3) int dataLength) {
        byte[] head = {0x0A, 1, 'k'};
        byte[] userRecord = new byte[6 + dataLength];
        System.arraycopy(
                new byte[] {0x1A, (byte) (4 + dataLength), 0x08, 0, 0x1A, (byte) dataLength}, 0, userRecord, 0, 6);
        int size = 1_000_000 / userRecord.length;
        byte[] message = Arrays.copyOf(head, head.length + size * userRecord.length);
        for (int i = 0; i < size; i++) {
            System.arraycopy(userRecord, 0, message, head.length + i * userRecord.length, userRecord.length);
        }
        assertThat(unpack(KplAggregationTests.aggregated(message))).hasSize(size);
        // Bytes that are no record at the end: all the work, and nothing to show for it.
        byte[] broken = Arrays.copyOf(message, message.length + 1);
        broken[message.length] = 0x0A;
        assertThat(unpack(KplAggregationTests.aggregated(broken))).isNull();
    }

    private static void compare(byte[] message) {
        List<byte[]> records = unpack(KplAggregationTests.aggregated(message));
        AwsAggregator.Message parsed = AwsAggregator.parse(message);
        if (parsed != null && !parsed.records().isEmpty()) {
            assertThat(records)
                    .containsExactlyElementsOf(parsed.records().stream()
                            .map(AwsAggregator.Parsed::data)
                            .toList());
        } else {
            assertThat(records).isNull();
        }
    }

    /** Unpacks, and fails if that took more memory than the payload justifies. */
    private static @Nullable List<byte[]> unpack(byte[] payload) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        List<byte[]> records = KplAggregation.unpack(payload);
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertThat(allocated).isLessThan((long) ALLOCATED_PER_BYTE * payload.length + ALLOCATED_ANYWAY);
        return records;
    }

    private static byte[] payload(Random random, int size, List<byte[]> records) {
        AwsAggregator writer = new AwsAggregator();
        for (int i = 0; i < size; i++) {
            byte[] data = new byte[random.nextInt(random.nextInt(8) == 0 ? 3_000 : 30)];
            random.nextBytes(data);
            String key = "key" + random.nextInt(1 + size / 2);
            String hash = random.nextBoolean() ? null : new BigInteger(128, random).toString();
            assertThat(writer.add(key, hash, data)).isTrue();
            records.add(data);
        }
        return writer.toBytes();
    }

    private static byte[] damaged(Random random, byte[] bytes) {
        byte[] damaged = bytes.clone();
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(4)) {
            case 0 -> damaged[at] = (byte) random.nextInt(256);
            case 1 -> damaged[at] ^= (byte) (1 << random.nextInt(8));
            case 2 -> damaged = Arrays.copyOf(bytes, Math.max(1, at));
            default -> {
                // A piece of itself in another place.
                int from = random.nextInt(bytes.length);
                int length = Math.min(random.nextInt(20), bytes.length - Math.max(from, at));
                System.arraycopy(bytes, from, damaged, at, length);
            }
        }
        return damaged;
    }
}
