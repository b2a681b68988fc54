package io.github.taxitrips.intake;

/**
 * Tells clean records from unclean ones. A bean of this type replaces {@link TableValidator}.
 *
 * <p>Called from one thread for each record of an event, in order, with records that are neither empty nor larger than
 * Firehose takes.
 */
@FunctionalInterface
public interface RecordValidator {

    /**
     * Judges one record. Must not throw, or the one record would fail its whole event, again at every retry, until it
     * expires from its shard.
     *
     * @param payload the record's bytes, not to be changed
     */
    Verdict judge(byte[] payload);
}
