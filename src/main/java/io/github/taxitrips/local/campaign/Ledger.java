package io.github.taxitrips.local.campaign;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchRequest;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchResponse;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchResponseEntry;
import software.amazon.awssdk.services.firehose.model.Record;

/**
 * Finds out why trips arrived more than once, from what each environment has sent and what was acknowledged to it. Safe for
 * use by several threads.
 */
final class Ledger {

    private static final ExecutionAttribute<Call> CALL = new ExecutionAttribute<>("call");

    private final String deliveryStream;
    private final Set<Account> open = new HashSet<>();

    /** How often each trip was acknowledged to an environment that was not lost yet. */
    private final Map<String, Integer> acknowledged = new HashMap<>();

    /** How often trips were sent again although known, in calls that got no answer. */
    private final Map<Doubt, Integer> doubts = new HashMap<>();

    private final Map<Blame, Long> copies = new HashMap<>();

    /** @param deliveryStream the delivery stream of the trips; calls to another do not count */
    Ledger(String deliveryStream) {
        this.deliveryStream = deliveryStream;
    }

    private enum Blame {
        STRAYED,
        REPEATED
    }

    private record Doubt(String trip, Blame blame) {}

    /** The trips of a call, record by record, and which of them were known to be delivered when it was made. */
    private record Call(List<List<String>> records, Map<String, Blame> known) {}

    /**
     * The copies of trips beyond the first ones, by why they were made.
     *
     * @param unanswered the function could not know of those before: the answer to the call never reached it, or died with
     *     the environment that it had reached
     * @param strayed another environment, which lives, had the acknowledgement
     * @param repeated the environment had the acknowledgement itself, and sent the trip again
     */
    record Copies(long unanswered, long strayed, long repeated) {

        long all() {
            return unanswered + strayed + repeated;
        }
    }

    /** Opens the account of an environment that is started. */
    synchronized Account open() {
        Account account = new Account();
        open.add(account);
        return account;
    }

    /**
     * Accounts for the copies.
     *
     * @param arrived how often each trip is in the data lake, once all calls are over
     */
    synchronized Copies copies(Map<String, Integer> arrived) {
        long all = arrived.values().stream().mapToLong(count -> count - 1).sum();
        long strayed = copies(Blame.STRAYED, arrived);
        long repeated = copies(Blame.REPEATED, arrived);
        return new Copies(all - strayed - repeated, strayed, repeated);
    }

    private long copies(Blame blame, Map<String, Integer> arrived) {
        long sum = copies.getOrDefault(blame, 0L);
        for (Map.Entry<Doubt, Integer> doubt : doubts.entrySet()) {
            String trip = doubt.getKey().trip;
            // What has arrived without acknowledgement tells how many of the calls without answer were stored.
            int unacknowledged = arrived.getOrDefault(trip, 0) - acknowledged.getOrDefault(trip, 0);
            if (doubt.getKey().blame == blame) {
                sum += Math.max(0, Math.min(doubt.getValue(), unacknowledged));
            }
        }
        return sum;
    }

    /** The account of an environment, which reads its calls. */
    final class Account implements ExecutionInterceptor, AutoCloseable {

        private final Set<String> delivered = new HashSet<>();

        private Account() {}

        @Override
        public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
            if (context.request() instanceof PutRecordBatchRequest request
                    && request.deliveryStreamName().equals(deliveryStream)) {
                attributes.putAttribute(CALL, begin(request.records()));
            }
        }

        private Call begin(List<Record> records) {
            List<List<String>> trips = records.stream()
                    .map(record -> TripLine.ids(record.data().asByteArrayUnsafe()))
                    .toList();
            Map<String, Blame> known = new HashMap<>();
            synchronized (Ledger.this) {
                for (String trip : trips.stream().flatMap(List::stream).toList()) {
                    if (delivered.contains(trip)) {
                        known.put(trip, Blame.REPEATED);
                    } else if (open.stream().anyMatch(other -> other.delivered.contains(trip))) {
                        known.put(trip, Blame.STRAYED);
                    }
                }
                known.forEach((trip, blame) -> doubts.merge(new Doubt(trip, blame), 1, Integer::sum));
            }
            return new Call(trips, known);
        }

        @Override
        public void afterExecution(Context.AfterExecution context, ExecutionAttributes attributes) {
            Call call = attributes.getAttribute(CALL);
            if (call != null && context.response() instanceof PutRecordBatchResponse response) {
                List<String> taken = new ArrayList<>();
                List<PutRecordBatchResponseEntry> entries = response.requestResponses();
                for (int i = 0; i < Math.min(entries.size(), call.records.size()); i++) {
                    if (entries.get(i).recordId() != null) {
                        taken.addAll(call.records.get(i));
                    }
                }
                answered(call, taken);
            }
        }

        @Override
        public void onExecutionFailure(Context.FailedExecution context, ExecutionAttributes attributes) {
            Call call = attributes.getAttribute(CALL);
            if (call != null && context.exception() instanceof AwsServiceException) {
                answered(call, List.of());
            }
        }

        private void answered(Call call, List<String> taken) {
            synchronized (Ledger.this) {
                if (!open.contains(this)) {
                    // The environment is lost, and the answer with it.
                    return;
                }
                call.known.forEach((trip, blame) -> doubts.merge(new Doubt(trip, blame), -1, Integer::sum));
                for (String trip : taken) {
                    Blame blame = call.known.get(trip);
                    if (blame != null) {
                        copies.merge(blame, 1L, Long::sum);
                    }
                    acknowledged.merge(trip, 1, Integer::sum);
                    delivered.add(trip);
                }
            }
        }

        /** Closes the account with its environment, and with all that this knew. */
        @Override
        public void close() {
            synchronized (Ledger.this) {
                open.remove(this);
            }
        }
    }
}
