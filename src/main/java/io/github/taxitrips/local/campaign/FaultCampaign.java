package io.github.taxitrips.local.campaign;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import io.github.taxitrips.local.campaign.CampaignRow.Combination;
import io.github.taxitrips.local.firehose.DataLake;
import io.github.taxitrips.local.firehose.EmbeddedFirehose;
import io.github.taxitrips.local.firehose.Faults;
import io.github.taxitrips.local.firehose.Totals;
import io.github.taxitrips.local.mapping.EnvironmentPool;
import io.github.taxitrips.local.mapping.EventSourceMapping;
import io.github.taxitrips.local.mapping.ExecutionEnvironment;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.DefaultApplicationArguments;
import org.springframework.util.FileSystemUtils;

/**
 * Drives the function through everything that can go wrong and counts what arrives: the application's own wiring and the
 * AWS SDK's client, over HTTP to an embedded Firehose endpoint, invoked by a simulated event source mapping. Each
 * combination of settings gets the same stream and, by a seed, the same schedule of faults.
 *
 * <pre>mvn spring-boot:run -Dspring-boot.run.main-class=io.github.taxitrips.local.campaign.FaultCampaign \
 *     -Dspring-boot.run.arguments="--trips=4000000 --seed=1"</pre>
 *
 * Prints a table and exits with status 1 unless every record of the stream came to where it belongs.
 */
public final class FaultCampaign {

    private static final String TRIPS = "nyc-taxi-trips";
    private static final String QUARANTINE = "rejected-trips";
    private static final int SHARDS = 3;
    private static final int BATCH_SIZE = 1_000;
    private static final int DEFAULT_TRIPS = 4_000_000;

    /** A million in each row take about 1 GB of memory. */
    private static final int MAX_TRIPS = 16_000_000;

    /** Share of invocations before which Lambda reclaims the environment. */
    private static final double RECLAIMED = 0.01;

    /** Share of invocations in the midst of which the environment dies, and the last call at which it does. */
    private static final double DEATHS = 0.02;

    private static final int LAST_CALL = 4;

    /** Share of invocations that go to the environment of any shard. */
    private static final double STRAYS = 0.05;

    private static final Duration PATIENCE = Duration.ofMillis(400);

    private final CampaignStream stream;
    private final int batchSize;
    private final Duration patience;
    private final long seed;

    /**
     * @param trips clean trips in each row's stream
     * @param batchSize Kinesis records in a batch
     * @param patience how long the client waits for the answer to a call
     * @param seed seed of the stream and of the faults
     */
    FaultCampaign(int trips, int batchSize, Duration patience, long seed) {
        this.stream = new CampaignStream(trips, SHARDS, seed);
        this.batchSize = batchSize;
        this.patience = patience;
        this.seed = seed;
    }

    /**
     * Runs every combination, prints the table and exits.
     *
     * @param args {@code --trips=}, clean trips in the table as a whole, 16 to 16,000,000 and by default 4,000,000; and
     *     {@code --seed=}, by default 1
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
        int trips;
        long seed;
        try {
            trips = Math.toIntExact(number(arguments, "trips", DEFAULT_TRIPS, 16, MAX_TRIPS));
            seed = number(arguments, "seed", 1, Long.MIN_VALUE, Long.MAX_VALUE);
        } catch (IllegalArgumentException e) {
            out.println(e.getMessage());
            return 2;
        }
        List<Combination> combinations = Combination.all();
        FaultCampaign campaign = new FaultCampaign(trips / combinations.size(), BATCH_SIZE, PATIENCE, seed);
        CampaignTable table = new CampaignTable(out);
        table.printHead(trips, combinations.size(), seed);
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
        try {
            return run(combination, new DataLake(folder, name -> name.equals(QUARANTINE) ? Arrivals.QUARANTINE : name));
        } finally {
            FileSystemUtils.deleteRecursively(folder.toFile());
        }
    }

    private CampaignRow run(Combination combination, DataLake lake) {
        long start = System.nanoTime();
        EmbeddedFirehose firehose =
                new EmbeddedFirehose(0, List.of(TRIPS, QUARANTINE), Faults.none(), lake, Clock.systemUTC());
        Random random = new Random(seed);
        Map<Weather, Integer> weather = new EnumMap<>(Weather.class);
        EnvironmentPool environments = new EnvironmentPool(
                () -> new FaultyEnvironment(
                        new FunctionEnvironment(settings(combination, firehose)),
                        firehose,
                        patience.multipliedBy(3).dividedBy(2),
                        random,
                        weather),
                STRAYS,
                RECLAIMED,
                seed);
        EventSourceMapping mapping = new EventSourceMapping(
                EventSourceMapping.Settings.defaults()
                        .withBatchSize(batchSize)
                        .withBisection(combination.bisect())
                        .withReportedFailures(combination.reportFailures()),
                stream.shards(),
                environments,
                Clock.systemUTC(),
                batch -> {
                    throw new IllegalStateException("A mapping that retries without end gave up " + batch);
                });
        try (firehose;
                environments) {
            mapping.run();
        }
        // Closing lets the calls that the client has given up store their records; only now has everything arrived.
        Arrivals arrivals = new Arrivals(stream);
        arrivals.read(lake);
        Totals totals = firehose.totals();
        return new CampaignRow(
                combination,
                stream.clean().size(),
                arrivals.delivered(),
                arrivals.duplicates(),
                arrivals.foreign(),
                stream.poison().size(),
                arrivals.rejected(),
                arrivals.misjudged(),
                totals.calls(),
                totals.billedBytes(),
                mapping.invocations(),
                mapping.failedInvocations(),
                mapping.partialResponses(),
                environments.started(),
                weather,
                Duration.ofNanos(System.nanoTime() - start));
    }

    private List<String> settings(Combination combination, EmbeddedFirehose firehose) {
        return List.of(
                "--taxi-trips.firehose.endpoint=" + firehose.endpoint(),
                "--taxi-trips.delivery-stream-name=" + TRIPS,
                "--taxi-trips.quarantine.delivery-stream-name=" + QUARANTINE,
                "--taxi-trips.on-exhausted=" + (combination.reportFailures() ? "report-failures" : "fail-batch"),
                "--taxi-trips.retry.memory=" + (combination.memory() ? 20_000 : 0),
                "--taxi-trips.packing.enabled=" + combination.packing(),
                // Packing checks the schema; with the check everywhere, the same trips are clean in every row.
                "--taxi-trips.check-schema=true",
                // As the waits are short, the campaign is over in minutes; the number of retries is the default.
                "--taxi-trips.retry.max-wait=1ms",
                "--taxi-trips.retry.unthrottled-wait=0ms",
                "--taxi-trips.firehose.attempt-timeout=" + patience.toMillis() + "ms",
                "--taxi-trips.firehose.call-timeout=" + 5 * patience.toMillis() + "ms",
                "--logging.level.io.github.taxitrips=off");
    }

    /** Changes the weather before each invocation, and lets the environment die in some. */
    private record FaultyEnvironment(
            FunctionEnvironment environment,
            EmbeddedFirehose firehose,
            Duration tooLate,
            Random random,
            Map<Weather, Integer> weather)
            implements ExecutionEnvironment {

        @Override
        public @Nullable String invoke(KinesisEvent event) {
            // Always the same number of draws, so that the schedule is the same for each row.
            Weather today = Weather.draw(random);
            weather.merge(today, 1, Integer::sum);
            firehose.setFaults(today.faults(tooLate, random.nextLong()));
            boolean dies = random.nextDouble() < DEATHS;
            int call = 1 + random.nextInt(LAST_CALL);
            boolean answered = random.nextBoolean();
            if (dies) {
                environment.dieAt(call, answered);
            }
            return environment.invoke(event);
        }

        @Override
        public void close() {
            environment.close();
        }
    }
}
