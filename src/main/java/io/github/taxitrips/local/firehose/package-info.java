/** An embedded Amazon Data Firehose endpoint over real HTTP, with a folder for its bucket and faults on demand. */
@NullMarked
package io.github.taxitrips.local.firehose;

import org.jspecify.annotations.NullMarked;
