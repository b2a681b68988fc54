package io.github.taxitrips.local.aws;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/**
 * Draws the faults of one call after the other, of each service from a generator of its own; safe for use by several threads.
 */
public final class FaultSource {

    private final Map<String, SplittableRandom> generators = new HashMap<>();
    private Faults faults;

    /** @param faults the faults to begin with */
    FaultSource(Faults faults) {
        this.faults = faults;
    }

    synchronized Faults faults() {
        return faults;
    }

    /** Replaces the faults and starts the generators afresh from their seed. */
    synchronized Faults change(UnaryOperator<Faults> change) {
        faults = change.apply(faults);
        generators.clear();
        return faults;
    }

    /**
     * Draws in one step, so that concurrent calls don't mix their draws; nothing for what is spared.
     *
     * @throws ServiceError if the call's connection is to be closed
     */
    synchronized Draw draw(String service, String operation, int records) {
        Faults.Calls calls = faults.befalling(service, operation);
        BitSet failed = new BitSet(records);
        if (calls.equals(Faults.Calls.SPARED)) {
            return new Draw(faults, false, failed);
        }
        SplittableRandom random = generators.computeIfAbsent(service, name -> new SplittableRandom(faults.seed()));
        boolean callFails = random.nextDouble() < calls.failedCalls();
        for (int i = 0; i < records; i++) {
            failed.set(i, random.nextDouble() < calls.throttledRecords());
        }
        // Only where there are any, so that a seed gives what it gave without them.
        if (calls.resetCalls() > 0 && random.nextDouble() < calls.resetCalls()) {
            throw new ServiceError(Faults.CONNECTION_RESET, "The connection is closed without an answer.");
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
