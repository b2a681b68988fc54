package io.github.taxitrips.delivery;

import java.util.ArrayList;
import java.util.List;

/** Splits records into calls that Firehose accepts. */
final class CallPacker {

    /** Records a call may hold: Firehose API Reference, "PutRecordBatch". */
    static final int MAX_RECORDS = 500;

    /** Bytes of data, before base64, that a call may hold: 4 MiB, same source. */
    static final int MAX_BYTES = 4 * 1_024 * 1_024;

    private CallPacker() {}

    /** Returns the records in order, in as few calls as order allows, none empty and none over a limit. */
    static List<List<FirehoseRecord>> pack(List<FirehoseRecord> records) {
        List<List<FirehoseRecord>> calls = new ArrayList<>();
        int start = 0;
        long bytes = 0;
        for (int i = 0; i < records.size(); i++) {
            int length = records.get(i).data().length;
            if (i > start && (i - start == MAX_RECORDS || bytes + length > MAX_BYTES)) {
                calls.add(records.subList(start, i));
                start = i;
                bytes = 0;
            }
            bytes += length;
        }
        if (start < records.size()) {
            calls.add(records.subList(start, records.size()));
        }
        return calls;
    }
}
