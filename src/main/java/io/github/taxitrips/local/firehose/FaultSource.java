package io.github.taxitrips.local.firehose;

import java.util.BitSet;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/** Draws the faults of one call after the other; safe for use by several threads. */
final class FaultSource {

    private Faults faults;
    private SplittableRandom random;

    FaultSource(Faults faults) {
        this.faults = faults;
        this.random = new SplittableRandom(faults.seed());
    }

    synchronized Faults faults() {
        return faults;
    }

    /** Replaces the faults and starts the generator afresh from their seed. */
    synchronized Faults change(UnaryOperator<Faults> change) {
        faults = change.apply(faults);
        random = new SplittableRandom(faults.seed());
        return faults;
    }

    /** The faults of a call with so many records, drawn in one step so that concurrent calls don't mix their draws. */
    synchronized Draw draw(int records) {
        boolean callFails = random.nextDouble() < faults.failedCalls();
        BitSet failedRecords = new BitSet(records);
        for (int i = 0; i < records; i++) {
            failedRecords.set(i, random.nextDouble() < faults.throttledRecords());
        }
        return new Draw(faults, callFails, failedRecords);
    }

    /**
     * @param faults what the draw was made from
     * @param callFails whether the call fails as a whole
     * @param failedRecords positions of the records that fail when the call does not
     */
    record Draw(Faults faults, boolean callFails, BitSet failedRecords) {}
}
