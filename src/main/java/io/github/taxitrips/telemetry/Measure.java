package io.github.taxitrips.telemetry;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import io.github.taxitrips.delivery.Invocation;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/** What is measured of an invocation: the one place from which log line, metrics and meters take names, units and values. */
public enum Measure {
    /** Records in the event, those of aggregated records and the documents of split ones counted one by one. */
    RECEIVED("received", Unit.COUNT, invocation -> invocation.report().received()),
    DELIVERED("delivered", Unit.COUNT, invocation -> invocation.report().delivered()),
    UNDELIVERED("undelivered", Unit.COUNT, invocation -> invocation.report().undelivered()),
    /** Trips that an earlier, failed invocation had delivered: duplicates that were not made. */
    SKIPPED("skipped", Unit.COUNT, invocation -> invocation.report().skipped()),
    REJECTED("rejected", Unit.COUNT, Measure::rejected),
    QUARANTINED("quarantined", Unit.COUNT, invocation -> invocation.report().quarantined()),
    /** Rejected records that the quarantine's delivery stream did not take, where there is one. */
    UNQUARANTINED(
            "unquarantined",
            Unit.COUNT,
            invocation -> invocation.hasQuarantine()
                    ? rejected(invocation) - invocation.report().quarantined()
                    : 0),
    RETRIED("retried", Unit.COUNT, invocation -> invocation.report().retried()),
    THROTTLED("throttled", Unit.COUNT, invocation -> invocation.report().throttled()),
    CALLS("calls", Unit.COUNT, invocation -> invocation.report().calls()),
    /** Firehose records that held the trips. */
    RECORDS("records", Unit.COUNT, invocation -> invocation.report().records()),
    PAYLOAD_BYTES("payloadBytes", Unit.BYTES, invocation -> invocation.report().payloadBytes()),
    BILLED_BYTES("billedBytes", Unit.BYTES, invocation -> invocation.report().billedBytes()),
    /** Time that delivering took, waits and quarantine included. */
    DELIVERY_TIME(
            "deliveryTime", Unit.MILLISECONDS, invocation -> invocation.took().toMillis()),
    /** Age of the event's oldest record, from its arrival in the stream to the end of the delivery. */
    RECORD_AGE("recordAge", Unit.MILLISECONDS, Measure::age),
    /** 1 for the first invocation of an environment, else 0. */
    COLD_START("coldStart", Unit.COUNT, invocation -> invocation.isFirst() ? 1 : 0);

    private final String label;
    private final Unit unit;

    @SuppressWarnings("ImmutableEnumChecker") // none of them holds anything
    private final ToLongFunction<Invocation> value;

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

    Measure(String label, Unit unit, ToLongFunction<Invocation> value) {
        this.label = label;
        this.unit = unit;
        this.value = value;
    }

    /** Returns what it is measured in. */
    public Unit unit() {
        return unit;
    }

    /** Returns the value that it has in an invocation. */
    public long of(Invocation invocation) {
        return value.applyAsLong(invocation);
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

    private static long rejected(Invocation invocation) {
        return invocation.report().rejected().values().stream()
                .mapToInt(Integer::intValue)
                .sum();
    }

    @SuppressWarnings("JavaUtilDate") // the event's own type
    private static long age(Invocation invocation) {
        List<KinesisEventRecord> records = invocation.event().getRecords();
        return records == null
                ? 0
                : records.stream()
                        .map(KinesisEventRecord::getKinesis)
                        .filter(Objects::nonNull)
                        .map(KinesisEvent.Record::getApproximateArrivalTimestamp)
                        .filter(Objects::nonNull)
                        .mapToLong(Date::getTime)
                        .min()
                        .stream()
                        .map(arrival -> Math.max(0, invocation.ended().toEpochMilli() - arrival))
                        .findFirst()
                        .orElse(0);
    }
}
