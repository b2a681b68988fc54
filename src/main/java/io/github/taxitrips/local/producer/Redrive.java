package io.github.taxitrips.local.producer;

import io.github.taxitrips.settings.TaxiTripsProperties;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.BitSet;
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

    @Option(names = "--done", paramLabel = "FILE", description = "Where what was sent is noted. Default: redriven.txt.")
    private Path done = Path.of("redriven.txt");

    @Option(
            names = "--s3-endpoint",
            paramLabel = "URL",
            description = "An endpoint that speaks S3. Default: that of AWS.")
    private @Nullable URI s3Endpoint;

    @Mixin
    private Target target = new Target();

    private final PrintStream out;
    private long sent;
    private long before;
    private long truncated;
    private int troubles;

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
        Done sentBefore = new Done(done);
        try (Ending ending = new Ending();
                Bucket bucket = Bucket.of(place, s3Endpoint);
                KinesisClient client = destination.client()) {
            List<String> names = bucket.names();
            for (int i = 0; i < names.size() && !ending.isAsked(); i++) {
                Producer producer = new Producer(
                        client,
                        properties.table(),
                        new Producer.Settings(stream, target.rate(), 0, false, target.concurrency(), 0));
                ending.watch(producer);
                String result = redrive(of, bucket, names.get(i), sentBefore, producer);
                out.printf("%d of %d  %s: %s%n", i + 1, names.size(), names.get(i), result);
            }
            out.printf(
                    "%,d records %s %s at %s, %,d were sent before%n",
                    sent, dryRun ? "would go to" : "sent to", stream, destination, before);
            if (truncated > 0) {
                out.printf("%,d could not be sent: the quarantine has only their beginning%n", truncated);
            }
            if (troubles > 0) {
                out.printf("%,d objects were not done%n", troubles);
            }
            return troubles > 0 || ending.isAsked() ? 1 : 0;
        }
    }

    /** Sends what is left of an object, and returns what came of it. An object that cannot be done keeps no other from it. */
    private String redrive(SetAsideRecords.Kind of, Bucket bucket, String name, Done sentBefore, Producer producer)
            throws InterruptedException {
        BitSet old = sentBefore.of(name);
        before += old.cardinality();
        try (SetAsideRecords records =
                new SetAsideRecords(of, bucket.open(name), new SetAsideRecords.Filter(reason, from, until), old)) {
            if (dryRun) {
                while (records.next() != null) {
                    // only counted
                }
                return count(records, records.given());
            }
            try {
                producer.run(records);
            } finally {
                BitSet taken = first(records.given(), producer.progress().position());
                sentBefore.add(name, taken);
                count(records, taken);
            }
            return "%,d records".formatted(producer.progress().position());
        } catch (IOException | ProducerException e) {
            troubles++;
            return "not done: " + e.getMessage();
        }
    }

    private String count(SetAsideRecords records, BitSet taken) {
        sent += taken.cardinality();
        truncated += records.truncated();
        return "%,d records".formatted(taken.cardinality());
    }

    private static BitSet first(BitSet numbers, long count) {
        BitSet first = new BitSet();
        numbers.stream().limit(count).forEach(first::set);
        return first;
    }
}
