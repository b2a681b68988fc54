package io.github.taxitrips.local;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import io.github.taxitrips.delivery.DeliveryException;
import io.github.taxitrips.intake.KinesisEventReader;
import io.github.taxitrips.intake.Rejection;
import io.github.taxitrips.local.lake.Lake;
import io.github.taxitrips.local.lake.LakeFile;
import io.github.taxitrips.local.producer.RecordGenerator;
import io.github.taxitrips.local.sql.Hours;
import io.github.taxitrips.local.sql.RefusedException;
import io.github.taxitrips.local.sql.Sql;
import io.github.taxitrips.local.sql.TextTable;
import io.github.taxitrips.settings.Table;
import io.github.taxitrips.settings.TaxiTripsProperties;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Sends a generated sample through the function at start, event by event as Lambda would, and prints what came of it. */
final class Replay implements ApplicationRunner {

    /** Share of unclean records in the sample. */
    private static final double UNCLEAN = 0.08;

    /** The lab's table, of whose columns more can be asked. */
    private static final String LAB_TABLE = "nyctaxitrips";

    private static final String FUNCTION_LOGGER = "io.github.taxitrips.delivery";

    /** How often an event is passed to the function before it is given up. Lambda goes on until the records expire. */
    private static final int MAX_INVOCATIONS = 5;

    private final Function<KinesisEvent, String> function;
    private final Table table;
    private final TaxiTripsProperties.Replay settings;
    private final Lake lake;
    private final Sql sql;
    private final LoggingSystem logging;
    private final KinesisEventReader reader = new KinesisEventReader();
    private final JsonMapper json = new JsonMapper();

    private final Map<String, Integer> counts = new TreeMap<>();
    private final Map<String, Integer> rejected = new TreeMap<>();

    Replay(
            Function<KinesisEvent, String> forwardTrips,
            TaxiTripsProperties properties,
            Lake lake,
            Sql sql,
            LoggingSystem logging) {
        this.function = forwardTrips;
        this.logging = logging;
        this.table = properties.table();
        this.settings = properties.local().replay();
        this.lake = lake;
        this.sql = sql;
    }

    @Override
    public void run(ApplicationArguments arguments) {
        if (settings.trips() == 0) {
            return;
        }
        Set<Path> before = lake.files().stream().map(LakeFile::path).collect(Collectors.toSet());
        System.out.printf("%nReplaying %,d generated records ...%n", settings.trips());
        RecordGenerator generator = RecordGenerator.of(table, settings.seed());
        List<Rejection> kinds = generator.unclean();
        KinesisEventWriter writer = new KinesisEventWriter(Instant.now());
        // What the function would log is in the summary.
        logging.setLogLevel(FUNCTION_LOGGER, LogLevel.ERROR);
        try {
            for (int left = settings.trips(); left > 0; left -= settings.batchSize()) {
                invoke(writer.event(generator.records(Math.min(left, settings.batchSize()), UNCLEAN, kinds)));
            }
        } finally {
            logging.setLogLevel(FUNCTION_LOGGER, null);
        }
        lake.flush();
        print(lake.files().stream().filter(file -> !before.contains(file.path())));
        ask();
    }

    /** Asks the lake what is in it. */
    private void ask() {
        String statement = table.name().equals(LAB_TABLE)
                ? "SELECT passenger_count, count(*) AS trips, round(avg(trip_distance), 2) AS miles, round(avg(total_amount), 2) AS dollars%nFROM nyctaxitrips GROUP BY passenger_count ORDER BY passenger_count"
                        .formatted()
                : "SELECT year, month, day, hour, count(*) AS records%nFROM %s GROUP BY ALL ORDER BY ALL"
                        .formatted(table.name());
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

    private void invoke(byte[] event) {
        count("events", 1);
        KinesisEvent decoded = reader.read(event);
        for (int invocation = 1; invocation <= MAX_INVOCATIONS; invocation++) {
            try {
                JsonNode report = json.readTree(function.apply(decoded));
                for (String name : List.of("received", "delivered", "retried", "calls")) {
                    count(name, report.get(name).intValue());
                }
                report.get("rejected").forEachEntry((reason, count) -> {
                    rejected.merge(reason, count.intValue(), Integer::sum);
                    count("rejected", count.intValue());
                });
                return;
            } catch (DeliveryException e) {
                System.out.println("Invocation failed: " + e.getMessage());
                count("failed invocations", 1);
            }
        }
        count("events given up", 1);
    }

    private void count(String name, int count) {
        counts.merge(name, count, Integer::sum);
    }

    private void print(Stream<LakeFile> files) {
        for (String name : List.of("events", "received", "delivered", "rejected", "retried", "calls")) {
            System.out.printf("  %-10s %,7d%n", name, counts.getOrDefault(name, 0));
            if (name.equals("rejected")) {
                rejected.forEach((reason, count) -> System.out.printf("  %18d  %s%n", count, reason));
            }
        }
        for (String trouble : List.of("failed invocations", "events given up")) {
            if (counts.containsKey(trouble)) {
                System.out.printf("  %-18s %,d%n", trouble, counts.get(trouble));
            }
        }
        System.out.println(files.map(file ->
                        "  file       %,7d  rows, %,d bytes in %s".formatted(file.rows(), file.bytes(), file.path()))
                .collect(Collectors.joining(System.lineSeparator())));
    }
}
