/** What the desk's services share: the account and region that they are in, and a lock on a folder. */
@NullMarked
package io.github.taxitrips.local.base;

import org.jspecify.annotations.NullMarked;
