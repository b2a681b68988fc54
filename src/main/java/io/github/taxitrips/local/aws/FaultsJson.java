package io.github.taxitrips.local.aws;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.convert.DurationStyle;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Faults as JSON, with the names and notations of {@code application.yml}. */
public final class FaultsJson {

    private static final String THROTTLED_RECORDS = "throttled-records";
    private static final String FAILED_CALLS = "failed-calls";
    private static final String LATENCY = "latency";
    private static final String ERROR_CODE = "error-code";
    private static final String SEED = "seed";
    private static final String KINESIS_THROTTLED_RECORDS = "kinesis-throttled-records";
    private static final String KINESIS_FAILED_CALLS = "kinesis-failed-calls";
    private static final String LOST_ENVIRONMENTS = "lost-environments";
    private static final List<String> MEMBERS = List.of(
            THROTTLED_RECORDS,
            FAILED_CALLS,
            LATENCY,
            ERROR_CODE,
            SEED,
            KINESIS_THROTTLED_RECORDS,
            KINESIS_FAILED_CALLS,
            LOST_ENVIRONMENTS);

    private final JsonMapper mapper;

    /** @param mapper makes the objects */
    public FaultsJson(JsonMapper mapper) {
        this.mapper = mapper;
    }

    /** Returns the faults as an object. */
    public ObjectNode write(Faults faults) {
        return mapper.createObjectNode()
                .put(THROTTLED_RECORDS, faults.throttledRecords())
                .put(FAILED_CALLS, faults.failedCalls())
                .put(LATENCY, write(faults.latency()))
                .put(ERROR_CODE, faults.errorCode())
                .put(SEED, faults.seed())
                .put(KINESIS_THROTTLED_RECORDS, faults.kinesisThrottledRecords())
                .put(KINESIS_FAILED_CALLS, faults.kinesisFailedCalls())
                .put(LOST_ENVIRONMENTS, faults.lostEnvironments());
    }

    /**
     * The faults with the members that the JSON object names replaced.
     *
     * @throws IllegalArgumentException naming the member, its value and what is allowed
     */
    public Faults merge(Faults faults, JsonNode changes) {
        for (String name : changes.propertyNames()) {
            if (!MEMBERS.contains(name)) {
                throw new IllegalArgumentException("There is no member \"%s\" with value %s, only %s"
                        .formatted(Faults.shortened(name), Faults.shortened(changes.get(name)), names()));
            }
        }
        return new Faults(
                share(changes, THROTTLED_RECORDS).orElse(faults.throttledRecords()),
                share(changes, FAILED_CALLS).orElse(faults.failedCalls()),
                changes.optional(LATENCY).map(FaultsJson::duration).orElse(faults.latency()),
                changes.optional(ERROR_CODE).map(FaultsJson::errorCode).orElse(faults.errorCode()),
                changes.optional(SEED).map(FaultsJson::seed).orElse(faults.seed()),
                share(changes, KINESIS_THROTTLED_RECORDS).orElse(faults.kinesisThrottledRecords()),
                share(changes, KINESIS_FAILED_CALLS).orElse(faults.kinesisFailedCalls()),
                share(changes, LOST_ENVIRONMENTS).orElse(faults.lostEnvironments()));
    }

    private static String names() {
        return String.join(", ", MEMBERS);
    }

    private static String write(Duration duration) {
        // The simple notation has no fractions.
        boolean wholeMillis = duration.equals(duration.truncatedTo(ChronoUnit.MILLIS));
        return wholeMillis ? DurationStyle.SIMPLE.print(duration, ChronoUnit.MILLIS) : duration.toString();
    }

    private static Optional<Double> share(JsonNode changes, String member) {
        return changes.optional(member).map(value -> {
            if (!value.isNumber()) {
                throw Faults.wrong(member, value, Faults.SHARE);
            }
            return value.numberValue().doubleValue();
        });
    }

    private static Duration duration(JsonNode value) {
        if (value.isString()) {
            try {
                return DurationStyle.detectAndParse(value.stringValue());
            } catch (IllegalArgumentException e) {
                // Answered below, in the words for every other wrong value.
            }
        }
        throw Faults.wrong(LATENCY, value, Faults.LATENCY);
    }

    private static String errorCode(JsonNode value) {
        if (!value.isString()) {
            throw Faults.wrong(ERROR_CODE, value, Faults.ERROR_CODE);
        }
        return value.stringValue();
    }

    private static long seed(JsonNode value) {
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            // As text, an infinite number would be in quotes.
            Object given = value.isNumber() ? value.numberValue() : value;
            throw Faults.wrong(SEED, given, "a whole number from " + Long.MIN_VALUE + " to " + Long.MAX_VALUE);
        }
        return value.longValue();
    }
}
