/** Who may knock at the HTTP doors of the local run. */
@NullMarked
package io.github.taxitrips.local.door;

import org.jspecify.annotations.NullMarked;
