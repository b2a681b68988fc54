package io.github.taxitrips.local.gameday;

import io.github.taxitrips.intake.Rejection;
import io.github.taxitrips.intake.Rejection.Reason;
import io.github.taxitrips.local.aws.Faults;
import io.github.taxitrips.local.lake.Lake;
import io.github.taxitrips.local.mapping.EventSourceMapping;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.core.io.ClassPathResource;

/** Every situation that the desk can be brought into, and why it cannot be brought into the others. */
final class Situations {

    /** Records of a step. */
    static final int RECORDS = 200;

    private static final Rejection ZERO = new Rejection(Reason.ZERO, "pickup_latitude");
    private static final String NO_ACCOUNT = "the desk has no account whose functions share executions";
    private static final String READS_ITSELF =
            "the desk's mapping reads the stream's files, without calls that could be refused";

    private Situations() {}

    /** What the desk can do. */
    static List<Situation> all() {
        return List.of(
                new Situation(
                        List.of("ThrottledRecordsAlarm"),
                        List.of(),
                        "Firehose refuses 3 of 10 records",
                        Metric.count("taxi.trips.throttled"),
                        0,
                        0,
                        desk -> {
                            desk.setFaults(firehose(0.3, 0, Duration.ZERO, Faults.SERVICE_UNAVAILABLE));
                            desk.sendTrips(RECORDS);
                        },
                        "a higher quota",
                        Situations::mendFirehose),
                new Situation(
                        List.of("UndeliveredAlarm"),
                        List.of("--taxi-trips.on-exhausted=report-failures", "--taxi-trips.retry.max-retries=0"),
                        "the same, failures reported",
                        Metric.count("taxi.trips.undelivered"),
                        0,
                        0,
                        desk -> {
                            desk.setFaults(firehose(0.3, 0, Duration.ZERO, Faults.SERVICE_UNAVAILABLE));
                            desk.sendTrips(RECORDS);
                        },
                        "a higher quota",
                        Situations::mendFirehose),
                new Situation(
                        List.of("SkippedAlarm"),
                        List.of("--taxi-trips.retry.max-retries=0"),
                        "the same, batches failing",
                        Metric.count("taxi.trips.skipped"),
                        0,
                        0,
                        desk -> {
                            desk.setFaults(firehose(0.3, 0, Duration.ZERO, Faults.SERVICE_UNAVAILABLE));
                            desk.sendTrips(RECORDS);
                        },
                        "a higher quota",
                        Situations::mendFirehose),
                new Situation(
                        List.of("ErrorsAlarm"),
                        List.of(),
                        "Firehose denies access",
                        Metric.count("taxi.trips.mapping.failed"),
                        0,
                        0,
                        desk -> {
                            desk.setFaults(firehose(0, 1, Duration.ZERO, "AccessDeniedException"));
                            desk.sendTrips(RECORDS);
                        },
                        "access given back",
                        Situations::mendFirehose),
                new Situation(
                        List.of("DurationAlarm"),
                        List.of(),
                        "Firehose takes a second a call",
                        Metric.mean("taxi.trips.delivery.time"),
                        0.9,
                        0.9,
                        desk -> {
                            desk.setFaults(firehose(0, 0, Duration.ofSeconds(1), Faults.SERVICE_UNAVAILABLE));
                            desk.sendTrips(RECORDS);
                            desk.settle();
                        },
                        "the service is well again",
                        Situations::mendFirehose),
                new Situation(
                        List.of("BacklogAlarm"),
                        List.of(),
                        "Firehose fails, a shard waits",
                        Metric.gauge("taxi.trips.mapping.age", " s"),
                        0,
                        2,
                        desk -> {
                            desk.setFaults(firehose(0, 1, Duration.ZERO, Faults.INTERNAL_FAILURE));
                            desk.sendTrips(RECORDS);
                        },
                        "the service is well again",
                        Situations::mendFirehose),
                new Situation(
                        List.of("StalledAlarm"),
                        List.of(),
                        "the trigger is disabled",
                        Metric.gauge("taxi.trips.mapping.waiting", ""),
                        0,
                        RECORDS - 1.0,
                        desk -> {
                            desk.bean(EventSourceMapping.class).close();
                            desk.sendTrips(RECORDS);
                        },
                        "enabled",
                        desk -> desk.restart()),
                new Situation(
                        List.of("GivenUpAlarm"),
                        List.of(
                                "--taxi-trips.local.mapping.maximum-retry-attempts=1",
                                "--taxi-trips.local.mapping.bisect-batch-on-function-error=false"),
                        "Firehose fails, one retry",
                        Metric.count("taxi.trips.mapping.discarded.records"),
                        0,
                        RECORDS - 1.0,
                        desk -> {
                            desk.setFaults(firehose(0, 1, Duration.ZERO, Faults.INTERNAL_FAILURE));
                            desk.sendTrips(RECORDS);
                        },
                        "the service is well again, `redrive failed`",
                        desk -> {
                            mendFirehose(desk);
                            desk.redrive("failed", "aws/lambda");
                        }),
                new Situation(
                        List.of("UnquarantinedAlarm"),
                        List.of(),
                        "Firehose refuses unclean records",
                        Metric.count("taxi.trips.unquarantined"),
                        0,
                        0,
                        desk -> {
                            desk.setFaults(firehose(1, 0, Duration.ZERO, Faults.SERVICE_UNAVAILABLE));
                            desk.sendUnclean(RECORDS, ZERO);
                        },
                        "a higher quota",
                        Situations::mendFirehose),
                new Situation(
                        List.of("RejectedAlarm", "QuarantineAlarm"),
                        List.of(),
                        "a producer sends latitudes of 0",
                        Metric.count("taxi.trips.quarantined"),
                        0,
                        RECORDS - 1.0,
                        desk -> desk.sendUnclean(RECORDS, ZERO),
                        "the rule taken out, `redrive quarantine`",
                        desk -> {
                            desk.restart(table(desk, ", non-zero: true", ""));
                            desk.redrive("quarantine", "quarantine", "--reason", "zero");
                            desk.expectUncleanInTheTable();
                        }),
                new Situation(
                        List.of("ConversionAlarm"),
                        List.of(),
                        "a producer sends larger numbers",
                        Metric.count("taxi.trips.lake.failed.conversions"),
                        0,
                        RECORDS - 1.0,
                        desk -> {
                            desk.sendTrips(RECORDS, "\"passenger_count\":\\d+", "\"passenger_count\":3000000000");
                            desk.settle();
                        },
                        "the column made larger, `redrive errors`",
                        desk -> {
                            desk.restart(table(desk, "passenger_count, type: int", "passenger_count, type: bigint"));
                            desk.redrive("errors", "nyctaxitripserror");
                        }),
                new Situation(
                        List.of("FreshnessAlarm"),
                        List.of("--taxi-trips.local.buffering.interval-in-seconds=1"),
                        "the table's folder is taken away",
                        Metric.gauge("taxi.trips.lake.freshness", " s"),
                        0,
                        3,
                        desk -> {
                            takeAway(desk, "nyctaxitrips");
                            desk.sendTrips(RECORDS);
                        },
                        "the folder put back",
                        desk -> putBack(desk, "nyctaxitrips")),
                new Situation(
                        List.of("QuarantineFreshnessAlarm"),
                        List.of("--taxi-trips.local.quarantine-buffering.interval-in-seconds=1"),
                        "the quarantine's folder is taken away",
                        Metric.gauge("taxi.trips.lake.freshness", " s"),
                        0,
                        3,
                        desk -> {
                            desk.sendUnclean(RECORDS, ZERO);
                            desk.settle();
                            takeAway(desk, "quarantine");
                            desk.sendUnclean(RECORDS, ZERO);
                        },
                        "the folder put back",
                        desk -> putBack(desk, "quarantine")),
                new Situation(
                        List.of("WritesThrottledAlarm"),
                        List.of(),
                        "the stream refuses 3 of 10 records",
                        new Metric("sent again by the producer", "", Metric.Kind.COUNT, GameDesk::refused, desk -> 0),
                        0,
                        0,
                        desk -> {
                            desk.setFaults(Faults.none().withKinesis(Faults.Calls.failing(0.3, 0)));
                            desk.sendTrips(RECORDS);
                        },
                        "more shards; the producer repeats",
                        Situations::mendFirehose),
                new Situation(
                        List.of("none: environments are lost"),
                        List.of(),
                        "each invocation starts anew",
                        Metric.count("taxi.trips.cold.start"),
                        2,
                        2,
                        desk -> {
                            desk.setFaults(Faults.none().withLostEnvironments(1));
                            desk.sendTrips(RECORDS);
                            desk.settle();
                            desk.sendTrips(RECORDS);
                            desk.settle();
                        },
                        "nothing to do",
                        Situations::mendFirehose));
    }

    /** The alarms that it can do nothing for, and why. */
    static Map<String, String> notMade() {
        Map<String, String> reasons = new LinkedHashMap<>();
        reasons.put("ReadersBehindAlarm", "the desk counts what the function has not read, and no other reader");
        reasons.put("ReadFailuresAlarm", READS_ITSELF);
        reasons.put("ReadsThrottledAlarm", READS_ITSELF);
        reasons.put("PutFailuresAlarm", "the embedded stream refuses records, and has no failures of its own");
        reasons.put("ThrottlesAlarm", NO_ACCOUNT);
        reasons.put("ConcurrencyAlarm", NO_ACCOUNT);
        reasons.put("QuotaAlarm", "the embedded Firehose has no quota that could be used in part");
        return reasons;
    }

    private static Faults firehose(double throttledRecords, double failedCalls, Duration latency, String code) {
        return new Faults(throttledRecords, failedCalls, latency, code, 1);
    }

    private static void mendFirehose(GameDesk desk) {
        desk.setFaults(Faults.none());
    }

    /** The settings' file with another table, as an argument. */
    private static String table(GameDesk desk, String old, String other) throws IOException {
        String settings = new ClassPathResource("application.yml").getContentAsString(StandardCharsets.UTF_8);
        Path file = Files.writeString(desk.beside("settings.yml"), settings.replace(old, other));
        return "--spring.config.location=" + file;
    }

    /** Puts a file where a folder of the lake was. */
    private static void takeAway(GameDesk desk, String folder) throws IOException {
        desk.bean(Lake.class).flush();
        Files.move(desk.lake().resolve(folder), desk.beside(folder));
        Files.createFile(desk.lake().resolve(folder));
    }

    private static void putBack(GameDesk desk, String folder) throws IOException {
        Files.delete(desk.lake().resolve(folder));
        Files.move(desk.beside(folder), desk.lake().resolve(folder));
    }
}
