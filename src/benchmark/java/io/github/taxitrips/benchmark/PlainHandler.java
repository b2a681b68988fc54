package io.github.taxitrips.benchmark;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchResponse;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchResponseEntry;
import software.amazon.awssdk.services.firehose.model.Record;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What the service is compared with: the same job by hand and without a framework. Lambda's own serialization decodes
 * the event, Jackson's streaming parser judges the trips, and calls of at most 500 records and 4 MiB carry them one
 * after the other; only what failed is sent again. It neither packs nor unpacks, keeps nothing in mind, and explains
 * little.
 */
public class PlainHandler implements RequestHandler<KinesisEvent, String> {

    private static final int MAX_CALL_RECORDS = 500;
    private static final int MAX_CALL_BYTES = 4 * 1_024 * 1_024;
    private static final int MAX_RECORD_BYTES = 1_000 * 1_024;
    private static final int MAX_RETRIES = 3;
    private static final int SEED = 35;
    private static final long MAX_WAIT_MILLIS = 10_000;
    private static final JsonFactory JSON = new JsonFactory();

    private final String deliveryStreamName = System.getenv("delivery_stream_name");
    private final FirehoseClient client = FirehoseClient.builder()
            .httpClientBuilder(UrlConnectionHttpClient.builder()
                    .connectionTimeout(Duration.ofSeconds(2))
                    .socketTimeout(Duration.ofSeconds(10)))
            .overrideConfiguration(override -> override.apiCallAttemptTimeout(Duration.ofSeconds(10))
                    .apiCallTimeout(Duration.ofSeconds(12))
                    .retryStrategy(AwsRetryStrategy.doNotRetry()))
            .build();

    @Override
    public String handleRequest(KinesisEvent event, Context context) {
        List<Record> trips = new ArrayList<>(event.getRecords().size());
        for (KinesisEventRecord record : event.getRecords()) {
            byte[] payload = record.getKinesis().getData().array();
            if (isClean(payload)) {
                trips.add(record(payload));
            }
        }
        deliver(trips);
        String counts = "{\"received\":" + event.getRecords().size() + ",\"delivered\":" + trips.size() + "}";
        context.getLogger().log(counts);
        return counts;
    }

    private static Record record(byte[] payload) {
        byte[] line = payload;
        if (payload[payload.length - 1] != '\n') {
            line = Arrays.copyOf(payload, payload.length + 1);
            line[payload.length] = '\n';
        }
        return Record.builder().data(SdkBytes.fromByteArrayUnsafe(line)).build();
    }

    private static boolean isClean(byte[] payload) {
        if (payload.length > MAX_RECORD_BYTES) {
            return false;
        }
        boolean trip = false;
        boolean id = false;
        int coordinates = 0;
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), payload)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                switch (name) {
                    case "type" ->
                        trip = value == JsonToken.VALUE_STRING
                                && parser.getString().equals("trip");
                    case "trip_id" -> id = value != JsonToken.VALUE_NULL;
                    case "pickup_latitude" -> coordinates = with(coordinates, 1, parser);
                    case "pickup_longitude" -> coordinates = with(coordinates, 2, parser);
                    case "dropoff_latitude" -> coordinates = with(coordinates, 4, parser);
                    case "dropoff_longitude" -> coordinates = with(coordinates, 8, parser);
                    default -> {}
                }
                parser.skipChildren();
            }
            return trip && id && coordinates == 15 && parser.nextToken() == null;
        } catch (JacksonException e) {
            return false;
        }
    }

    private static int with(int coordinates, int bit, JsonParser parser) {
        boolean good = parser.currentToken().isNumeric() && parser.getDoubleValue() != 0;
        return good ? coordinates | bit : coordinates & ~bit;
    }

    private void deliver(List<Record> trips) {
        List<Record> pending = trips;
        for (int attempt = 0; !pending.isEmpty(); attempt++) {
            if (attempt > 0) {
                if (attempt > MAX_RETRIES) {
                    throw new IllegalStateException(pending.size() + " trips were not delivered");
                }
                sleep(Math.min(MAX_WAIT_MILLIS, (long) (2 * Math.pow(SEED, attempt))));
            }
            pending = attempt(pending);
        }
    }

    /** Sends all once and returns those that failed. */
    private List<Record> attempt(List<Record> records) {
        List<Record> failed = new ArrayList<>();
        int start = 0;
        int bytes = 0;
        for (int i = 0; i < records.size(); i++) {
            int length = records.get(i).data().asByteArrayUnsafe().length;
            if (i - start == MAX_CALL_RECORDS || bytes + length > MAX_CALL_BYTES) {
                send(records.subList(start, i), failed);
                start = i;
                bytes = 0;
            }
            bytes += length;
        }
        send(records.subList(start, records.size()), failed);
        return failed;
    }

    private void send(List<Record> call, List<Record> failed) {
        PutRecordBatchResponse response = client.putRecordBatch(
                request -> request.deliveryStreamName(deliveryStreamName).records(call));
        if (response.failedPutCount() > 0) {
            List<PutRecordBatchResponseEntry> entries = response.requestResponses();
            for (int i = 0; i < entries.size(); i++) {
                if (entries.get(i).errorCode() != null) {
                    failed.add(call.get(i));
                }
            }
        }
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
