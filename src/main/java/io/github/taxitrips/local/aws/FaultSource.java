package io.github.taxitrips.local.aws;

import java.util.BitSet;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/**
 * Draws the faults of one call after the other, of each service from a generator of its own; safe for use by several threads.
 */
public final class FaultSource {

    private Faults faults;
    private SplittableRandom firehose;
    private SplittableRandom kinesis;

    /** @param faults the faults to begin with */
    public FaultSource(Faults faults) {
        this.faults = faults;
        this.firehose = new SplittableRandom(faults.seed());
        this.kinesis = new SplittableRandom(faults.seed());
    }

    synchronized Faults faults() {
        return faults;
    }

    /** Replaces the faults and starts the generators afresh from their seed. */
    synchronized Faults change(UnaryOperator<Faults> change) {
        faults = change.apply(faults);
        firehose = new SplittableRandom(faults.seed());
        kinesis = new SplittableRandom(faults.seed());
        return faults;
    }

    /** The faults of a call of Firehose with so many records. */
    public synchronized Draw firehose(int records) {
        return draw(firehose, faults.failedCalls(), faults.throttledRecords(), records);
    }

    /** The faults of a call of Kinesis that puts so many records, or 0 that gets some. */
    public synchronized Draw kinesis(int records) {
        return draw(kinesis, faults.kinesisFailedCalls(), faults.kinesisThrottledRecords(), records);
    }

    /** Drawn in one step, so that concurrent calls don't mix their draws. */
    private Draw draw(SplittableRandom random, double failedCalls, double failedRecords, int records) {
        boolean callFails = random.nextDouble() < failedCalls;
        BitSet failed = new BitSet(records);
        for (int i = 0; i < records; i++) {
            failed.set(i, random.nextDouble() < failedRecords);
        }
        return new Draw(faults, callFails, failed);
    }

    /**
     * The faults of a call.
     *
     * @param faults what the draw was made from
     * @param callFails whether the call fails as a whole
     * @param failedRecords positions of the records that fail when the call does not
     */
    public record Draw(Faults faults, boolean callFails, BitSet failedRecords) {}
}
