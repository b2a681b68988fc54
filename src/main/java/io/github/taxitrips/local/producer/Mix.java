package io.github.taxitrips.local.producer;

import io.github.taxitrips.intake.Rejection;
import io.github.taxitrips.intake.Rejection.Reason;
import io.github.taxitrips.settings.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A source's records, and among them unclean ones and copies of earlier ones. The same source, shares and seed give the same
 * mix.
 */
public final class Mix implements RecordSource {

    /** Copies are of one of the latest records. */
    private static final int REMEMBERED = 1_000;

    /** Of the largest kind of unclean records, a megabyte each, there is one in so many rounds. */
    private static final int ROUNDS_PER_GIANT = 100;

    private final RecordSource source;
    private final Shares shares;
    private final long limit;
    private final Random random;
    private final RecordGenerator generator;
    private final List<Rejection> kinds;
    private final List<Item> latest = new ArrayList<>();
    private volatile long given;
    private volatile long unclean;
    private volatile long duplicates;
    private int turn;
    private boolean isOfSource;

    /**
     * What is mixed in.
     *
     * @param unclean share of unclean records in all, 0 to 1, of every kind in turn
     * @param duplicates share of copies in all, 0 to 1
     */
    public record Shares(double unclean, double duplicates) {

        /** @throws IllegalArgumentException if one is no share, or both are more than all */
        public Shares {
            if (!(unclean >= 0 && duplicates >= 0 && unclean + duplicates <= 1)) {
                throw new IllegalArgumentException(
                        "The shares of unclean records and of duplicates must be from 0 to 1, and together no more than 1, not "
                                + unclean + " and " + duplicates);
            }
        }
    }

    /**
     * @param source the records; closed with this
     * @param limit the most records to give in all
     * @param table tells what is unclean
     * @param seed seed of what is mixed in, and where
     * @throws IllegalArgumentException if there is neither a limit nor a share of the source's own records, so that it never ends
     */
    public Mix(RecordSource source, Shares shares, long limit, Table table, long seed) {
        if (limit == Long.MAX_VALUE && shares.unclean + shares.duplicates == 1) {
            throw new IllegalArgumentException(
                    "With unclean records and duplicates alone there is no end: tell how many"
                            + " records there shall be, or have both shares be less than 1 together");
        }
        this.source = source;
        this.shares = shares;
        this.limit = limit;
        this.random = new Random(seed);
        this.generator = RecordGenerator.of(table, seed + 1);
        this.kinds = shares.unclean > 0 ? generator.unclean() : List.of();
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread reads
    public @Nullable Item next() throws IOException {
        if (given == limit) {
            return null;
        }
        Item record = draw();
        if (record != null) {
            given++;
        }
        return record;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate")
    private @Nullable Item draw() throws IOException {
        double drawn = random.nextDouble();
        isOfSource = false;
        if (drawn < shares.unclean) {
            unclean++;
            return new Item(generator.unclean(kind()));
        }
        if (drawn < shares.unclean + shares.duplicates && !latest.isEmpty()) {
            duplicates++;
            return latest.get(random.nextInt(latest.size()));
        }
        Item record = source.next();
        isOfSource = true;
        if (record != null && shares.duplicates > 0) {
            if (latest.size() < REMEMBERED) {
                latest.add(record);
            } else {
                latest.set(random.nextInt(REMEMBERED), record);
            }
        }
        return record;
    }

    private Rejection kind() {
        int round = turn / kinds.size();
        Rejection kind = kinds.get(turn++ % kinds.size());
        boolean giant = kind.equals(Rejection.of(Reason.TOO_LARGE));
        return giant && round % ROUNDS_PER_GIANT > 0 ? kind() : kind;
    }

    @Override
    public void leftOut() {
        if (isOfSource) {
            source.leftOut();
        }
    }

    /** Returns how many of the records that it gave are unclean ones that it made. */
    public long unclean() {
        return unclean;
    }

    /** Returns how many of the records that it gave are copies that it made. */
    public long duplicates() {
        return duplicates;
    }

    @Override
    public Progress progress() {
        return limit == Long.MAX_VALUE ? source.progress() : new Progress(given, limit);
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
