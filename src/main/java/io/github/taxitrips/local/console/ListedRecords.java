package io.github.taxitrips.local.console;

import io.github.taxitrips.local.producer.RecordSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Records that are in memory. */
final class ListedRecords implements RecordSource {

    private final List<Item> records;
    private volatile int next;

    ListedRecords(List<Item> records) {
        this.records = records;
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread reads
    public @Nullable Item next() {
        return next == records.size() ? null : records.get(next++);
    }

    @Override
    public Progress progress() {
        return new Progress(next, records.size());
    }
}
