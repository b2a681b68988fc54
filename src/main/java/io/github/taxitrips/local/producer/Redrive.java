package io.github.taxitrips.local.producer;

import io.github.taxitrips.settings.TaxiTripsProperties;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * Puts records that were set aside back into a stream from a terminal, each once however often it is started. {@code --help}
 * tells how.
 */
@Command(
        name = "redrive",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description =
                "Puts records that were set aside back into a stream: batches that Lambda gave up (failed), lines of the quarantine (quarantine), or what Firehose could not convert (errors). Objects are read and left as they are; what was sent is noted in a file, so that a second run sends nothing twice.")
public final class Redrive implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "KIND", description = "failed, quarantine or errors.")
    private String kind = "";

    @Parameters(
            index = "1",
            paramLabel = "PLACE",
            description = "A folder, a file, or s3://bucket/prefix, under which everything is of this kind.")
    private String place = "";

    @Option(
            names = "--reason",
            paramLabel = "REASON",
            description = "Of the quarantine, only this reason: zero, or zero:pickup_latitude.")
    private @Nullable String reason;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "Of the quarantine, only what arrived then or later: 2026-11-29T10:00:00Z.")
    private @Nullable Instant from;

    @Option(names = "--until", paramLabel = "TIME", description = "Of the quarantine, only what arrived before.")
    private @Nullable Instant until;

    @Option(names = "--dry-run", description = "Counts, and sends nothing.")
    private boolean dryRun;

    @Option(
            names = "--done",
            paramLabel = "FILE",
            description =
                    "Where what was sent is noted. Default: redriven.txt; for what is in the desk's lake, .redriven in that, which the console goes by as well.")
    private @Nullable Path done;

    @Option(
            names = "--s3-endpoint",
            paramLabel = "URL",
            description = "An endpoint that speaks S3. Default: that of AWS.")
    private @Nullable URI s3Endpoint;

    @Mixin
    private Target target = new Target();

    private final PrintStream out;

    /** @param out where it is told what was done */
    Redrive(PrintStream out) {
        this.out = out;
    }

    /** Sends, prints, and exits: with status 1 and words if not all was taken, 2 for arguments that are wrong. */
    public static void main(String[] args) {
        System.exit(run(args, System.out));
    }

    /** Does what {@link #main} does, and returns the status in place of exiting. */
    public static int run(String[] args, PrintStream out) {
        return Target.execute(new Redrive(out), args);
    }

    @Override
    public Integer call() throws InterruptedException {
        SetAsideRecords.Kind of = kind();
        boolean filtered = reason != null || from != null || until != null;
        target.require(
                !filtered || of == SetAsideRecords.Kind.QUARANTINE,
                "--reason, --from and --until are for the quarantine alone");
        return target.run((properties, stream, destination) -> redrive(of, properties, stream, destination));
    }

    private SetAsideRecords.Kind kind() {
        for (SetAsideRecords.Kind one : SetAsideRecords.Kind.values()) {
            if (one.name().toLowerCase(Locale.ROOT).equals(kind)) {
                return one;
            }
        }
        target.require(false, "KIND must be failed, quarantine or errors, not " + kind);
        throw new AssertionError();
    }

    private int redrive(SetAsideRecords.Kind of, TaxiTripsProperties properties, String stream, Destination destination)
            throws IOException, InterruptedException {
        Bucket bucket = Bucket.of(place, s3Endpoint);
        List<String> names = bucket.names();
        int[] objects = {0};
        try (Ending ending = new Ending();
                KinesisClient client = destination.client();
                SetAsideObjects records = new SetAsideObjects(
                                of,
                                bucket,
                                names,
                                new QuarantineFilter(reason, from, until),
                                new SentAgain(
                                        done == null ? note(properties.local().dataLake()) : done))
                        .tell((name, told) ->
                                out.printf("%d of %d  %s: %s%n", ++objects[0], names.size(), name, told))) {
            String trouble = dryRun ? "" : send(records, properties, stream, client, ending);
            long sent = dryRun ? count(records) : records.sent();
            out.printf(
                    "%,d records %s %s at %s, %,d were sent before%n",
                    sent, dryRun ? "would go to" : "sent to", stream, destination, records.before());
            if (records.truncated() > 0) {
                out.printf("%,d could not be sent: the quarantine has only their beginning%n", records.truncated());
            }
            if (records.tooLarge() > 0) {
                out.printf("%,d could not be sent: larger than the 1 MiB that a stream takes%n", records.tooLarge());
            }
            if (records.troubles() > 0) {
                out.printf("%,d objects were not done%n", records.troubles());
            }
            if (!trouble.isEmpty()) {
                out.println(trouble);
            }
            boolean isDone = records.troubles() == 0 && records.tooLarge() == 0 && trouble.isEmpty();
            return isDone && !ending.isAsked() ? 0 : 1;
        }
    }

    /** Sends what is left, and returns what keeps it from being sent. */
    private String send(
            SetAsideObjects records, TaxiTripsProperties properties, String stream, KinesisClient client, Ending ending)
            throws IOException, InterruptedException {
        Producer producer = new Producer(
                client,
                properties.table(),
                new Producer.Settings(stream, target.rate(), 0, false, target.concurrency(), 0));
        records.follow(() -> producer.progress().position());
        ending.watch(producer);
        try {
            producer.run(records);
            return "";
        } catch (ProducerException e) {
            return String.valueOf(e.getMessage());
        } finally {
            records.noteAnswered();
        }
    }

    private static long count(SetAsideObjects records) throws IOException {
        while (records.next() != null) {
            // only counted
        }
        return records.progress().done();
    }

    /** Where what lies in the desk's lake is noted is known to the console; the rest is noted here. */
    private Path note(Path lake) {
        boolean isOfLake = !place.startsWith(Bucket.S3)
                && Path.of(SentAgain.key(place)).startsWith(Path.of(SentAgain.key(lake.toString())));
        return isOfLake ? SentAgain.of(lake) : Path.of("redriven.txt");
    }
}
