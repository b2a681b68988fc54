package io.github.taxitrips.telemetry;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import io.github.taxitrips.delivery.DeliveryOutcome.Failure;
import io.github.taxitrips.delivery.Invocation;
import io.github.taxitrips.delivery.Invocation.Request;
import io.github.taxitrips.intake.RejectedRecord;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;
import org.springframework.boot.json.WritableJson;

/**
 * Logs each invocation: one line with its counts; the ids of what it could not deliver, with what to do about it; and without
 * a quarantine where the first of the rejected records stand in their stream. Never a payload.
 *
 * <p>The counts are key-value pairs of the line, which Spring Boot's structured formats write as members at the top. With a
 * namespace, and where Lambda says whose invocation it is, the line has the member {@code _aws} as well and so is a document of
 * CloudWatch's embedded metric format: its {@linkplain Measure measures}, and {@code rejected_<reason>} for each reason that
 * there is, become metrics with the dimension {@code FunctionName}. A reason is a name of a metric and no dimension, for a document
 * has one value of each dimension. Source: Amazon CloudWatch User Guide, "Specification: Embedded metric format".
 */
public final class InvocationLog implements Invocation.Listener {

    private static final Logger log = LoggerFactory.getLogger(InvocationLog.class);

    /** At DEBUG by the settings, so that a share of invocations can be told in full. */
    private static final Logger details = LoggerFactory.getLogger("io.github.taxitrips.telemetry.details");

    /** Keeps a line of ids, 64 characters each at most, well below the 256 KB of a CloudWatch log event. */
    private static final int IDS_A_LINE = 1_000;

    /** Rejected records whose place is logged, where there is no quarantine. */
    private static final int PLACES = 100;

    private static final String REJECTED = "rejected_";
    private final String deliveryStream;
    private final String quarantineStream;
    private final String namespace;
    private final String directive;
    private final double debugShare;

    /**
     * @param deliveryStream name of the delivery stream that takes the trips
     * @param quarantineStream name of the one that takes rejected records
     * @param namespace the metrics' namespace, empty for none
     * @param debugShare share of invocations that are told in full, at DEBUG, 0 to 1
     */
    public InvocationLog(String deliveryStream, String quarantineStream, String namespace, double debugShare) {
        this.deliveryStream = deliveryStream;
        this.quarantineStream = quarantineStream;
        this.namespace = namespace;
        StringBuilder text = new StringBuilder(1_024)
                .append(",\"CloudWatchMetrics\":[{\"Namespace\":\"")
                .append(namespace)
                .append("\",\"Dimensions\":[[\"FunctionName\"]],\"Metrics\":[");
        String separator = "";
        for (Measure measure : Measure.values()) {
            metric(text.append(separator), "", measure.toString(), measure.unit());
            separator = ",";
        }
        this.directive = text.toString();
        this.debugShare = debugShare;
    }

    @Override
    public void ended(Invocation invocation) {
        if (log.isInfoEnabled()) {
            LoggingEventBuilder line = begin(log.atInfo(), invocation);
            for (Map.Entry<String, Object> member : members(invocation).entrySet()) {
                line = line.addKeyValue(member.getKey(), member.getValue());
            }
            line.log(
                    "received {}, delivered {}, undelivered {}, skipped {}, rejected {}",
                    Measure.RECEIVED.of(invocation),
                    Measure.DELIVERED.of(invocation),
                    Measure.UNDELIVERED.of(invocation),
                    Measure.SKIPPED.of(invocation),
                    Measure.REJECTED.of(invocation));
        }
        if (ThreadLocalRandom.current().nextDouble() < debugShare) {
            begin(details.atDebug(), invocation)
                    .log(
                            "trips: {} {}",
                            invocation.trips().end(),
                            invocation.trips().traffic());
            begin(details.atDebug(), invocation)
                    .log(
                            "quarantine: {} {}",
                            invocation.quarantine().end(),
                            invocation.quarantine().traffic());
        }
        logUndelivered(
                invocation,
                invocation.trips().undelivered(),
                "Undelivered to " + deliveryStream,
                "taxi-trips.delivery-stream-name");
        logUndelivered(
                invocation,
                invocation.quarantine().undelivered(),
                "Not quarantined in " + quarantineStream,
                "taxi-trips.quarantine.delivery-stream-name");
        if (!invocation.hasQuarantine()) {
            logPlaces(invocation);
        }
    }

    /** Begins a line with whose it is. */
    private static LoggingEventBuilder begin(LoggingEventBuilder line, Invocation invocation) {
        Request request = invocation.request();
        if (request == null) {
            return line;
        }
        LoggingEventBuilder begun =
                line.addKeyValue("requestId", request.id()).addKeyValue("functionVersion", request.functionVersion());
        return request.traceId() == null ? begun : begun.addKeyValue("traceId", request.traceId());
    }

    /** The members of the line of counts. */
    private Map<String, Object> members(Invocation invocation) {
        Map<String, Object> members = new LinkedHashMap<>();
        List<KinesisEventRecord> records = invocation.event().getRecords();
        if (records != null && !records.isEmpty()) {
            String first = String.valueOf(records.get(0).getEventID());
            String last = String.valueOf(records.get(records.size() - 1).getEventID());
            members.put("shardId", first.substring(0, Math.max(0, first.indexOf(':'))));
            members.put("firstSequenceNumber", first.substring(first.indexOf(':') + 1));
            members.put("lastSequenceNumber", last.substring(last.indexOf(':') + 1));
        }
        for (Measure measure : Measure.values()) {
            members.put(measure.toString(), measure.of(invocation));
        }
        members.put("aggregated", invocation.report().aggregated());
        members.put("concurrency", invocation.report().concurrency());
        members.put("reasons", invocation.report().rejected());
        Request request = invocation.request();
        if (request != null && !namespace.isEmpty()) {
            Map<String, Integer> rejections = Measure.rejections(invocation);
            rejections.forEach((reason, count) -> members.put(REJECTED + reason, count));
            members.put("FunctionName", request.functionName());
            members.put("_aws", metadata(invocation, rejections));
        }
        return members;
    }

    /** The member that makes metrics of others, as text: written member by member it would take longer than all the others. */
    private WritableJson metadata(Invocation invocation, Map<String, Integer> rejections) {
        StringBuilder text = new StringBuilder(directive.length() + 256)
                .append("{\"Timestamp\":")
                .append(invocation.ended().toEpochMilli())
                .append(directive);
        for (String reason : rejections.keySet()) {
            metric(text.append(','), REJECTED, reason, Measure.Unit.COUNT);
        }
        text.append("]}]}");
        return out -> out.append(text);
    }

    /** Names and units are words, in which JSON escapes nothing. */
    private static void metric(StringBuilder text, String prefix, String name, Measure.Unit unit) {
        text.append("{\"Name\":\"")
                .append(prefix)
                .append(name)
                .append("\",\"Unit\":\"")
                .append(unit)
                .append("\"}");
    }

    private static void logUndelivered(Invocation invocation, List<Failure> failures, String what, String setting) {
        Map<String, List<Failure>> byCode = failures.stream()
                .collect(Collectors.groupingBy(failure -> failure.error().code(), TreeMap::new, Collectors.toList()));
        byCode.forEach((code, failed) -> {
            String remedy = failed.get(0).error().remedy(setting);
            for (int i = 0; i < failed.size(); i += IDS_A_LINE) {
                List<String> ids = failed.subList(i, Math.min(failed.size(), i + IDS_A_LINE)).stream()
                        .map(failure -> failure.document().id())
                        .toList();
                begin(log.atError(), invocation)
                        .log("{}, {}, {} of {}: {} {}", what, code, ids.size(), failed.size(), ids, remedy);
            }
        });
    }

    /** Tells where rejected records stand, so that they can be read from the stream while it has them. */
    private static void logPlaces(Invocation invocation) {
        List<RejectedRecord> rejected = invocation.batch().rejected();
        if (!rejected.isEmpty()) {
            begin(log.atWarn(), invocation)
                    .log(
                            "Rejected and, without a quarantine, dropped, {} of {}: {}",
                            Math.min(PLACES, rejected.size()),
                            rejected.size(),
                            rejected.stream()
                                    .limit(PLACES)
                                    .map(record -> record.rejection() + " "
                                            + record.record().carrier().getEventID())
                                    .toList());
        }
    }
}
