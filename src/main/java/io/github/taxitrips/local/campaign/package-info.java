/** The fault campaign: proof that no trip is lost, whatever fails, and what each setting does for duplicates and cost. */
@NullMarked
package io.github.taxitrips.local.campaign;

import org.jspecify.annotations.NullMarked;
