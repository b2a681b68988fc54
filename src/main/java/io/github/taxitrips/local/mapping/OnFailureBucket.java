package io.github.taxitrips.local.mapping;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Consumer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A folder that stands in for the S3 bucket that is a mapping's on-failure destination. An object for each batch that is
 * given up, named {@code aws/lambda/<mapping>/<shard>/yyyy/MM/dd/yyyy-MM-ddTHH.mm.ss-<uuid>}, with the event as its
 * {@code payload}: AWS Lambda Developer Guide, "Retain discarded batch records for a Kinesis Data Streams event source in
 * Lambda". The function takes such an object as an event.
 *
 * <p>The guide shows no record that was given up before any invocation; such a one has no {@code responseContext} here, and
 * one whose last invocation did not fail no {@code functionError}. The id of the request is made up.
 */
public final class OnFailureBucket implements Consumer<DiscardedBatch> {

    /** The function's ARN, by the names that the template gives. */
    private static final String FUNCTION_ARN =
            "arn:aws:lambda:us-east-1:123456789012:function:" + LambdaEnvironment.FUNCTION_NAME;

    private static final JsonMapper JSON = new JsonMapper();

    // uuuu is the calendar year; YYYY would be the week-based one.
    private static final DateTimeFormatter FOLDER = utc("uuuu/MM/dd");
    private static final DateTimeFormatter NAME = utc("uuuu-MM-dd'T'HH.mm.ss");
    private static final DateTimeFormatter TIMESTAMP = utc("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'");

    private final Path root;
    private final UUID mapping;
    private final InstantSource clock;

    /**
     * @param root the folder, which is made when it is needed
     * @param mapping the mapping's id, the same after a restart
     * @param clock tells when batches are given up
     */
    public OnFailureBucket(Path root, UUID mapping, InstantSource clock) {
        this.root = root;
        this.mapping = mapping;
        this.clock = clock;
    }

    /**
     * Writes the object, which appears whole and is on the disk then.
     *
     * @throws UncheckedIOException if it cannot be written
     */
    @Override
    public void accept(DiscardedBatch batch) {
        Instant now = clock.instant();
        Path folder = root.resolve("aws/lambda/%s/%s/%s".formatted(mapping, batch.shardId(), FOLDER.format(now)));
        String name = NAME.format(now) + "-" + UUID.randomUUID();
        Path aside = folder.resolve("." + name);
        try {
            Files.createDirectories(folder);
            try (FileChannel channel =
                    FileChannel.open(aside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(object(batch, now).getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(aside, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            try {
                Files.deleteIfExists(aside);
            } catch (IOException left) {
                e.addSuppressed(left);
            }
            throw new UncheckedIOException("Cannot write a batch that is given up to " + folder, e);
        }
    }

    private static String object(DiscardedBatch batch, Instant now) {
        List<KinesisEventRecord> records = batch.records();
        KinesisEventRecord first = records.get(0);
        KinesisEventRecord last = records.get(records.size() - 1);
        ObjectNode object = JSON.createObjectNode();
        object.putObject("requestContext")
                .put("requestId", UUID.randomUUID().toString())
                .put("functionArn", FUNCTION_ARN)
                .put("condition", batch.condition().toString())
                .put("approximateInvokeCount", batch.invocations());
        if (batch.invocations() > 0) {
            ObjectNode response = object.putObject("responseContext")
                    .put("statusCode", 200)
                    .put("executedVersion", LambdaEnvironment.VERSION);
            if (batch.functionError()) {
                response.put("functionError", "Unhandled");
            }
        }
        object.put("version", "1.0").put("timestamp", TIMESTAMP.format(now));
        object.putObject("KinesisBatchInfo")
                .put("shardId", batch.shardId())
                .put("startSequenceNumber", first.getKinesis().getSequenceNumber())
                .put("endSequenceNumber", last.getKinesis().getSequenceNumber())
                .put("approximateArrivalOfFirstRecord", TIMESTAMP.format(KinesisRecords.arrival(first)))
                .put("approximateArrivalOfLastRecord", TIMESTAMP.format(KinesisRecords.arrival(last)))
                .put("batchSize", records.size())
                .put("streamArn", first.getEventSourceARN());
        object.put("payload", KinesisEventJson.event(batch.shardId(), records, batch.window()));
        return object.toString();
    }

    private static DateTimeFormatter utc(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
    }
}
