/** A producer: records that are generated, or read from files, put into a Kinesis stream at a pace that is asked for. */
@NullMarked
package io.github.taxitrips.local.producer;

import org.jspecify.annotations.NullMarked;
