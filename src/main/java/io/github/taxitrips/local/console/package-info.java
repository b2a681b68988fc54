/** The page at the web endpoint's root: the pipeline at work in a browser, and the API behind it. */
@NullMarked
package io.github.taxitrips.local.console;

import org.jspecify.annotations.NullMarked;
