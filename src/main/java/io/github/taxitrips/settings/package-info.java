/** Every setting: typed, checked, and explained when it is wrong. Knows no other room, and every room may know it. */
@NullMarked
package io.github.taxitrips.settings;

import org.jspecify.annotations.NullMarked;
