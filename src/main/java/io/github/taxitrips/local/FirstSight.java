package io.github.taxitrips.local;

import io.github.taxitrips.local.InvocationTotals.Sums;
import io.github.taxitrips.local.aws.AwsEndpoint;
import io.github.taxitrips.local.lake.Lake;
import io.github.taxitrips.local.lake.LakeFile;
import io.github.taxitrips.local.mapping.EventSourceMapping;
import io.github.taxitrips.local.mapping.MappingStatus;
import io.github.taxitrips.local.producer.Destination;
import io.github.taxitrips.local.producer.GeneratedRecords;
import io.github.taxitrips.local.producer.Mix;
import io.github.taxitrips.local.producer.Producer;
import io.github.taxitrips.local.producer.ProducerException;
import io.github.taxitrips.local.sql.Hours;
import io.github.taxitrips.local.sql.RefusedException;
import io.github.taxitrips.local.sql.Sql;
import io.github.taxitrips.local.sql.TextTable;
import io.github.taxitrips.settings.TaxiTripsProperties;
import io.github.taxitrips.telemetry.Measure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * Sends a generated sample through everything there is at the start: stream, event source mapping, function, Firehose, lake; and
 * prints what came of it.
 */
final class FirstSight implements ApplicationRunner {

    /** Share of unclean records in the sample. */
    private static final double UNCLEAN = 0.08;

    /** The lab's table, of whose columns more can be asked. */
    private static final String LAB_TABLE = "nyctaxitrips";

    /** Whose lines would run through the summary, which has what they say. */
    private static final String FUNCTION_LOGGER = "io.github.taxitrips.telemetry";

    /** How long the sample may be on its way; what is not through by then comes later. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Duration OFTEN = Duration.ofMillis(20);

    private final TaxiTripsProperties properties;
    private final AwsEndpoint endpoint;
    private final EventSourceMapping mapping;
    private final InvocationTotals totals;
    private final Lake lake;
    private final Sql sql;
    private final LoggingSystem logging;

    FirstSight(
            TaxiTripsProperties properties,
            AwsEndpoint endpoint,
            EventSourceMapping mapping,
            InvocationTotals totals,
            Lake lake,
            Sql sql,
            LoggingSystem logging) {
        this.properties = properties;
        this.endpoint = endpoint;
        this.mapping = mapping;
        this.totals = totals;
        this.lake = lake;
        this.sql = sql;
        this.logging = logging;
    }

    @Override
    public void run(ApplicationArguments arguments) throws IOException, InterruptedException {
        TaxiTripsProperties.Replay settings = properties.local().replay();
        if (settings.trips() == 0) {
            mapping.start();
            return;
        }
        Set<Path> before = lake.files().stream().map(LakeFile::path).collect(Collectors.toSet());
        logging.setLogLevel(FUNCTION_LOGGER, LogLevel.OFF);
        try {
            System.out.printf("%nReplaying %,d generated records ...%n", settings.trips());
            send(settings);
            mapping.start();
            long waiting = await();
            if (waiting > 0) {
                System.out.printf("  %,d of them are still on their way%n", waiting);
            }
        } finally {
            logging.setLogLevel(FUNCTION_LOGGER, null);
        }
        lake.flush();
        print(totals.sums());
        lake.files().stream()
                .filter(file -> !before.contains(file.path()))
                .forEach(file -> System.out.printf(
                        "  %-10s %,9d  rows, %,d bytes in %s%n", "file", file.rows(), file.bytes(), file.path()));
        ask();
    }

    private void send(TaxiTripsProperties.Replay settings) throws IOException, InterruptedException {
        GeneratedRecords records = new GeneratedRecords(
                properties.table(),
                settings.seed(),
                GeneratedRecords.firstId(properties.table(), System.currentTimeMillis()));
        Mix.Shares shares = new Mix.Shares(UNCLEAN, 0);
        Producer.Settings how =
                new Producer.Settings(properties.local().stream().name(), 0, 0, false, 1, 0);
        try (Mix mix = new Mix(records, shares, settings.trips(), properties.table(), settings.seed());
                KinesisClient client = new Destination(endpoint.uri()).client()) {
            Producer producer = new Producer(client, properties.table(), how);
            try {
                producer.run(mix);
            } catch (ProducerException e) {
                System.out.println(e.getMessage());
            }
            Producer.Progress sent = producer.progress();
            System.out.printf("  %-10s %,9d  records, %,d bytes%n", "stream", sent.records(), sent.bytes());
        }
    }

    /** Waits until all that is in the stream is done with, and returns how many records are not. */
    private long await() throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            MappingStatus status = mapping.status();
            long waiting = status.shards().stream()
                    .mapToLong(MappingStatus.ShardStatus::waiting)
                    .sum();
            if (waiting == 0 || System.nanoTime() > end) {
                return waiting;
            }
            Thread.sleep(OFTEN.toMillis());
        }
    }

    private void print(Sums sums) {
        System.out.printf("  %-10s %,9d  invocations%n", "function", sums.invocations());
        for (Measure measure : List.of(Measure.RECEIVED, Measure.DELIVERED, Measure.REJECTED)) {
            System.out.printf("  %-10s %,9d%n", measure, sums.of(measure));
        }
        sums.rejected().forEach((reason, count) -> System.out.printf("  %20d  %s%n", count, reason));
        for (Measure measure : List.of(Measure.RETRIED, Measure.CALLS)) {
            System.out.printf("  %-10s %,9d%n", measure, sums.of(measure));
        }
        long payload = sums.of(Measure.PAYLOAD_BYTES);
        long billed = sums.of(Measure.BILLED_BYTES);
        System.out.printf(
                "  %-10s %,9d  bytes for %,d of trips, %.1f times as much%s%n",
                "billed",
                billed,
                payload,
                payload == 0 ? 1.0 : (double) billed / payload,
                properties.packing().enabled() ? "" : "; taxi-trips.packing.enabled makes it 1.1");
    }

    /** Asks the lake what is in it. */
    private void ask() {
        String table = properties.table().name();
        String statement = table.equals(LAB_TABLE)
                ? "SELECT passenger_count, count(*) AS trips, round(avg(trip_distance), 2) AS miles, round(avg(total_amount), 2) AS dollars%nFROM nyctaxitrips GROUP BY passenger_count ORDER BY passenger_count"
                        .formatted()
                : "SELECT year, month, day, hour, count(*) AS records%nFROM %s GROUP BY ALL ORDER BY ALL"
                        .formatted(table);
        System.out.printf("%n%s%n%n", statement);
        TextTable answer = new TextTable();
        try {
            sql.query(statement, Hours.ALL, answer);
            answer.lines().forEach(line -> System.out.println("  " + line));
        } catch (RefusedException e) {
            System.out.println(e.explanation());
        } catch (IOException e) {
            System.out.println("The lake could not be asked: " + e);
        }
    }
}
