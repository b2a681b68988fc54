package io.github.taxitrips.local.firehose;

import java.util.List;

/** Counts what {@link Totals} shows; safe for use by several threads. */
final class Tally {

    private static final long BILLING_STEP = 5 * 1024;

    private long calls;
    private long failedCalls;
    private long records;
    private long failedRecords;
    private long bytes;
    private long billedBytes;

    synchronized void callReceived() {
        calls++;
    }

    synchronized void callFailed() {
        failedCalls++;
    }

    synchronized void callAccepted(List<byte[]> accepted, int failed) {
        records += accepted.size();
        failedRecords += failed;
        for (byte[] data : accepted) {
            bytes += data.length;
            billedBytes += (data.length + BILLING_STEP - 1) / BILLING_STEP * BILLING_STEP;
        }
    }

    synchronized Totals totals() {
        return new Totals(calls, failedCalls, records, failedRecords, bytes, billedBytes);
    }
}
