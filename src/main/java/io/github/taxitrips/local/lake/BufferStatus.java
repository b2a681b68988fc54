package io.github.taxitrips.local.lake;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How full the buffers of a delivery stream are.
 *
 * @param stream the delivery stream's name
 * @param bytes data in the buffer that takes records
 * @param capacity bytes at which it is written
 * @param due when it is written at the latest, null while it is empty
 * @param waiting buffers that are to be written and are not yet
 */
public record BufferStatus(
        String stream, long bytes, long capacity, @Nullable Instant due, int waiting) {}
