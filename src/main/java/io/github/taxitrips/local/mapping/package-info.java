/**
 * A simulated Lambda event source mapping for Kinesis: it reads shards and invokes a function with their records as
 * Lambda is documented to do. Plain Java without a clock of its own: no wait takes time. Batches that Lambda would process
 * in parallel are.
 */
@NullMarked
package io.github.taxitrips.local.mapping;

import org.jspecify.annotations.NullMarked;
