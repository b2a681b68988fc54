/** The service: its main class, its function and its settings. */
@NullMarked
package io.github.taxitrips;

import org.jspecify.annotations.NullMarked;
