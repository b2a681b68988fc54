package io.github.taxitrips.local.producer;

import io.github.taxitrips.settings.Table;
import io.github.taxitrips.settings.TaxiTripsProperties;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
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

    private static final long GENERATED = 1_000;

    @Parameters(
            paramLabel = "FILE",
            description = "Files to send, one after the other. Without any, records are generated.")
    private List<Path> files = new ArrayList<>();

    @Mixin
    private Target target = new Target();

    @Option(
            names = "--records",
            paramLabel = "N",
            description = "Most records to send. Default: all of the files, or 1,000 generated ones. 0: without end.")
    private @Nullable Long records;

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
            description = "Seed of all that is generated. Default: another one each time.")
    private @Nullable Long seed;

    @Option(
            names = "--skip",
            paramLabel = "N",
            description = "Leaves out the first N records, to go on where an earlier run ended. Default: 0.")
    private long skip;

    private final PrintStream out;

    /** @param out where the summary goes; the progress goes to standard error */
    Replay(PrintStream out) {
        this.out = out;
    }

    /** Sends, prints, and exits: with status 1 and words if not all was taken, 2 for options that are wrong. */
    public static void main(String[] args) {
        System.exit(run(args, System.out));
    }

    /** Does what {@link #main} does, and returns the status in place of exiting. */
    public static int run(String[] args, PrintStream out) {
        return Target.execute(new Replay(out), args);
    }

    @Override
    public Integer call() throws InterruptedException {
        target.require(speedUp >= 0, "--speed-up must be no less than 0, not " + speedUp);
        target.require(
                speedUp == 0 || !files.isEmpty(), "--speed-up needs files: generated records are in no order of time");
        target.require(records == null || records >= 0, "--records must be no less than 0, not " + records);
        target.require(skip >= 0, "--skip must be no less than 0, not " + skip);
        target.require(
                skip == 0 || seed != null || (!files.isEmpty() && unclean == 0 && duplicates == 0),
                "--skip needs the --seed that the earlier run told: with another one, records are others");
        return target.run(this::send);
    }

    private int send(TaxiTripsProperties properties, String stream, Destination destination)
            throws IOException, InterruptedException {
        Table table = properties.table();
        long seed = this.seed == null ? System.currentTimeMillis() : this.seed;
        Mix.Shares shares = new Mix.Shares(unclean, duplicates);
        RecordSource source = files.isEmpty()
                ? new GeneratedRecords(table, seed, GeneratedRecords.firstId(table, seed))
                : new RecordFiles(files, table);
        long most = records == null ? files.isEmpty() ? GENERATED : 0 : records;
        try (Mix mix = new Mix(source, shares, most == 0 ? Long.MAX_VALUE : most, table, seed);
                KinesisClient client = destination.client()) {
            Producer producer = new Producer(
                    client,
                    table,
                    new Producer.Settings(stream, target.rate(), speedUp, aggregate, target.concurrency(), skip));
            return run(producer, mix, stream + " at " + destination, seed);
        }
    }

    /** Runs to the end, or until the process is asked to end, and tells what came of it. */
    private int run(Producer producer, Mix mix, String where, long seed) throws InterruptedException {
        long start = System.nanoTime();
        String trouble = null;
        try (Ending ending = new Ending()) {
            ending.watch(producer);
            ProgressLine line = new ProgressLine(mix, producer);
            try (line) {
                producer.run(mix);
            } catch (IOException | ProducerException e) {
                trouble = e.getMessage();
            }
            print(producer.progress(), mix, where, (System.nanoTime() - start) / 1e9);
            out.printf(
                    "To go on after these: --seed %d --skip %d%n",
                    seed, producer.progress().position());
            if (trouble != null) {
                System.err.println(trouble);
            }
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
    }
}
