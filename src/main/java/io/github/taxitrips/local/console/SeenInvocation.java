package io.github.taxitrips.local.console;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An invocation as the console tells of it.
 *
 * @param id its number, by which its details are asked for
 * @param at when it was over
 * @param shard the shard its records are from, empty where the event names none
 * @param requestId Lambda's id of the request, null for an event that was posted
 * @param kinesisRecords records of its event
 * @param result {@code DELIVERED}, another {@linkplain io.github.taxitrips.delivery.DeliveryOutcome.End end}, or {@code FAILED}
 *     where the function gave no account of itself
 * @param measures its measures, under their names; empty where it failed
 * @param details what a click shows
 */
record SeenInvocation(
        long id,
        Instant at,
        String shard,
        @Nullable String requestId,
        int kinesisRecords,
        String result,
        Map<String, Long> measures,
        Details details) {

    /**
     * What a click shows.
     *
     * @param records the first records of the event and what each became
     * @param left how many more there are
     * @param reasons rejected records by reason
     * @param calls each call of Firehose
     * @param log its log line
     * @param words what went wrong and what to do about it
     */
    record Details(
            List<Passing> records,
            int left,
            Map<String, Integer> reasons,
            List<Call> calls,
            String log,
            List<String> words) {}

    /**
     * A call of Firehose.
     *
     * @param attempt the round that it was part of, from 1
     * @param records records in it
     * @param millis time until its answer
     * @param billedBytes what Firehose bills of it
     * @param errors records that failed, by error code
     */
    record Call(int attempt, int records, long millis, long billedBytes, Map<String, Integer> errors) {}

    /** The same without what a click shows. */
    Summary summary() {
        return new Summary(id, at, shard, kinesisRecords, result, measures);
    }

    /** A line of the list, see {@link SeenInvocation}. */
    record Summary(long id, Instant at, String shard, int kinesisRecords, String result, Map<String, Long> measures) {}
}
