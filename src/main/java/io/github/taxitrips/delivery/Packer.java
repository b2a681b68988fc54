package io.github.taxitrips.delivery;

import io.github.taxitrips.intake.Document;
import java.util.ArrayList;
import java.util.List;

/** Packs documents into Firehose records, and these into calls that Firehose accepts. */
final class Packer {

    /** Records a call may hold: Firehose API Reference, "PutRecordBatch". */
    static final int MAX_CALL_RECORDS = 500;

    /** Bytes of data, before base64, that a call may hold: 4 MiB, same source. */
    static final int MAX_CALL_BYTES = 4 * 1_024 * 1_024;

    /**
     * Documents a packed record may hold: what Firehose's record deaggregation, which a delivery stream may turn on, takes
     * from one. Amazon Data Firehose Developer Guide, "Record deaggregation".
     */
    static final int MAX_RECORD_DOCUMENTS = 500;

    /** Bytes below which a call is not worth another beside it. */
    private static final int MIN_SHARE_BYTES = 256 * 1_024;

    private Packer() {}

    /**
     * Returns records that hold the documents in order, each document ended by a newline. Several JSON documents in one
     * record are simply written one after the other: Amazon Data Firehose Developer Guide, "Convert input data format".
     *
     * @param maxBytes size up to which documents share a record; a larger document has one of its own, and with 0 each
     *     has
     */
    static List<FirehoseRecord> records(List<Document> documents, int maxBytes) {
        List<FirehoseRecord> records = new ArrayList<>(maxBytes == 0 ? documents.size() : 16);
        int start = 0;
        int bytes = 0;
        for (int i = 0; i < documents.size(); i++) {
            int length = length(documents.get(i));
            if (i > start && (bytes + length > maxBytes || i - start == MAX_RECORD_DOCUMENTS)) {
                records.add(record(documents.subList(start, i), bytes));
                start = i;
                bytes = 0;
            }
            bytes += length;
        }
        if (start < documents.size()) {
            records.add(record(documents.subList(start, documents.size()), bytes));
        }
        return records;
    }

    /** Returns the records in order, in as few calls as order allows, none empty and none over a limit. */
    static List<List<FirehoseRecord>> calls(List<FirehoseRecord> records) {
        return calls(records, 1);
    }

    /**
     * Returns the records in order, in calls none of which is empty or over a limit. Many bytes are shared out among as
     * many calls as may be under way at once: signing and sending one after the other would take longer, and Firehose
     * bills records, not calls.
     */
    static List<List<FirehoseRecord>> calls(List<FirehoseRecord> records, int concurrency) {
        long total = records.stream().mapToLong(record -> record.data().length).sum();
        long shares = Math.max(1, Math.min(concurrency, total / MIN_SHARE_BYTES));
        long share = Math.min(MAX_CALL_BYTES, (total + shares - 1) / shares);
        List<List<FirehoseRecord>> calls = new ArrayList<>();
        int start = 0;
        long bytes = 0;
        for (int i = 0; i < records.size(); i++) {
            int length = records.get(i).data().length;
            if (i > start && (bytes >= share || i - start == MAX_CALL_RECORDS || bytes + length > MAX_CALL_BYTES)) {
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

    private static FirehoseRecord record(List<Document> documents, int bytes) {
        byte[] first = documents.get(0).json();
        if (first.length == bytes) {
            // Alone, and with a newline of its own: no copy.
            return new FirehoseRecord(documents, first);
        }
        byte[] data = new byte[bytes];
        int end = 0;
        for (Document document : documents) {
            byte[] json = document.json();
            System.arraycopy(json, 0, data, end, json.length);
            end += length(document);
            data[end - 1] = '\n';
        }
        return new FirehoseRecord(documents, data);
    }

    /** The document's length with a newline at its end, which is added unless it is there: S3 readers split on lines. */
    private static int length(Document document) {
        byte[] json = document.json();
        return json.length > 0 && json[json.length - 1] == '\n' ? json.length : json.length + 1;
    }
}
