package io.github.taxitrips.local;

import io.github.taxitrips.TaxiTripsApplication;
import io.github.taxitrips.local.aws.AwsEndpoint;
import io.github.taxitrips.local.aws.Faults;
import io.github.taxitrips.local.lake.Lake;
import io.github.taxitrips.local.lake.LakeFile;
import io.github.taxitrips.local.mapping.EventSourceMapping;
import io.github.taxitrips.local.mapping.MappingStatus.ShardStatus;
import io.github.taxitrips.local.producer.Replay;
import io.github.taxitrips.local.sql.Hours;
import io.github.taxitrips.local.sql.RefusedException;
import io.github.taxitrips.local.sql.Sql;
import io.github.taxitrips.local.sql.TextTable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** The whole local run in a folder, on ports of its own, without a sample. */
public final class Desk implements AutoCloseable {

    private final ConfigurableApplicationContext context;

    public Desk(Path folder, String... settings) {
        context = new SpringApplicationBuilder(TaxiTripsApplication.class)
                .web(WebApplicationType.SERVLET)
                .run(arguments(folder, settings));
    }

    /** The arguments of the application for a run in a folder, of which those that are given have the last word. */
    static String[] arguments(Path folder, String... settings) {
        Map<String, String> arguments = new LinkedHashMap<>();
        Stream.concat(
                        Stream.of(
                                "--server.port=0",
                                "--taxi-trips.local.firehose-port=0",
                                "--taxi-trips.local.data-lake=" + folder.resolve("lake"),
                                "--taxi-trips.local.stream.folder=" + folder.resolve("stream"),
                                "--taxi-trips.local.mapping.maximum-batching-window=0s",
                                "--taxi-trips.local.faults.throttled-records=0",
                                // A test is short.
                                "--taxi-trips.local.mapping.max-back-off=200ms",
                                "--taxi-trips.retry.max-wait=20ms",
                                "--taxi-trips.retry.unthrottled-wait=20ms",
                                "--taxi-trips.local.replay.trips=0"),
                        Stream.of(settings))
                .forEach(argument -> arguments.put(argument.substring(0, argument.indexOf('=')), argument));
        return arguments.values().toArray(String[]::new);
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    public URI endpoint() {
        return bean(AwsEndpoint.class).uri();
    }

    /** An address of the web endpoint. */
    public URI web(String path) {
        return URI.create("http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port") + path);
    }

    /** Puts records into the stream, as {@code src/bin/desk replay} does. */
    public void replay(String... arguments) {
        String[] all = Stream.concat(
                        Stream.of(arguments), Stream.of("--to", endpoint().toString()))
                .toArray(String[]::new);
        int status = Replay.run(all, System.out);
        if (status != 0) {
            throw new AssertionError("replay ended with status " + status);
        }
    }

    /** Waits until all that is in the stream is done with, and writes all that Firehose has buffered. */
    public void settle() {
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> bean(EventSourceMapping.class).status().shards().stream()
                                .mapToLong(ShardStatus::waiting)
                                .sum()
                        == 0);
        bean(Lake.class).flush();
    }

    /** Waits until all is settled, and takes away the rows and files that there are, and the faults. */
    void clear() throws IOException {
        bean(AwsEndpoint.class).setFaults(Faults.none());
        settle();
        for (LakeFile file : bean(Lake.class).files()) {
            Files.delete(file.path());
        }
    }

    /** Asks once all is settled, and returns the rows of the answer, their cells parted by spaces. */
    public List<String> ask(String statement) {
        settle();
        TextTable answer = new TextTable();
        try {
            bean(Sql.class).query(statement, Hours.ALL, answer);
        } catch (IOException | RefusedException e) {
            throw new AssertionError(statement, e);
        }
        return answer.lines().stream()
                .skip(2)
                .map(line -> line.strip().replaceAll(" +", " "))
                .toList();
    }

    @Override
    public void close() {
        context.close();
    }
}
