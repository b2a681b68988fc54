package io.github.taxitrips.local.campaign;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A row of the campaign's table: a combination of settings, and what came of the stream with them.
 *
 * @param settings the combination
 * @param trips clean trips in the stream
 * @param delivered of these, the ones that arrived at least once
 * @param duplicates copies that arrived beyond the first ones
 * @param foreign lines that arrived although they are no clean trip of the stream, or not unchanged
 * @param poison other records in the stream
 * @param rejected of these, the ones that arrived in the quarantine with the right reason, by reason
 * @param misjudged lines in the quarantine that are of no such record, or give another reason
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
        long duplicates,
        long foreign,
        int poison,
        Map<String, Integer> rejected,
        long misjudged,
        long calls,
        long billedBytes,
        int invocations,
        int failed,
        int partial,
        int environments,
        Map<Weather, Integer> weather,
        Duration time) {

    /**
     * A combination of settings.
     *
     * @param reportFailures whether the function reports failures, instead of raising
     * @param bisect whether the mapping splits batches that failed
     * @param memory whether the function remembers what failed invocations delivered
     * @param packing whether trips share Firehose records
     */
    record Combination(boolean reportFailures, boolean bisect, boolean memory, boolean packing) {

        static List<Combination> all() {
            return IntStream.range(0, 16)
                    .mapToObj(
                            bits -> new Combination((bits & 8) != 0, (bits & 4) != 0, (bits & 2) != 0, (bits & 1) != 0))
                    .toList();
        }

        String strategy() {
            return (reportFailures ? "report-failures" : "fail-batch") + (bisect ? " + bisect" : "");
        }
    }

    /** Records of the stream, clean or not, that arrived nowhere. */
    int lost() {
        return trips - delivered + poison - rejectedSum();
    }

    int rejectedSum() {
        return rejected.values().stream().mapToInt(count -> count).sum();
    }

    /** Whether every record of the stream came to where it belongs, and nothing else did. */
    boolean isRight() {
        return lost() == 0 && foreign == 0 && misjudged == 0;
    }
}
