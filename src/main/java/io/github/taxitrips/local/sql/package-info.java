/** SQL over the lake: a statement runs over its rows in a process of its own that can reach nothing else. */
@NullMarked
package io.github.taxitrips.local.sql;

import org.jspecify.annotations.NullMarked;
