/** Second room: trips reach Firehose, at least once and in order, and every one is accounted for. Knows intake. */
@NullMarked
package io.github.taxitrips.delivery;

import org.jspecify.annotations.NullMarked;
