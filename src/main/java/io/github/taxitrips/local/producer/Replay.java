package io.github.taxitrips.local.producer;

import io.github.taxitrips.settings.SettingsValidator;
import io.github.taxitrips.settings.Table;
import io.github.taxitrips.settings.TaxiTripsProperties;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** Puts records into a stream from a terminal. {@code --help} tells how. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description =
                "Puts records into a Kinesis stream: those of files, or generated ones. Files are JSON lines, or CSV with the columns of the TLC's trip records up to June 2016 or of the table, plain or gzip. Ctrl-C ends it and says how to go on.")
public final class Replay implements Callable<Integer> {

    private static final String DESK = "desk";
    private static final String ACCOUNT = "account";
    private static final long GENERATED = 1_000;

    /** How long an end that is asked for waits for the answers of calls. */
    private static final Duration GRACE = Duration.ofSeconds(20);

    @Parameters(
            paramLabel = "FILE",
            description = "Files to send, one after the other. Without any, records are generated.")
    private List<Path> files = new ArrayList<>();

    @Option(
            names = "--to",
            paramLabel = "WHERE",
            defaultValue = DESK,
            description =
                    "desk: the local run on this machine (the default); account: AWS, with your credentials and region; or the URL of an endpoint that speaks Kinesis.")
    private String to = DESK;

    @Option(names = "--stream", paramLabel = "NAME", description = "The stream. Default: taxi-trips.local.stream.name.")
    private @Nullable String stream;

    @Option(
            names = "--records",
            paramLabel = "N",
            description = "Most records to send. Default: all of the files, or 1,000 generated ones. 0: without end.")
    private @Nullable Long records;

    @Option(names = "--rate", paramLabel = "N", description = "Records a second. Default: as many as go.")
    private double rate;

    @Option(
            names = "--speed-up",
            paramLabel = "FACTOR",
            description =
                    "Sends records by their own times, so many times faster; files have to be in their order. Default: regardless of them.")
    private double speedUp;

    @Option(names = "--aggregate", description = "Aggregates records as the Kinesis Producer Library does.")
    private boolean aggregate;

    @Option(
            names = "--unclean",
            paramLabel = "SHARE",
            description = "Share of unclean records to mix in, of every kind, 0 to 1. Default: 0.")
    private double unclean;

    @Option(
            names = "--duplicates",
            paramLabel = "SHARE",
            description = "Share of copies of earlier records to mix in, 0 to 1. Default: 0.")
    private double duplicates;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of all that is generated. Default: 1.")
    private long seed = 1;

    @Option(
            names = "--skip",
            paramLabel = "N",
            description = "Leaves out the first N records, to go on where an earlier run ended. Default: 0.")
    private long skip;

    @Option(
            names = "--concurrency",
            paramLabel = "N",
            defaultValue = "4",
            description = "Calls under way at once, 1 to 64. Default: 4.")
    private int concurrency = 4;

    private final PrintStream out;

    /** @param out where the summary goes; the progress goes to standard error */
    Replay(PrintStream out) {
        this.out = out;
    }

    /** Sends, prints, and exits: with status 1 and words if not all was taken, 2 for options that are wrong. */
    public static void main(String[] args) {
        System.exit(run(args, System.out));
    }

    static int run(String[] args, PrintStream out) {
        return new CommandLine(new Replay(out))
                .setParameterExceptionHandler((e, arguments) -> {
                    System.err.println(e.getMessage() + "; --help tells what there is");
                    return CommandLine.ExitCode.USAGE;
                })
                .execute(args);
    }

    @Override
    public Integer call() throws InterruptedException {
        Destination destination = check();
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Settings.class)
                .web(WebApplicationType.NONE)
                .run()) {
            return send(context.getBean(TaxiTripsProperties.class), destination);
        } catch (IOException | IllegalArgumentException e) {
            System.err.println(e.getMessage());
        } catch (SdkClientException e) {
            String message = String.valueOf(e.getMessage());
            System.err.println(
                    message.startsWith("Unable to load region")
                            ? "There is no region: set AWS_REGION, or one in the profile"
                            : message);
        }
        return 1;
    }

    private @Nullable Destination check() {
        require(rate >= 0, "--rate must be no less than 0, not " + rate);
        require(speedUp >= 0, "--speed-up must be no less than 0, not " + speedUp);
        require(speedUp == 0 || !files.isEmpty(), "--speed-up needs files: generated records are in no order of time");
        require(records == null || records >= 0, "--records must be no less than 0, not " + records);
        require(skip >= 0, "--skip must be no less than 0, not " + skip);
        require(concurrency >= 1 && concurrency <= 64, "--concurrency must be from 1 to 64, not " + concurrency);
        if (to.equals(DESK) || to.equals(ACCOUNT)) {
            return to.equals(DESK) ? null : Destination.ACCOUNT;
        }
        URI endpoint = null;
        try {
            endpoint = URI.create(to);
        } catch (IllegalArgumentException e) {
            // told below
        }
        require(
                endpoint != null && endpoint.getHost() != null,
                "--to must be desk, account or a URL such as http://127.0.0.1:8081, not " + to);
        return new Destination(endpoint);
    }

    private void require(boolean condition, String problem) {
        if (!condition) {
            throw new ParameterException(new CommandLine(this), problem);
        }
    }

    private int send(TaxiTripsProperties properties, @Nullable Destination asked)
            throws IOException, InterruptedException {
        Table table = properties.table();
        Destination destination =
                asked == null ? Destination.here(properties.local().firehosePort()) : asked;
        String name = stream == null ? "input-stream" : stream;
        Mix.Shares shares = new Mix.Shares(unclean, duplicates);
        RecordSource source = files.isEmpty() ? new GeneratedRecords(table, seed) : new RecordFiles(files, table);
        long most = records == null ? files.isEmpty() ? GENERATED : 0 : records;
        try (Mix mix = new Mix(source, shares, most == 0 ? Long.MAX_VALUE : most, table, seed);
                KinesisClient client = destination.client()) {
            Producer producer = new Producer(
                    client, table, new Producer.Settings(name, rate, speedUp, aggregate, concurrency, skip));
            return run(producer, mix, name + " at " + destination);
        }
    }

    /** Runs to the end, or until the process is asked to end, and tells what came of it. */
    private int run(Producer producer, Mix mix, String where) throws InterruptedException {
        CountDownLatch told = new CountDownLatch(1);
        Thread end = new Thread(() -> {
            producer.cancel();
            try {
                told.await(GRACE.toSeconds(), TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Runtime.getRuntime().addShutdownHook(end);
        long start = System.nanoTime();
        String trouble = null;
        ProgressLine line = new ProgressLine(mix, producer);
        try (line) {
            producer.run(mix);
        } catch (IOException | ProducerException e) {
            trouble = e.getMessage();
        }
        try {
            print(producer.progress(), mix, where, (System.nanoTime() - start) / 1e9);
            if (trouble != null) {
                System.err.println(trouble);
            }
        } finally {
            told.countDown();
        }
        return trouble == null ? 0 : 1;
    }

    private void print(Producer.Progress done, Mix mix, String where, double seconds) {
        out.printf(
                "%,d records to %s in %,.1f s, %,.0f a second%n",
                done.records(), where, seconds, done.records() / seconds);
        out.printf("  %-16s %,9d%n", "unclean", mix.unclean());
        out.printf("  %-16s %,9d%n", "duplicates", mix.duplicates());
        out.printf(
                "  %-16s %,9d  in %,d calls, %,d bytes%n",
                "Kinesis records", done.kinesisRecords(), done.calls(), done.bytes());
        out.printf("  %-16s %,9d%n", "sent again", done.throttled());
        if (done.failedCalls() > 0) {
            out.printf("  %-16s %,9d%n", "failed calls", done.failedCalls());
        }
        if (done.tooLarge() > 0) {
            out.printf("  %-16s %,9d  larger than the 1 MiB that a stream takes%n", "left out", done.tooLarge());
        }
        out.printf("To go on after these: --skip %d%n", done.position());
    }

    @EnableConfigurationProperties(TaxiTripsProperties.class)
    static final class Settings {

        @Bean(EnableConfigurationProperties.VALIDATOR_BEAN_NAME)
        @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
        static SettingsValidator settingsValidator(Environment environment) {
            return new SettingsValidator(environment);
        }
    }
}
