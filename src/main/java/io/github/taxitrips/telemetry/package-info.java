/** What an invocation leaves behind: the line of its counts, which is its metrics as well, and what went wrong. */
@NullMarked
package io.github.taxitrips.telemetry;

import org.jspecify.annotations.NullMarked;
