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

    /** Before the names of what befalls Kinesis. */
    private static final String KINESIS = "kinesis-";

    private static final String THROTTLED_RECORDS = "throttled-records";
    private static final String FAILED_CALLS = "failed-calls";
    private static final String RESET_CALLS = "reset-calls";
    private static final String LATENCY = "latency";
    private static final String ERROR_CODE = "error-code";
    private static final String SEED = "seed";
    private static final String OPERATIONS = "operations";
    private static final String LOST_ENVIRONMENTS = "lost-environments";
    private static final List<String> MEMBERS = List.of(
            THROTTLED_RECORDS,
            FAILED_CALLS,
            RESET_CALLS,
            LATENCY,
            ERROR_CODE,
            SEED,
            KINESIS + THROTTLED_RECORDS,
            KINESIS + FAILED_CALLS,
            KINESIS + RESET_CALLS,
            KINESIS + LATENCY,
            OPERATIONS,
            LOST_ENVIRONMENTS);

    private final JsonMapper mapper;

    /** @param mapper makes the objects */
    public FaultsJson(JsonMapper mapper) {
        this.mapper = mapper;
    }

    /** Returns the faults as an object. */
    public ObjectNode write(Faults faults) {
        ObjectNode written = mapper.createObjectNode();
        write(written, "", faults.firehose());
        written.put(ERROR_CODE, faults.errorCode()).put(SEED, faults.seed());
        write(written, KINESIS, faults.kinesis());
        faults.operations().forEach(written.putArray(OPERATIONS)::add);
        return written.put(LOST_ENVIRONMENTS, faults.lostEnvironments());
    }

    private static void write(ObjectNode written, String prefix, Faults.Calls calls) {
        written.put(prefix + THROTTLED_RECORDS, calls.throttledRecords())
                .put(prefix + FAILED_CALLS, calls.failedCalls())
                .put(prefix + RESET_CALLS, calls.resetCalls())
                .put(prefix + LATENCY, write(calls.latency()));
    }

    /**
     * The faults with the members that the JSON object names replaced.
     *
     * @throws IllegalArgumentException if it is none, or naming the member, its value and what is allowed
     */
    Faults merge(Faults faults, JsonNode changes) {
        if (!changes.isObject()) {
            throw new IllegalArgumentException(
                    "The faults must be a JSON object of members and their values, such as {\"latency\":\"100ms\"}");
        }
        for (String name : changes.propertyNames()) {
            if (!MEMBERS.contains(name)) {
                throw new IllegalArgumentException("There is no member \"%s\" with value %s, only %s"
                        .formatted(Faults.shortened(name), Faults.shortened(changes.get(name)), names()));
            }
        }
        return new Faults(
                calls(changes, "", faults.firehose()),
                calls(changes, KINESIS, faults.kinesis()),
                changes.optional(ERROR_CODE).map(FaultsJson::errorCode).orElse(faults.errorCode()),
                changes.optional(SEED).map(FaultsJson::seed).orElse(faults.seed()),
                changes.optional(OPERATIONS).map(FaultsJson::operations).orElse(faults.operations()),
                share(changes, LOST_ENVIRONMENTS).orElse(faults.lostEnvironments()));
    }

    private static Faults.Calls calls(JsonNode changes, String prefix, Faults.Calls calls) {
        return new Faults.Calls(
                share(changes, prefix + THROTTLED_RECORDS).orElse(calls.throttledRecords()),
                share(changes, prefix + FAILED_CALLS).orElse(calls.failedCalls()),
                share(changes, prefix + RESET_CALLS).orElse(calls.resetCalls()),
                changes.optional(prefix + LATENCY)
                        .map(value -> duration(prefix + LATENCY, value))
                        .orElse(calls.latency()));
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

    private static Duration duration(String member, JsonNode value) {
        if (value.isString()) {
            try {
                return DurationStyle.detectAndParse(value.stringValue());
            } catch (IllegalArgumentException e) {
                // Answered below, in the words for every other wrong value.
            }
        }
        throw Faults.wrong(member, value, Faults.LATENCY);
    }

    private static String errorCode(JsonNode value) {
        if (!value.isString()) {
            throw Faults.wrong(ERROR_CODE, value, Faults.ERROR_CODE);
        }
        return value.stringValue();
    }

    private static List<String> operations(JsonNode value) {
        if (!value.isArray() || !value.valueStream().allMatch(JsonNode::isString)) {
            throw Faults.wrong(OPERATIONS, value, Faults.LIST);
        }
        return value.valueStream().map(JsonNode::stringValue).toList();
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
