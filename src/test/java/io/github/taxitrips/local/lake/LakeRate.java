package io.github.taxitrips.local.lake;

import io.github.taxitrips.local.aws.AwsEndpoint;
import io.github.taxitrips.local.aws.Faults;
import io.github.taxitrips.local.firehose.FirehoseApi;
import io.github.taxitrips.local.producer.TripGenerator;
import io.github.taxitrips.settings.TaxiTripsProperties.Buffering;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
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
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.firehose.model.Record;

/**
 * Measures how fast trips become Parquet, from the first call until the last file is there.
 *
 * <pre>mvn -q spring-boot:test-run -Dspring-boot.run.main-class=io.github.taxitrips.local.lake.LakeRate \
 *     -Dspring-boot.run.arguments="--trips=2000000 --packed --http"</pre>
 *
 * {@code --packed} puts trips together in records of 64 KB, {@code --http} sends them with the AWS client from this process;
 * without, they are handed to the lake as the endpoint would.
 */
final class LakeRate {

    private static final String STREAM = "nyc-taxi-trips";
    private static final int RECORDS_A_CALL = 500;
    private static final int CALL_BYTES = 4 << 20;
    private static final int RECORD_BYTES = 64_000;
    private static final int CLIENTS = 4;
    private static final int SAMPLE = 50_000;

    private LakeRate() {}

    public static void main(String[] args) throws Exception {
        DefaultApplicationArguments arguments = new DefaultApplicationArguments(args);
        int trips = arguments.containsOption("trips")
                ? Integer.parseInt(arguments.getOptionValues("trips").get(0))
                : 2_000_000;
        boolean packed = arguments.containsOption("packed");
        List<List<byte[]>> calls = calls(packed);
        Path folder = Files.createTempDirectory("lake-rate");
        DeliveryStream stream =
                new DeliveryStream(STREAM, "nyctaxitrips", TripGenerator.TABLE, false, new Buffering(64, 900));
        try (Lake lake = new Lake(folder, List.of(stream), Clock.systemUTC())) {
            lake.append(STREAM, calls.get(0));
            lake.flush();
            long warm = rows(lake);
            int rounds = Math.max(1, trips / SAMPLE);
            long start = System.nanoTime();
            if (arguments.containsOption("http")) {
                FirehoseApi firehose = new FirehoseApi(List.of(STREAM), lake, Clock.systemUTC());
                try (AwsEndpoint endpoint = new AwsEndpoint(0, Faults.none(), firehose)) {
                    put(endpoint, calls, rounds);
                }
            } else {
                for (int i = 0; i < rounds; i++) {
                    calls.forEach(call -> lake.append(STREAM, call));
                }
            }
            double taken = (System.nanoTime() - start) / 1e9;
            lake.flush();
            double written = (System.nanoTime() - start) / 1e9;
            long rows = rows(lake) - warm;
            System.out.printf(
                    "%s %,d trips: taken after %.1f s, written after %.1f s, %,.0f trips/s; %d files; heap %,d MB, resident at most %s%n",
                    args.length == 0 ? "" : String.join(" ", args),
                    rows,
                    taken,
                    written,
                    rows / written,
                    lake.files().size(),
                    (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) >> 20,
                    resident());
        } finally {
            FileSystemUtils.deleteRecursively(folder);
        }
    }

    private static long rows(Lake lake) {
        return lake.files().stream().mapToLong(LakeFile::rows).sum();
    }

    private static List<List<byte[]>> calls(boolean packed) {
        TripGenerator generator = new TripGenerator(1);
        List<byte[]> records = new ArrayList<>();
        ByteArrayOutputStream pack = new ByteArrayOutputStream();
        for (int i = 0; i < SAMPLE; i++) {
            byte[] trip = generator.record();
            if (pack.size() > 0 && (!packed || pack.size() + trip.length > RECORD_BYTES)) {
                records.add(pack.toByteArray());
                pack.reset();
            }
            pack.writeBytes(trip);
        }
        records.add(pack.toByteArray());
        List<List<byte[]>> calls = new ArrayList<>();
        int bytes = CALL_BYTES;
        for (byte[] record : records) {
            bytes += record.length;
            if (bytes > CALL_BYTES || calls.get(calls.size() - 1).size() == RECORDS_A_CALL) {
                calls.add(new ArrayList<>());
                bytes = record.length;
            }
            calls.get(calls.size() - 1).add(record);
        }
        return calls;
    }

    private static void put(AwsEndpoint endpoint, List<List<byte[]>> calls, int rounds)
            throws InterruptedException, ExecutionException {
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try (FirehoseClient client = FirehoseClient.builder()
                .httpClient(UrlConnectionHttpClient.create())
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")))
                .endpointOverride(endpoint.uri())
                .build()) {
            List<List<Record>> requests = calls.stream()
                    .map(call -> call.stream()
                            .map(data -> Record.builder()
                                    .data(SdkBytes.fromByteArrayUnsafe(data))
                                    .build())
                            .toList())
                    .toList();
            List<Future<?>> puts = new ArrayList<>();
            for (int i = 0; i < rounds; i++) {
                for (List<Record> records : requests) {
                    puts.add(clients.submit(() -> client.putRecordBatch(
                            request -> request.deliveryStreamName(STREAM).records(records))));
                }
            }
            for (Future<?> put : puts) {
                put.get();
            }
        } finally {
            clients.shutdown();
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
