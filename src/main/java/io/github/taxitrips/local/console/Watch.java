package io.github.taxitrips.local.console;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import io.github.taxitrips.delivery.DeliveryException;
import io.github.taxitrips.delivery.DeliveryOutcome.Failure;
import io.github.taxitrips.delivery.Invocation;
import io.github.taxitrips.delivery.RecordError;
import io.github.taxitrips.delivery.Traffic;
import io.github.taxitrips.intake.Document;
import io.github.taxitrips.intake.RejectedRecord;
import io.github.taxitrips.intake.UserRecord;
import io.github.taxitrips.local.mapping.FinishedInvocation;
import io.github.taxitrips.telemetry.Measure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Looks at every invocation and keeps of it what the console shows: the latest invocations, and a sample of the records, so that
 * what it holds does not grow with what passes. Safe for use by several threads.
 */
final class Watch implements Invocation.Listener, Consumer<FinishedInvocation> {

    /** Invocations, newest last. */
    static final int INVOCATIONS = 100;

    /** Records of an invocation that are told one by one. */
    static final int RECORDS_SHOWN = 60;

    /** Characters of a record that are shown. */
    static final int CHARACTERS = 400;

    /** Records of an invocation that are put on the map. */
    private static final int POINTS_AN_INVOCATION = 200;

    private static final int POINTS = 4_000;
    private static final int PASSING = 400;

    /** Bytes of rejected records that can be opened whole and sent again; a larger one cannot. */
    private static final int KEPT_BYTES = 16 * 1_024;

    private static final int REJECTED = 500;

    private final JsonMapper json = JsonMapper.shared();
    private final AtomicLong numbers = new AtomicLong();
    private final Ring<SeenInvocation> invocations = new Ring<>(INVOCATIONS);
    private final Ring<double[]> points = new Ring<>(POINTS);
    private final Ring<Passing> delivered = new Ring<>(PASSING);
    private final Ring<SetAside> rejected = new Ring<>(REJECTED);
    private final Map<Measure, Long> peaks = new EnumMap<>(Measure.class);

    /**
     * A rejected record.
     *
     * @param id its number
     * @param record what a list shows of it
     * @param payload its bytes, null if they are too many to keep
     */
    @SuppressWarnings("ArrayRecordComponent") // compared with no other
    record SetAside(long id, Passing record, byte @Nullable [] payload) {}

    @Override
    public void ended(Invocation invocation) {
        Fates fates = new Fates(invocation);
        synchronized (peaks) {
            for (Measure measure : List.of(Measure.DELIVERY_TIME, Measure.RECORD_AGE)) {
                peaks.merge(measure, measure.of(invocation), Math::max);
            }
        }
        sample(invocation, fates);
        Map<String, Long> measures = new LinkedHashMap<>();
        for (Measure measure : Measure.values()) {
            measures.put(measure.toString(), measure.of(invocation));
        }
        List<KinesisEventRecord> event = invocation.event().getRecords() == null
                ? List.of()
                : invocation.event().getRecords();
        String first = event.isEmpty() ? "" : String.valueOf(event.get(0).getEventID());
        Invocation.Request request = invocation.request();
        List<Passing> records = fates.first(RECORDS_SHOWN);
        SeenInvocation.Details details = new SeenInvocation.Details(
                records,
                invocation.report().received() - records.size(),
                invocation.report().rejected(),
                Stream.of(invocation.trips().traffic(), invocation.quarantine().traffic())
                        .flatMap(traffic -> traffic.calls().stream())
                        .map(Watch::call)
                        .toList(),
                measures.entrySet().stream()
                        .map(measure -> measure.getKey() + "=" + measure.getValue())
                        .collect(Collectors.joining(" ")),
                remedies(invocation.trips().undelivered()));
        invocations.add(new SeenInvocation(
                numbers.incrementAndGet(),
                invocation.ended(),
                first.substring(0, Math.max(0, first.indexOf(':'))),
                request == null ? null : request.id(),
                event.size(),
                invocation.trips().end().name(),
                measures,
                details));
    }

    private static SeenInvocation.Call call(Traffic.Call call) {
        return new SeenInvocation.Call(
                call.attempt(), call.records(), call.took().toMillis(), call.billedBytes(), call.errors());
    }

    private static List<String> remedies(List<Failure> failures) {
        Map<String, RecordError> errors = new LinkedHashMap<>();
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (Failure failure : failures) {
            errors.putIfAbsent(failure.error().code(), failure.error());
            counts.merge(failure.error().code(), 1, Integer::sum);
        }
        return errors.values().stream()
                .map(error -> counts.get(error.code()) + " × " + error.code() + " (" + error.message() + "). "
                        + error.remedy("taxi-trips.delivery-stream-name"))
                .toList();
    }

    /** What an invocation that was not told of by the function itself came to: it was lost before, or outlived its time. */
    @Override
    public void accept(FinishedInvocation invocation) {
        String error = invocation.error();
        if (error == null || error.startsWith(DeliveryException.class.getName())) {
            return;
        }
        invocations.add(new SeenInvocation(
                numbers.incrementAndGet(),
                invocation.started().plus(invocation.duration()),
                invocation.shardId(),
                null,
                invocation.records(),
                "FAILED",
                Map.of(),
                new SeenInvocation.Details(
                        List.of(),
                        invocation.records(),
                        Map.of(),
                        List.of(),
                        "",
                        List.of(error + ". The batch is invoked again; what its environment remembered is gone."))));
    }

    private void sample(Invocation invocation, Fates fates) {
        List<Document> trips = invocation.batch().trips();
        int step = Math.max(1, (trips.size() + POINTS_AN_INVOCATION - 1) / POINTS_AN_INVOCATION);
        for (int i = 0; i < trips.size(); i += step) {
            UserRecord record = trips.get(i).source();
            point(record, fates.of(record) == null ? 0 : 2);
        }
        int told = Math.max(1, (trips.size() + PASSING / 8 - 1) / (PASSING / 8));
        for (int i = 0; i < trips.size(); i += told) {
            delivered.add(fates.passing(trips.get(i).source()));
        }
        List<RejectedRecord> aside = invocation.batch().rejected();
        int asideStep = Math.max(1, (aside.size() + POINTS_AN_INVOCATION - 1) / POINTS_AN_INVOCATION);
        for (int i = 0; i < aside.size(); i += asideStep) {
            UserRecord record = aside.get(i).record();
            point(record, 1);
            byte[] payload = record.payload().length <= KEPT_BYTES ? record.payload() : null;
            Passing passing = fates.passing(aside.get(i));
            synchronized (rejected) {
                rejected.add(new SetAside(rejected.last() + 1, passing, payload));
            }
        }
    }

    /** Puts a record on the map, if it says where it is: pick-up, drop-off, and 0 for delivered, 1 for rejected, 2 for not yet. */
    private void point(UserRecord record, int kind) {
        if (record.payload().length > KEPT_BYTES) {
            return;
        }
        try {
            JsonNode trip = json.readTree(record.payload());
            double[] point = {
                coordinate(trip, "pickup_longitude"),
                coordinate(trip, "pickup_latitude"),
                coordinate(trip, "dropoff_longitude"),
                coordinate(trip, "dropoff_latitude"),
                kind
            };
            for (double value : point) {
                if (!Double.isFinite(value)) {
                    return;
                }
            }
            points.add(point);
        } catch (JacksonException e) {
            // It is nowhere.
        }
    }

    private static double coordinate(JsonNode trip, String name) {
        JsonNode value = trip.path(name);
        return value.isNumber() ? Math.round(value.asDouble() * 1e5) / 1e5 : Double.NaN;
    }

    /** What became of each record of an invocation. */
    private static final class Fates {

        private final Invocation invocation;
        private final IdentityHashMap<UserRecord, String> undelivered = new IdentityHashMap<>();
        private final Set<UserRecord> delivered = Collections.newSetFromMap(new IdentityHashMap<>());
        private final boolean skips;

        Fates(Invocation invocation) {
            this.invocation = invocation;
            this.skips = invocation.report().skipped() > 0;
            for (Failure failure : invocation.trips().undelivered()) {
                undelivered.put(failure.document().source(), failure.error().code());
            }
            if (skips) {
                invocation.trips().delivered().forEach(document -> delivered.add(document.source()));
            }
        }

        /** The error that a trip was not delivered for, null if it was. */
        @Nullable String of(UserRecord trip) {
            return undelivered.get(trip);
        }

        Passing passing(UserRecord trip) {
            String error = undelivered.get(trip);
            String outcome =
                    error != null ? "undelivered" : !skips || delivered.contains(trip) ? "delivered" : "skipped";
            return passing(trip, outcome, error);
        }

        Passing passing(RejectedRecord record) {
            return passing(record.record(), "rejected", record.rejection().toString());
        }

        private Passing passing(UserRecord record, String outcome, @Nullable String why) {
            return new Passing(
                    invocation.ended(),
                    String.valueOf(record.carrier().getEventID()),
                    outcome,
                    why,
                    record.payload().length,
                    Texts.of(record.payload(), CHARACTERS));
        }

        /** The first records; rejected ones before others, since one comes for those. */
        List<Passing> first(int most) {
            List<Passing> first = new ArrayList<>();
            invocation.trips().undelivered().stream()
                    .limit(most / 3)
                    .forEach(failure -> first.add(passing(failure.document().source())));
            invocation.batch().rejected().stream().limit(most / 3).forEach(record -> first.add(passing(record)));
            invocation.batch().trips().stream()
                    .filter(trip -> of(trip.source()) == null)
                    .limit(most - first.size())
                    .forEach(trip -> first.add(passing(trip.source())));
            return first;
        }
    }

    Ring<SeenInvocation> invocations() {
        return invocations;
    }

    /** Places of trips: longitude and latitude of pick-up and drop-off, and what became of the trip. */
    Ring<double[]> points() {
        return points;
    }

    /** Trips that the function delivered, or did not. */
    Ring<Passing> delivered() {
        return delivered;
    }

    Ring<SetAside> rejected() {
        return rejected;
    }

    /** Returns the longest delivery and the greatest age since it was asked last. */
    Map<Measure, Long> takePeaks() {
        synchronized (peaks) {
            Map<Measure, Long> taken = new EnumMap<>(Measure.class);
            taken.putAll(peaks);
            peaks.clear();
            return taken;
        }
    }

    /** Returns a record that is in its shard, as a list has it. */
    static Passing waiting(String place, Instant arrival, byte[] data) {
        return new Passing(arrival, place, null, null, data.length, Texts.of(data, CHARACTERS));
    }
}
