package io.github.taxitrips.local.gameday;

import java.util.List;

/**
 * Something that goes wrong, what it is made with, and what the runbook says to do.
 *
 * @param alarms the template's alarms that it is about
 * @param settings settings of the application beside those of any game day
 * @param made what is done to it, in words
 * @param metric what the alarms watch
 * @param calm what the metric does not exceed while all is well
 * @param ringing what it exceeds when it is not
 * @param make does it, and sends records
 * @param mended what is done about it, in words
 * @param mend does it
 */
record Situation(
        List<String> alarms,
        List<String> settings,
        String made,
        Metric metric,
        double calm,
        double ringing,
        Step make,
        String mended,
        Step mend) {

    /** Something that is done to the desk. */
    @FunctionalInterface
    interface Step {
        void take(GameDesk desk) throws Exception;
    }
}
