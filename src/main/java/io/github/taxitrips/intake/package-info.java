/** First room: a Kinesis event becomes trips; what is not a clean trip is set aside with a reason. Knows no other room. */
@NullMarked
package io.github.taxitrips.intake;

import org.jspecify.annotations.NullMarked;
