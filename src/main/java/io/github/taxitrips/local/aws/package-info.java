/**
 * One HTTP endpoint for every AWS client: the protocols, the way of errors and the faults on demand of the services that it is
 * given, none of which it knows.
 */
@NullMarked
package io.github.taxitrips.local.aws;

import org.jspecify.annotations.NullMarked;
