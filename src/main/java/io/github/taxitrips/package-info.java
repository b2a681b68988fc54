/** The service: its main class with the function, and the default collaborators. */
@NullMarked
package io.github.taxitrips;

import org.jspecify.annotations.NullMarked;
