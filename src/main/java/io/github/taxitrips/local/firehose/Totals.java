package io.github.taxitrips.local.firehose;

/**
 * What the embedded Firehose has seen of PutRecord and PutRecordBatch since its start.
 *
 * @param calls calls received, answered or not
 * @param failedCalls calls that were refused or failed as a whole, none of whose records was stored
 * @param records records accepted
 * @param failedRecords records that failed within PutRecordBatch calls that succeeded
 * @param bytes data of the accepted records, before base64
 * @param billedBytes the same with each record rounded up to the next 5 KB (5,120 bytes), as Amazon Data Firehose
 *     Pricing has it for ingestion
 */
public record Totals(long calls, long failedCalls, long records, long failedRecords, long bytes, long billedBytes) {}
