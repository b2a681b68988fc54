package io.github.taxitrips.local.campaign;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import io.github.taxitrips.local.aws.AwsEndpoint;
import io.github.taxitrips.local.aws.Faults;
import io.github.taxitrips.local.campaign.CampaignRow.Combination;
import io.github.taxitrips.local.firehose.FirehoseApi;
import io.github.taxitrips.local.firehose.Totals;
import io.github.taxitrips.local.lake.DeliveryStream;
import io.github.taxitrips.local.lake.Lake;
import io.github.taxitrips.local.mapping.ExecutionEnvironment;
import io.github.taxitrips.local.mapping.MappingSettings;
import io.github.taxitrips.local.mapping.OnFailureBucket;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.DefaultApplicationArguments;
import org.springframework.boot.logging.LogLevel;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Drives the function through everything that can go wrong and counts what arrives: the application's own wiring and the
 * AWS SDK's client, over HTTP to an embedded Firehose endpoint, invoked by the event source mapping of the local run. Each
 * combination of settings gets the same stream and, by a seed, the same schedule of faults; some try more, see
 * {@link Trial}.
 *
 * <pre>mvn spring-boot:run -Dspring-boot.run.main-class=io.github.taxitrips.local.campaign.FaultCampaign \
 *     -Dspring-boot.run.arguments="--trips=4000000 --seed=1"</pre>
 *
 * Prints a table and exits with status 1 unless every record of the stream came to where it belongs or is told of.
 */
public final class FaultCampaign {

    private static final String TRIPS = "nyc-taxi-trips";
    private static final String QUARANTINE = "rejected-trips";
    private static final int SHARDS = 3;
    private static final int BATCH_SIZE = 1_000;
    private static final int DEFAULT_TRIPS = 4_000_000;

    /** With what is noted of each, they take between 1 and 2 GB of memory. */
    private static final int MAX_TRIPS_A_ROW = 1_000_000;

    private static final Duration PATIENCE = Duration.ofMillis(400);

    /** What an environment keeps of an invocation's time to log and to answer in. */
    private static final Duration RESERVE = Duration.ofMillis(500);

    private final CampaignStream stream;
    private final int batchSize;
    private final Duration patience;
    private final long seed;

    /**
     * @param trips clean trips in each row's stream
     * @param shards number of its shards
     * @param batchSize Kinesis records in a batch
     * @param patience how long the client waits for the answer to a call
     * @param seed seed of the stream and of the faults
     */
    FaultCampaign(int trips, int shards, int batchSize, Duration patience, long seed) {
        // What goes wrong is wanted, and fills logs.
        FunctionEnvironment.setLogLevel(LogLevel.OFF);
        this.stream = new CampaignStream(trips, shards, seed);
        this.batchSize = batchSize;
        this.patience = patience;
        this.seed = seed;
    }

    /**
     * Runs every combination, prints the table and exits.
     *
     * @param args {@code --trips=}, clean trips in the table as a whole, one to a million for each of its rows, and by default 4,000,000; and {@code --seed=}, by default 1
     */
    public static void main(String[] args) {
        System.exit(run(args, System.out));
    }

    /**
     * Runs every combination and prints the table.
     *
     * @return the exit status: 0 if all is right, 1 if anything was lost or misplaced, 2 if an argument is wrong
     */
    static int run(String[] args, PrintStream out) {
        ApplicationArguments arguments = new DefaultApplicationArguments(args);
        List<Combination> combinations = Combination.all();
        int rows = combinations.size();
        int trips;
        long seed;
        try {
            trips = Math.toIntExact(number(arguments, "trips", DEFAULT_TRIPS, rows, (long) rows * MAX_TRIPS_A_ROW));
            seed = number(arguments, "seed", 1, Long.MIN_VALUE, Long.MAX_VALUE);
        } catch (IllegalArgumentException e) {
            out.println(e.getMessage());
            return 2;
        }
        FaultCampaign campaign = new FaultCampaign(trips / rows, SHARDS, BATCH_SIZE, PATIENCE, seed);
        CampaignTable table = new CampaignTable(out);
        table.printHead(trips, rows, seed);
        boolean right = true;
        for (Combination combination : combinations) {
            CampaignRow row = campaign.run(combination);
            table.print(row);
            right &= row.isRight();
        }
        table.printFoot();
        out.printf(
                "%nReproduce: mvn spring-boot:run -Dspring-boot.run.main-class=%s"
                        + " -Dspring-boot.run.arguments=\"--trips=%d --seed=%d\"%n",
                FaultCampaign.class.getName(), trips, seed);
        return right ? 0 : 1;
    }

    private static long number(ApplicationArguments arguments, String name, long other, long min, long max) {
        List<String> values = arguments.getOptionValues(name);
        if (values == null) {
            return other;
        }
        String value = String.join(",", values);
        try {
            long number = Long.parseLong(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new IllegalArgumentException(
                "--%s must be a whole number from %d to %d, not \"%s\"".formatted(name, min, max, value));
    }

    /** Runs the stream through the function with one combination of settings. */
    CampaignRow run(Combination combination) {
        Path folder;
        try {
            folder = Files.createTempDirectory("fault-campaign");
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot make a temporary folder for what arrives", e);
        }
        List<DeliveryStream> streams = List.of(
                DeliveryStream.plain(TRIPS, TRIPS), DeliveryStream.plain(QUARANTINE, DeliveryStream.QUARANTINE));
        Path bucket = folder.resolve("on-failure");
        try (Lake lake = new Lake(folder.resolve("lake"), streams, Clock.systemUTC())) {
            return run(combination, lake, bucket);
        } finally {
            FileSystemUtils.deleteRecursively(folder.toFile());
        }
    }

    private CampaignRow run(Combination combination, Lake lake, Path bucket) {
        long start = System.nanoTime();
        Trial trial = combination.trial();
        FirehoseApi firehose = new FirehoseApi(List.of(TRIPS, QUARANTINE), lake, Clock.systemUTC());
        AwsEndpoint endpoint = new AwsEndpoint(0, Faults.none(), firehose);
        Schedule schedule =
                new Schedule(trial, endpoint, patience.multipliedBy(3).dividedBy(2), seed);
        Ledger ledger = new Ledger(TRIPS);
        AtomicInteger told = new AtomicInteger();
        // Time for two calls that go unanswered, and not for a third, and what is kept for the answer.
        Duration time =
                trial == Trial.DEADLINE ? patience.multipliedBy(5).dividedBy(2).plus(RESERVE) : null;
        MappingRun run = new MappingRun(
                trial,
                trial.set(MappingSettings.builder(), stream.span())
                        .batchSize(trial.batchSize(batchSize))
                        .parallelizationFactor(trial.parallelizationFactor())
                        .maximumRetryAttempts(trial.maximumRetryAttempts())
                        .bisectBatchOnFunctionError(combination.bisect())
                        .reportBatchItemFailures(true)
                        .build(),
                () -> new FaultyEnvironment(
                        new FunctionEnvironment(settings(combination, endpoint), ledger, time), schedule, told),
                new OnFailureBucket(bucket, new UUID(0, 0), InstantSource.system()),
                seed);
        try (endpoint) {
            run.run(stream, bucket.resolveSibling("stream"));
        }
        // Closing lets the calls that the client has given up store their records; only now has everything arrived.
        lake.flush();
        Arrivals arrivals = new Arrivals(stream);
        arrivals.read(lake);
        GivenUp givenUp = GivenUp.in(bucket);
        Map<String, Integer> rejected = arrivals.rejected();
        int poisonGivenUp = arrivals.missingPoison(givenUp.eventIds());
        int notQuarantined = stream.poison().size()
                - rejected.values().stream().mapToInt(count -> count).sum()
                - poisonGivenUp;
        Totals totals = firehose.totals();
        return new CampaignRow(
                combination,
                stream.clean().size(),
                arrivals.delivered(),
                ledger.copies(arrivals.trips()),
                arrivals.foreign(),
                stream.poison().size(),
                rejected,
                arrivals.misjudged(),
                arrivals.missingTrips(givenUp.eventIds()) + poisonGivenUp,
                givenUp,
                run.discarded(),
                trial == Trial.WARN ? Math.min(told.get(), notQuarantined) : 0,
                totals.calls(),
                totals.billedBytes(),
                run.invocations(),
                run.failed(),
                run.partial(),
                run.environments(),
                schedule.weather(),
                Duration.ofNanos(System.nanoTime() - start));
    }

    private List<String> settings(Combination combination, AwsEndpoint endpoint) {
        return List.of(
                "--taxi-trips.firehose.endpoint=" + endpoint.uri(),
                "--taxi-trips.delivery-stream-name=" + TRIPS,
                "--taxi-trips.quarantine.delivery-stream-name=" + QUARANTINE,
                "--taxi-trips.quarantine.on-failure=" + (combination.trial() == Trial.WARN ? "warn" : "fail-batch"),
                "--taxi-trips.on-exhausted=" + (combination.reportFailures() ? "report-failures" : "fail-batch"),
                "--taxi-trips.retry.memory=" + (combination.memory() ? 20_000 : 0),
                "--taxi-trips.packing.enabled=" + combination.packing(),
                // Packing checks the schema; with the check everywhere, the same trips are clean in every row.
                "--taxi-trips.check-schema=true",
                // As the waits are short, the campaign is over in minutes; the number of retries is the default.
                "--taxi-trips.retry.max-wait=1ms",
                "--taxi-trips.retry.unthrottled-wait=0ms",
                "--taxi-trips.firehose.attempt-timeout=" + patience.toMillis() + "ms",
                "--taxi-trips.firehose.call-timeout="
                        + (combination.trial() == Trial.DEADLINE ? 1 : 5) * patience.toMillis() + "ms");
    }

    /** Lets something go wrong in each invocation, and counts what the function tells of its quarantine. */
    private record FaultyEnvironment(FunctionEnvironment environment, Schedule schedule, AtomicInteger told)
            implements ExecutionEnvironment {

        private static final JsonMapper JSON = new JsonMapper();

        @Override
        public String invoke(KinesisEvent event) {
            schedule.next(environment.mishaps());
            String response = environment.invoke(event);
            JsonNode counts = JSON.readTree(response);
            int rejected = counts.path("rejected").values().stream()
                    .mapToInt(JsonNode::intValue)
                    .sum();
            told.addAndGet(rejected - counts.path("quarantined").asInt(rejected));
            return response;
        }

        @Override
        public void close() {
            environment.close();
        }
    }
}
