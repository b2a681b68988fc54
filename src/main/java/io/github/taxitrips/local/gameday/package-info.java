/** The game day: what each alarm is about, made on the desk, mended by the runbook, and looked after in SQL. */
@NullMarked
package io.github.taxitrips.local.gameday;

import org.jspecify.annotations.NullMarked;
