/** A folder in place of a bucket: what delivery streams buffer, convert to Parquet and write, and compaction. */
@NullMarked
package io.github.taxitrips.local.lake;

import org.jspecify.annotations.NullMarked;
