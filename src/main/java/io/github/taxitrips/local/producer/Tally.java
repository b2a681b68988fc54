package io.github.taxitrips.local.producer;

/** Counts what {@link Producer.Progress} shows; safe for use by several threads. */
final class Tally {

    private long records;
    private long kinesisRecords;
    private long bytes;
    private long calls;
    private long throttled;
    private long failedCalls;
    private long tooLarge;

    synchronized void called() {
        calls++;
    }

    synchronized void callFailed() {
        failedCalls++;
    }

    synchronized void taken(Call.Entry entry) {
        records += entry.records();
        kinesisRecords++;
        bytes += entry.bytes();
    }

    synchronized void throttled(int count) {
        throttled += count;
    }

    synchronized void tooLarge() {
        tooLarge++;
    }

    synchronized Producer.Progress progress(long position) {
        return new Producer.Progress(records, kinesisRecords, bytes, calls, throttled, failedCalls, tooLarge, position);
    }
}
