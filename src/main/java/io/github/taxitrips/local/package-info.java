/** The local run: web endpoint, embedded Firehose, samples. May know every room; none knows it; never in the Lambda package. */
@NullMarked
package io.github.taxitrips.local;

import org.jspecify.annotations.NullMarked;
