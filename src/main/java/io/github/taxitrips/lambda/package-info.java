/** What only Lambda's runtime needs: decoding of events, quiet start, warm-up, native crypto. */
@NullMarked
package io.github.taxitrips.lambda;

import org.jspecify.annotations.NullMarked;
