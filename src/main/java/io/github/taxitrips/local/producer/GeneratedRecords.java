package io.github.taxitrips.local.producer;

import io.github.taxitrips.settings.Table;

/** Clean records without end, made for a table: the same seed makes the same ones. */
public final class GeneratedRecords implements RecordSource {

    private final RecordGenerator generator;
    private volatile long made;

    /** @param seed seed of the records */
    public GeneratedRecords(Table table, long seed) {
        this.generator = RecordGenerator.of(table, seed);
    }

    /**
     * Records whose ids count up from a number, so that they are no copies of those of another run.
     *
     * @param seed seed of the rest of the records
     * @param first the first id
     */
    public GeneratedRecords(Table table, long seed, long first) {
        this(table, seed);
        generator.countFrom(first);
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread makes records
    public Item next() {
        made++;
        return new Item(generator.record());
    }

    @Override
    public Progress progress() {
        return new Progress(made, -1);
    }
}
