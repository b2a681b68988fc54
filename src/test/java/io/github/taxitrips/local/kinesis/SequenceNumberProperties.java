package io.github.taxitrips.local.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class SequenceNumberProperties {

    /** From 2025 to 2050, after which they begin with 50. */
    private static final long FROM = 1_735_689_600L;

    private static final long TO = 2_524_608_000L;

    @Property
    void whatIsWrittenIsReadAndLooksLikeTheServices(
            @ForAll @LongRange(min = FROM, max = TO) long created,
            @ForAll @IntRange(max = 10_000) int shard,
            @ForAll @LongRange(min = 0, max = Long.MAX_VALUE - 1) long index,
            @ForAll @LongRange(min = FROM, max = TO) long arrival) {
        SequenceNumber number = new SequenceNumber(created, shard, index, arrival);
        assertThat(number.toString()).matches("49[0-9]{54}");
        assertThat(SequenceNumber.parse(number.toString())).contains(number);
    }

    @Property
    void numbersRiseWithThePlaceWhateverTheTime(
            @ForAll @LongRange(min = 0, max = Long.MAX_VALUE - 2) long index,
            @ForAll @LongRange(min = FROM, max = TO) long first,
            @ForAll @LongRange(min = FROM, max = TO) long second) {
        BigInteger one = new BigInteger(new SequenceNumber(FROM, 3, index, first).toString());
        BigInteger next = new BigInteger(new SequenceNumber(FROM, 3, index + 1, second).toString());
        assertThat(next).isGreaterThan(one);
    }

    @Property
    void anyOtherNumberIsNoneOrHasAPlace(@ForAll @Size(23) byte[] any) {
        byte[] bytes = ByteBuffer.allocate(24).put((byte) 2).put(any).array();
        SequenceNumber.parse(new BigInteger(bytes).toString())
                .ifPresent(number -> assertThat(number.index() + 1).isPositive());
    }

    /** One that the service gave, in the event of the Lambda Developer Guide. */
    @Example
    void aNumberOfTheServiceIsTakenApart() {
        String number = "49590338271490256608559692538361571095921575989136588898";
        SequenceNumber parts = new SequenceNumber(1_542_776_258, 6, 0x6764_8A17L, 1_545_084_650);
        assertThat(SequenceNumber.parse(number)).contains(parts);
        assertThat(parts).hasToString(number);
    }
}
