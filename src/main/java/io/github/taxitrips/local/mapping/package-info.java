/**
 * Lambda's event source mapping for Kinesis: it reads shards and invokes a function with their records as Lambda is
 * documented to do, live on the desk and in the fault campaign. Plain Java; what time it is, and waiting, come from
 * outside.
 */
@NullMarked
package io.github.taxitrips.local.mapping;

import org.jspecify.annotations.NullMarked;
