package io.github.taxitrips.telemetry;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import io.github.taxitrips.delivery.Invocation;
import io.github.taxitrips.delivery.InvocationReport;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What is measured of an invocation: the one place from which log line, metrics and meters take names, units and values. */
public enum Measure {
    /** Records in the event, those of aggregated records and the documents of split ones counted one by one. */
    RECEIVED("received", Unit.COUNT),
    DELIVERED("delivered", Unit.COUNT),
    UNDELIVERED("undelivered", Unit.COUNT),
    /** Trips that an earlier, failed invocation had delivered: duplicates that were not made. */
    SKIPPED("skipped", Unit.COUNT),
    REJECTED("rejected", Unit.COUNT),
    QUARANTINED("quarantined", Unit.COUNT),
    /** Rejected records that the quarantine's delivery stream did not take, where there is one. */
    UNQUARANTINED("unquarantined", Unit.COUNT),
    RETRIED("retried", Unit.COUNT),
    THROTTLED("throttled", Unit.COUNT),
    CALLS("calls", Unit.COUNT),
    /** Firehose records that held the trips. */
    RECORDS("records", Unit.COUNT),
    PAYLOAD_BYTES("payloadBytes", Unit.BYTES),
    BILLED_BYTES("billedBytes", Unit.BYTES),
    /** Time that delivering took, waits and quarantine included. */
    DELIVERY_TIME("deliveryTime", Unit.MILLISECONDS),
    /** Age of the event's oldest record, from its arrival in the stream to the end of the delivery. */
    RECORD_AGE("recordAge", Unit.MILLISECONDS),
    /** 1 for the first invocation of an environment, else 0. */
    COLD_START("coldStart", Unit.COUNT);

    private final String label;
    private final Unit unit;

    /** A unit, by CloudWatch's name. */
    public enum Unit {
        COUNT("Count"),
        BYTES("Bytes"),
        MILLISECONDS("Milliseconds");

        private final String label;

        Unit(String label) {
            this.label = label;
        }

        @Override
        public String toString() {
            return label;
        }
    }

    Measure(String label, Unit unit) {
        this.label = label;
        this.unit = unit;
    }

    /** Returns what it is measured in. */
    public Unit unit() {
        return unit;
    }

    /** Returns the value that it has in an invocation. */
    public long of(Invocation invocation) {
        InvocationReport report = invocation.report();
        return switch (this) {
            case RECEIVED -> report.received();
            case DELIVERED -> report.delivered();
            case UNDELIVERED -> report.undelivered();
            case SKIPPED -> report.skipped();
            case REJECTED -> rejected(report);
            case QUARANTINED -> report.quarantined();
            case UNQUARANTINED -> invocation.hasQuarantine() ? rejected(report) - report.quarantined() : 0;
            case RETRIED -> report.retried();
            case THROTTLED -> report.throttled();
            case CALLS -> report.calls();
            case RECORDS -> report.records();
            case PAYLOAD_BYTES -> report.payloadBytes();
            case BILLED_BYTES -> report.billedBytes();
            case DELIVERY_TIME -> invocation.took().toMillis();
            case RECORD_AGE -> age(invocation);
            case COLD_START -> invocation.isFirst() ? 1 : 0;
        };
    }

    /** Returns the numbers of rejected records by reason, without the members that these name, of which there may be many. */
    public static Map<String, Integer> rejections(Invocation invocation) {
        Map<String, Integer> reasons = new TreeMap<>();
        invocation.report().rejected().forEach((rejection, count) -> {
            int end = rejection.indexOf(':');
            reasons.merge(end < 0 ? rejection : rejection.substring(0, end), count, Integer::sum);
        });
        return reasons;
    }

    /** Returns its name, such as {@code billedBytes}. */
    @Override
    public String toString() {
        return label;
    }

    private static long rejected(InvocationReport report) {
        long all = 0;
        for (int count : report.rejected().values()) {
            all += count;
        }
        return all;
    }

    @SuppressWarnings("JavaUtilDate") // the event's own type
    private static long age(Invocation invocation) {
        List<KinesisEventRecord> records = invocation.event().getRecords();
        long now = invocation.ended().toEpochMilli();
        long oldest = now;
        for (KinesisEventRecord record : records == null ? List.<KinesisEventRecord>of() : records) {
            Date arrival = record == null || record.getKinesis() == null
                    ? null
                    : record.getKinesis().getApproximateArrivalTimestamp();
            oldest = arrival == null ? oldest : Math.min(oldest, arrival.getTime());
        }
        return now - oldest;
    }
}
