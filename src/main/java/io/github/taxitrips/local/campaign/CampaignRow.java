package io.github.taxitrips.local.campaign;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A row of the campaign's table: a combination of settings, and what came of the stream with them.
 *
 * @param settings the combination
 * @param trips clean trips in the stream
 * @param delivered of these, the ones that arrived at least once
 * @param copies trips that arrived beyond the first ones, by why
 * @param foreign lines that arrived although they are no clean trip of the stream, or not unchanged
 * @param poison other records in the stream
 * @param rejected of these, the ones that arrived in the quarantine with the right reason, by reason
 * @param misjudged lines in the quarantine that are of no such record, or give another reason
 * @param givenUp records that arrived nowhere and were in batches that the mapping has given up, clean or not
 * @param onFailure what the mapping has put into its on-failure destination
 * @param discarded records that the mapping says it has given up
 * @param told rejected records that arrived nowhere and that the function counted as not quarantined
 * @param calls calls that the endpoint received, quarantine included
 * @param billedBytes what Firehose would bill, quarantine included
 * @param invocations invocations of the function
 * @param failed of these, the ones that failed as a whole
 * @param partial of these, the ones that reported failures
 * @param environments execution environments that were started
 * @param weather invocations by what went wrong at the endpoint
 * @param time time it took
 */
record CampaignRow(
        Combination settings,
        int trips,
        int delivered,
        Ledger.Copies copies,
        long foreign,
        int poison,
        Map<String, Integer> rejected,
        long misjudged,
        int givenUp,
        GivenUp onFailure,
        long discarded,
        int told,
        long calls,
        long billedBytes,
        long invocations,
        long failed,
        long partial,
        int environments,
        Map<Weather, Integer> weather,
        Duration time) {

    /**
     * A combination of settings.
     *
     * @param trial what is tried beyond what every combination goes through
     * @param reportFailures whether the function reports failures, instead of raising
     * @param bisect whether the mapping splits batches that failed
     * @param memory whether the function remembers what failed invocations delivered
     * @param packing whether trips share Firehose records
     */
    record Combination(Trial trial, boolean reportFailures, boolean bisect, boolean memory, boolean packing) {

        /** Returns every combination without a trial, then the trials, each with the retry memory. */
        static List<Combination> all() {
            Stream<Combination> plain = IntStream.range(0, 16)
                    .mapToObj(bits -> new Combination(
                            Trial.NONE, (bits & 8) != 0, (bits & 4) != 0, (bits & 2) != 0, (bits & 1) != 0));
            Stream<Combination> trials = Stream.of(
                    new Combination(Trial.PARALLEL, false, false, true, false),
                    new Combination(Trial.PARALLEL, false, false, true, true),
                    new Combination(Trial.PARALLEL, false, true, true, true),
                    new Combination(Trial.PARALLEL, true, false, true, true),
                    new Combination(Trial.DEADLINE, false, false, true, true),
                    new Combination(Trial.DEADLINE, true, false, true, true),
                    new Combination(Trial.THREE_RETRIES, false, false, true, true),
                    new Combination(Trial.THREE_RETRIES, true, false, true, true),
                    new Combination(Trial.ONE_RETRY, false, false, true, true),
                    new Combination(Trial.ONE_RETRY, true, false, true, true),
                    new Combination(Trial.RECORD_AGE, true, true, true, true),
                    new Combination(Trial.BATCHING_WINDOW, false, false, true, true),
                    new Combination(Trial.BATCHING_WINDOW, true, true, true, false),
                    new Combination(Trial.TUMBLING_WINDOW, false, false, true, true),
                    new Combination(Trial.TUMBLING_WINDOW, true, true, true, false),
                    new Combination(Trial.THROTTLED_STREAM, false, true, false, true),
                    new Combination(Trial.THROTTLED_STREAM, true, true, true, true),
                    new Combination(Trial.RESTARTS, false, true, true, true),
                    new Combination(Trial.RESTARTS, true, true, true, false),
                    new Combination(Trial.DYING, false, true, true, true),
                    new Combination(Trial.DYING, true, true, true, false),
                    // Calls side by side, which only unpacked batches have, are what an error leaves behind.
                    new Combination(Trial.ERRORS, false, false, true, false),
                    new Combination(Trial.ERRORS, true, false, true, true),
                    new Combination(Trial.REFUSED, false, false, true, true),
                    new Combination(Trial.REFUSED, true, false, true, true),
                    new Combination(Trial.WARN, false, false, true, false),
                    new Combination(Trial.WARN, false, false, true, true));
            return Stream.concat(plain, trials).toList();
        }

        String strategy() {
            return (reportFailures ? "report-failures" : "fail-batch") + (bisect ? " + bisect" : "");
        }
    }

    /** Records of the stream, clean or not, that arrived nowhere and of which nobody is told. */
    int lost() {
        return trips - delivered + poison - rejectedSum() - givenUp - told;
    }

    int rejectedSum() {
        return rejected.values().stream().mapToInt(count -> count).sum();
    }

    /** Whether every record of the stream came to where it belongs or is told of, and nothing else came there. */
    boolean isRight() {
        return lost() == 0 && foreign == 0 && misjudged == 0 && isKept();
    }

    /** Whether each record that the mapping gave up is in its on-failure destination. */
    boolean isKept() {
        return onFailure.recordsInAll() == discarded;
    }
}
