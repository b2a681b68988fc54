/** What only Lambda's runtime needs: decoding of events, quiet start, priming before a snapshot. */
@NullMarked
package io.github.taxitrips.lambda;

import org.jspecify.annotations.NullMarked;
