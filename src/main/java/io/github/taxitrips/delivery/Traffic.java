package io.github.taxitrips.delivery;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a delivery took of Firehose.
 *
 * @param attempts rounds of calls, the first included; 0 when there was nothing to send
 * @param calls the calls that were begun, round by round
 * @param records Firehose records that hold the documents
 * @param retried how often a document was sent again: one that three retries sent counts three times
 * @param concurrency most calls that were under way at once
 */
public record Traffic(int attempts, List<Call> calls, int records, int retried, int concurrency) {

    /** That of a delivery of nothing. */
    public static final Traffic NONE = new Traffic(0, List.of(), 0, 0, 0);

    /**
     * A {@code PutRecordBatch} call.
     *
     * @param attempt the round that it was part of, from 1
     * @param records records in it
     * @param took time until its answer, or until it was given up
     * @param payloadBytes data of the records that Firehose took
     * @param billedBytes the same with each record rounded up to the next 5 KB (5,120 bytes), as Amazon Data Firehose
     *     Pricing has it for ingestion
     * @param throttled records that were refused because the throughput of the delivery stream was exceeded
     * @param errors records that failed, by error code
     */
    public record Call(
            int attempt,
            int records,
            Duration took,
            long payloadBytes,
            long billedBytes,
            int throttled,
            Map<String, Integer> errors) {}

    /** Returns that of this delivery and the next one together. */
    Traffic and(Traffic next) {
        return new Traffic(
                Math.max(attempts, next.attempts),
                Stream.concat(calls.stream(), next.calls.stream()).toList(),
                records + next.records,
                retried + next.retried,
                Math.max(concurrency, next.concurrency));
    }

    /** Returns how often a Firehose record was throttled: one that was three times counts three times. */
    public int throttled() {
        return calls.stream().mapToInt(Call::throttled).sum();
    }

    /** Returns the data that Firehose took, in bytes. */
    public long payloadBytes() {
        return calls.stream().mapToLong(Call::payloadBytes).sum();
    }

    /** Returns what Firehose bills of it, in bytes. */
    public long billedBytes() {
        return calls.stream().mapToLong(Call::billedBytes).sum();
    }
}
