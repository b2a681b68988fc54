package io.github.taxitrips.delivery;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Time that passes only in waits, which it remembers. */
class VirtualTime implements Delivery.Time {

    final List<Long> waits = new ArrayList<>();
    final AtomicLong now = new AtomicLong(1_000);

    @Override
    public long millis() {
        return now.get();
    }

    @Override
    public void sleep(long millis) {
        waits.add(millis);
        now.addAndGet(millis);
    }
}
