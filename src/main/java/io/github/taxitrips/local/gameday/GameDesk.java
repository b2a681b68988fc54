package io.github.taxitrips.local.gameday;

import io.github.taxitrips.TaxiTripsApplication;
import io.github.taxitrips.intake.Rejection;
import io.github.taxitrips.local.aws.AwsEndpoint;
import io.github.taxitrips.local.aws.Faults;
import io.github.taxitrips.local.lake.DeliveryStream;
import io.github.taxitrips.local.lake.Lake;
import io.github.taxitrips.local.lake.LakeFile;
import io.github.taxitrips.local.mapping.EventSourceMapping;
import io.github.taxitrips.local.mapping.MappingStatus.ShardStatus;
import io.github.taxitrips.local.producer.Destination;
import io.github.taxitrips.local.producer.Producer;
import io.github.taxitrips.local.producer.ProducerException;
import io.github.taxitrips.local.producer.RecordSource;
import io.github.taxitrips.local.producer.Redrive;
import io.github.taxitrips.local.producer.TripGenerator;
import io.github.taxitrips.local.sql.Cell;
import io.github.taxitrips.local.sql.Column;
import io.github.taxitrips.local.sql.Hours;
import io.github.taxitrips.local.sql.RefusedException;
import io.github.taxitrips.local.sql.Rows;
import io.github.taxitrips.local.sql.Sql;
import io.github.taxitrips.settings.TaxiTripsProperties;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Statistic;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** The local run in a folder, on free ports, and what was put into its stream. */
final class GameDesk implements AutoCloseable {

    /** How long anything may take. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** Longer than meters keep what they were told. */
    private static final Duration OFTEN = Duration.ofMillis(150);

    private static final List<String> SETTINGS = List.of(
            "--server.port=0",
            "--taxi-trips.local.firehose-port=0",
            "--taxi-trips.local.replay.trips=0",
            "--taxi-trips.local.faults.throttled-records=0",
            "--taxi-trips.local.mapping.maximum-batching-window=0s",
            "--taxi-trips.quarantine.delivery-stream-name=rejected-trips",
            // A game day is short.
            "--taxi-trips.local.mapping.max-back-off=200ms",
            "--taxi-trips.retry.max-wait=20ms",
            "--taxi-trips.retry.unthrottled-wait=20ms");

    /** A trip's id, in a record or in a line of the quarantine. */
    private static final Pattern ID = Pattern.compile("trip_id\\\\?\":(\\d+)");

    private final Path folder;
    private final TripGenerator generator = new TripGenerator(1);
    private final Set<Long> trips = new HashSet<>();
    private final Set<Long> unclean = new HashSet<>();
    private List<String> own;
    private ConfigurableApplicationContext context;
    private long sent;
    private long refused;

    /**
     * @param folder an empty folder
     * @param settings settings of the application as arguments, beside those of any game day
     */
    GameDesk(Path folder, List<String> settings) {
        this.folder = folder;
        this.own = settings;
        this.context = start(settings);
    }

    private ConfigurableApplicationContext start(List<String> settings) {
        return new SpringApplicationBuilder(TaxiTripsApplication.class)
                .web(WebApplicationType.SERVLET)
                .registerShutdownHook(false)
                .initializers(starting -> starting.addBeanFactoryPostProcessor(
                        beans -> ((BeanDefinitionRegistry) beans).removeBeanDefinition("startupNotice")))
                .run(Stream.of(
                                SETTINGS,
                                List.of(
                                        "--taxi-trips.local.data-lake=" + lake(),
                                        "--taxi-trips.local.stream.folder=" + folder.resolve("stream")),
                                settings)
                        .flatMap(List::stream)
                        .toArray(String[]::new));
    }

    /** Stops the application, and starts it with other settings. */
    void restart(String... settings) {
        context.close();
        own = List.of(settings);
        context = start(own);
    }

    /** Whether it has no settings but those of any game day. */
    boolean hasUsualSettings() {
        return own.isEmpty();
    }

    /** Begins to count anew what is sent, and what is lost of it. */
    void forget() {
        trips.clear();
        unclean.clear();
        sent = 0;
        refused = 0;
    }

    /** The folder that stands in for the bucket. */
    Path lake() {
        return folder.resolve("lake");
    }

    /** A place beside it. */
    Path beside(String name) {
        return folder.resolve(name);
    }

    /** Returns a bean of the application. */
    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    void setFaults(Faults faults) {
        bean(AwsEndpoint.class).setFaults(faults);
    }

    /** Sends clean trips. */
    void sendTrips(int count) throws InterruptedException {
        send(count, generator::record, trips);
    }

    /** Sends trips that are to be in the table in the end, in other words. */
    void sendTrips(int count, String pattern, String replacement) throws InterruptedException {
        send(
                count,
                () -> new String(generator.record(), StandardCharsets.UTF_8)
                        .replaceAll(pattern, replacement)
                        .getBytes(StandardCharsets.UTF_8),
                trips);
    }

    /** Sends records that are to be in the quarantine. */
    void sendUnclean(int count, Rejection kind) throws InterruptedException {
        send(count, () -> generator.unclean(kind), unclean);
    }

    /** Has the unclean records that were sent looked for in the table as well. */
    void expectUncleanInTheTable() {
        trips.addAll(unclean);
    }

    private void send(int count, Supplier<byte[]> records, Set<Long> expected) throws InterruptedException {
        Queue<byte[]> left =
                new ArrayDeque<>(Stream.generate(records).limit(count).toList());
        left.forEach(record -> expected.addAll(ids(new String(record, StandardCharsets.UTF_8))));
        RecordSource source = new RecordSource() {
            @Override
            public @Nullable Item next() {
                byte[] record = left.poll();
                return record == null ? null : new Item(record, null);
            }

            @Override
            public Progress progress() {
                return new Progress((long) count - left.size(), count);
            }
        };
        TaxiTripsProperties properties = bean(TaxiTripsProperties.class);
        try (KinesisClient client = new Destination(bean(AwsEndpoint.class).uri()).client()) {
            Producer producer = new Producer(
                    client,
                    properties.table(),
                    new Producer.Settings(properties.local().stream().name(), 0, 0, false, 1, 0));
            producer.run(source);
            refused += producer.progress().throttled();
            sent += count;
        } catch (IOException | ProducerException e) {
            throw new IllegalStateException("The stream did not take the records: " + e.getMessage(), e);
        }
    }

    /** Records that the stream refused, each as often as it did. */
    double refused() {
        return refused;
    }

    /** Returns a statistic of a meter, the sum over its tags; for gauges and counters {@code VALUE} and {@code COUNT}. */
    double meter(String name, Statistic statistic) {
        double sum = 0;
        for (Meter meter : bean(MeterRegistry.class).get(name).meters()) {
            sum += StreamSupport.stream(meter.measure().spliterator(), false)
                    .filter(measurement -> measurement.getStatistic() == statistic)
                    .mapToDouble(Measurement::getValue)
                    .sum();
        }
        return sum;
    }

    /** Does what {@code src/bin/desk redrive} does, whatever it was sent before. */
    void redrive(String kind, String place, String... more) {
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        String[] arguments = Stream.concat(
                        Stream.of(
                                kind,
                                lake().resolve(place).toString(),
                                "--done",
                                folder.resolve("redriven.txt").toString(),
                                "--to",
                                bean(AwsEndpoint.class).uri().toString()),
                        Stream.of(more))
                .toArray(String[]::new);
        int status = Redrive.run(arguments, new PrintStream(told, true, StandardCharsets.UTF_8));
        if (status != 0) {
            throw new IllegalStateException(
                    "redrive " + kind + " ended with status " + status + ": " + told.toString(StandardCharsets.UTF_8));
        }
    }

    /** Waits until something is so, and returns whether it came to that within a minute. */
    static boolean await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        do {
            Thread.sleep(OFTEN.toMillis());
            if (condition.getAsBoolean()) {
                return true;
            }
        } while (System.nanoTime() < end);
        return false;
    }

    /** Waits until all that is in the stream is done with, and writes what Firehose has buffered. */
    boolean settle() throws InterruptedException {
        boolean settled = await(() -> bean(EventSourceMapping.class).status().shards().stream()
                        .mapToLong(ShardStatus::waiting)
                        .sum()
                == 0);
        bean(Lake.class).flush();
        Thread.sleep(OFTEN.toMillis());
        return settled;
    }

    /** Records that were sent so far. */
    long sent() {
        return sent;
    }

    /** Returns how many trips are not in the table, and how many unclean records not in the quarantine. */
    int lost() throws IOException, RefusedException {
        Set<Long> missingTrips = new HashSet<>(trips);
        bean(Sql.class).query("SELECT DISTINCT trip_id FROM nyctaxitrips", Hours.ALL, new Rows() {
            @Override
            public void columns(List<Column> columns) {}

            @Override
            public void row(List<Cell> cells) {
                missingTrips.remove(Long.valueOf(String.valueOf(cells.get(0).text())));
            }
        });
        Set<Long> missingUnclean = new HashSet<>(unclean);
        for (LakeFile file : bean(Lake.class).files()) {
            if (file.folder().equals(DeliveryStream.QUARANTINE)) {
                try (InputStream lines = new GZIPInputStream(Files.newInputStream(file.path()))) {
                    missingUnclean.removeAll(ids(new String(lines.readAllBytes(), StandardCharsets.UTF_8)));
                }
            }
        }
        return missingTrips.size() + missingUnclean.size();
    }

    private static Set<Long> ids(String text) {
        return ID.matcher(text).results().map(id -> Long.valueOf(id.group(1))).collect(Collectors.toSet());
    }

    @Override
    public void close() {
        context.close();
    }
}
