package io.github.taxitrips.local.mapping;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Where a mapping is to go on in each shard after a restart. A position is the last sequence number up to which every record
 * is done with, or {@value #TRIM_HORIZON} for none. Used by one thread.
 */
public interface Positions {

    /** Stands for the place before the oldest record, in place of a sequence number. */
    String TRIM_HORIZON = "TRIM_HORIZON";

    /** Returns the position in a shard, null if it has none yet. */
    @Nullable String get(String shardId);

    /**
     * Stores the position in a shard, in place of the one before. One that is lost has records sent again.
     *
     * @throws RuntimeException if it cannot be stored; the next one will be tried
     */
    void put(String shardId, String position);

    /** Returns positions that are kept in memory. */
    static Positions inMemory() {
        Map<String, String> positions = new ConcurrentHashMap<>();
        return new Positions() {
            @Override
            public @Nullable String get(String shardId) {
                return positions.get(shardId);
            }

            @Override
            public void put(String shardId, String position) {
                positions.put(shardId, position);
            }
        };
    }
}
