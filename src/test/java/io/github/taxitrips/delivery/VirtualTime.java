package io.github.taxitrips.delivery;

import java.util.ArrayList;
import java.util.List;

/** Time that passes only in waits, which it remembers. */
final class VirtualTime implements Delivery.Time {

    final List<Long> waits = new ArrayList<>();
    long now = 1_000;

    @Override
    public long millis() {
        return now;
    }

    @Override
    public void sleep(long millis) {
        waits.add(millis);
        now += millis;
    }
}
