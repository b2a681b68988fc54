package io.github.taxitrips.local.producer;

import io.github.taxitrips.settings.Table;

/** Clean records without end, made for a table: the same seed makes the same ones. */
public final class GeneratedRecords implements RecordSource {

    private static final String BIGINT = "bigint";
    private static final long IDS_A_SEED = 1_000_000;
    private static final long SEEDS = Long.MAX_VALUE / IDS_A_SEED - 1;

    private final RecordGenerator generator;
    private volatile long made;

    /**
     * Records whose ids count up from a number.
     *
     * @param seed seed of the rest of the records
     * @param first the first id
     */
    public GeneratedRecords(Table table, long seed, long first) {
        this.generator = RecordGenerator.of(table, seed);
        generator.countFrom(first);
    }

    /**
     * Returns the first id that belongs to a seed, a million before that of the next. With the time in milliseconds as the seed,
     * runs have no id in common, whichever program they are of: what is twice in the lake is a duplicate. Where ids are no
     * {@code bigint}, there are too few of them, and all seeds begin with the same.
     */
    public static long firstId(Table table, long seed) {
        boolean isWide = table.columns().stream()
                .anyMatch(column -> column.name().equals(table.id()) && BIGINT.equals(column.type()));
        return IDS_A_SEED * (isWide ? 1 + Math.floorMod(seed, SEEDS) : 1);
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
