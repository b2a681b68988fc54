package io.github.taxitrips.local.kinesis;

import io.github.taxitrips.local.aws.AwsEndpoint;
import io.github.taxitrips.local.aws.Faults;
import io.github.taxitrips.local.producer.TripGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.springframework.boot.DefaultApplicationArguments;
import org.springframework.util.FileSystemUtils;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkSystemSetting;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/**
 * Measures how fast a stream of two shards takes trips in calls of 500, and how fast they are read again.
 *
 * <pre>mvn -q spring-boot:test-run -Dspring-boot.run.main-class=io.github.taxitrips.local.kinesis.StreamRate \
 *     -Dspring-boot.run.arguments="--records=2000000 --http"</pre>
 *
 * {@code --http} sends them with the AWS client from this process, in CBOR, or with {@code --json} in JSON; without, they are put
 * as the endpoint would.
 */
final class StreamRate {

    private static final String STREAM = "input-stream";
    private static final int CALL = 500;
    private static final int CLIENTS = 4;
    private static final int SAMPLE = 50_000;

    private StreamRate() {}

    public static void main(String[] args) throws Exception {
        DefaultApplicationArguments arguments = new DefaultApplicationArguments(args);
        int records = arguments.containsOption("records")
                ? Integer.parseInt(arguments.getOptionValues("records").get(0))
                : 2_000_000;
        Path folder = Files.createTempDirectory("stream-rate");
        try (KinesisStreams streams = new KinesisStreams(folder, false, InstantSource.system())) {
            KinesisStream stream = streams.provide(KinesisLab.settings(STREAM, 2));
            List<List<PutEntry>> calls = calls();
            int rounds = Math.max(1, records / SAMPLE);
            long start = System.nanoTime();
            if (arguments.containsOption("http")) {
                put(streams, calls, rounds, !arguments.containsOption("json"));
            } else {
                for (int i = 0; i < rounds; i++) {
                    calls.forEach(stream::put);
                }
            }
            double put = (System.nanoTime() - start) / 1e9;
            start = System.nanoTime();
            long read = 0;
            for (StreamShard shard : stream.shards()) {
                String position = null;
                for (List<StoredRecord> page = shard.read(position, 10_000, 10 << 20);
                        !page.isEmpty();
                        page = shard.read(position, 10_000, 10 << 20)) {
                    position = page.get(page.size() - 1).sequenceNumber();
                    read += page.size();
                }
            }
            double taken = (System.nanoTime() - start) / 1e9;
            System.out.printf(
                    "%s %,d records: put in %.1f s, %,.0f records/s; read in %.1f s, %,.0f records/s; heap %,d MB,"
                            + " resident at most %s%n",
                    String.join(" ", args),
                    read,
                    put,
                    read / put,
                    taken,
                    read / taken,
                    (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) >> 20,
                    resident());
        } finally {
            FileSystemUtils.deleteRecursively(folder);
        }
    }

    private static List<List<PutEntry>> calls() {
        TripGenerator generator = new TripGenerator(1);
        List<List<PutEntry>> calls = new ArrayList<>();
        for (int i = 0; i < SAMPLE; i++) {
            if (i % CALL == 0) {
                calls.add(new ArrayList<>());
            }
            calls.get(calls.size() - 1).add(new PutEntry(Integer.toString(i), null, generator.record()));
        }
        return calls;
    }

    private static void put(KinesisStreams streams, List<List<PutEntry>> calls, int rounds, boolean cbor)
            throws InterruptedException, ExecutionException {
        System.setProperty(SdkSystemSetting.CBOR_ENABLED.property(), Boolean.toString(cbor));
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try (AwsEndpoint endpoint = new AwsEndpoint(0, Faults.none(), new KinesisApi(streams, InstantSource.system()));
                KinesisClient client = KinesisClient.builder()
                        .httpClient(UrlConnectionHttpClient.create())
                        .region(Region.US_EAST_1)
                        .credentialsProvider(
                                StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")))
                        .endpointOverride(endpoint.uri())
                        .build()) {
            List<List<PutRecordsRequestEntry>> requests = calls.stream()
                    .map(call -> call.stream()
                            .map(entry -> PutRecordsRequestEntry.builder()
                                    .partitionKey(entry.partitionKey())
                                    .data(SdkBytes.fromByteArrayUnsafe(entry.data()))
                                    .build())
                            .toList())
                    .toList();
            List<Future<?>> puts = new ArrayList<>();
            for (int i = 0; i < rounds; i++) {
                for (List<PutRecordsRequestEntry> records : requests) {
                    puts.add(clients.submit(() -> client.putRecords(
                            request -> request.streamName(STREAM).records(records))));
                }
            }
            for (Future<?> put : puts) {
                put.get();
            }
        } finally {
            clients.shutdown();
            System.clearProperty(SdkSystemSetting.CBOR_ENABLED.property());
        }
    }

    private static String resident() throws IOException {
        Path status = Path.of("/proc/self/status");
        return Files.exists(status)
                ? Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("VmHWM"))
                        .map(line -> line.replaceAll("\\D", "") + " kB")
                        .findFirst()
                        .orElse("unknown")
                : "unknown";
    }
}
