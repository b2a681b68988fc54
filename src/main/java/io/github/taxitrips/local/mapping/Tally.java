package io.github.taxitrips.local.mapping;

import org.jspecify.annotations.Nullable;

/** What a mapping has counted, see {@link MappingStatus}. */
final class Tally {
    long invocations;
    long failed;
    long partial;
    long discardedBatches;
    long discardedRecords;

    @Nullable String lastError;
}
