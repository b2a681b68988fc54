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
