/** Second room: trips reach Firehose, each at least once, and every one is accounted for. Knows intake. */
@NullMarked
package io.github.taxitrips.delivery;

import org.jspecify.annotations.NullMarked;
