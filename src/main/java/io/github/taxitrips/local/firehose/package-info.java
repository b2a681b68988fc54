/** An embedded Amazon Data Firehose, with a folder for its bucket. */
@NullMarked
package io.github.taxitrips.local.firehose;

import org.jspecify.annotations.NullMarked;
