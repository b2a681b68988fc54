package io.github.taxitrips.local.aws;

import io.github.taxitrips.settings.TaxiTripsProperties;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What the embedded endpoint does wrong on purpose to calls that are valid in themselves, of those
 * {@linkplain TaxiTripsProperties.Faults#OPERATIONS operations} that move records.
 * Faults are drawn from a generator with the given seed: the same seed and the same sequence of calls give the same
 * faults.
 *
 * @param firehose what befalls the calls of Firehose. The one record of a PutRecord call fails as the call's error.
 * @param kinesis what befalls the calls of Kinesis, whose failures have the code {@value #THROUGHPUT_EXCEEDED}. The one record of
 *     a PutRecord call fails as the call's error.
 * @param errorCode error code of failed records and calls of Firehose, 1 to 64 letters, digits and dots. A failed call has HTTP
 *     status 503 with {@value #SERVICE_UNAVAILABLE}, 500 with {@value #INTERNAL_FAILURE}, 413 with
 *     {@code RequestEntityTooLarge}, 400 with any other. With
 *     {@value #CONNECTION_RESET} the connection of a failed call is closed without an answer, and failed records carry
 *     {@value #SERVICE_UNAVAILABLE}.
 * @param seed seed of the generators
 * @param operations the operations that suffer, with the {@linkplain AwsService#name() service} before each; empty for all
 * @param lostEnvironments share of invocations before which the function's execution environment is lost, 0 to 1; it is no
 *     fault of the endpoint, and kept here so that there is one place for all
 */
public record Faults(
        Calls firehose, Calls kinesis, String errorCode, long seed, List<String> operations, double lostEnvironments) {

    /** The code with which the service throttles. */
    public static final String SERVICE_UNAVAILABLE = "ServiceUnavailableException";

    /** The code of a fault inside the service. */
    public static final String INTERNAL_FAILURE = "InternalFailure";

    /** The code with which Kinesis throttles. */
    public static final String THROUGHPUT_EXCEEDED = "ProvisionedThroughputExceededException";

    /** In place of a code: the connection is closed without an answer. */
    public static final String CONNECTION_RESET = "ConnectionReset";

    static final String SHARE = "a number from 0 to 1";
    static final String LATENCY = "a duration from 0ms to 5m, such as 100ms or PT0.1S";
    static final String ERROR_CODE = "1 to 64 letters, digits and dots";
    static final String LIST = "a list, empty for all, of " + String.join(", ", TaxiTripsProperties.Faults.OPERATIONS);

    private static final int MAX_QUOTED = 100;
    private static final Duration MAX_LATENCY = Duration.ofMinutes(5);

    // The code goes into an HTTP header.
    private static final Pattern ERROR_CODE_PATTERN = Pattern.compile("[A-Za-z0-9.]{1,64}");

    /**
     * What befalls the calls of a service.
     *
     * @param throttledRecords share of records that fail within a call that succeeds, 0 to 1
     * @param failedCalls share of calls that fail as a whole and store nothing, 0 to 1
     * @param resetCalls share of calls whose connection is closed without an answer, 0 to 1; they store nothing
     * @param latency time that each call takes at least, 0 to 5 minutes; valid or not. The answer is held back, so a
     *     client that gives up earlier has its records stored all the same.
     */
    public record Calls(double throttledRecords, double failedCalls, double resetCalls, Duration latency) {

        /** Nothing does. */
        public static final Calls SPARED = failing(0, 0);

        /** Failures alone. */
        public static Calls failing(double throttledRecords, double failedCalls) {
            return new Calls(throttledRecords, failedCalls, 0, Duration.ZERO);
        }

        private void check(String prefix) {
            checkShare(prefix + "throttled-records", throttledRecords);
            checkShare(prefix + "failed-calls", failedCalls);
            checkShare(prefix + "reset-calls", resetCalls);
            if (latency.isNegative() || latency.compareTo(MAX_LATENCY) > 0) {
                throw wrong(prefix + "latency", latency, LATENCY);
            }
        }
    }

    /** @throws IllegalArgumentException naming the member as in {@code application.yml}, the value and what is allowed */
    public Faults {
        firehose.check("");
        if (!ERROR_CODE_PATTERN.matcher(errorCode).matches()) {
            throw wrong("error-code", '"' + errorCode + '"', ERROR_CODE);
        }
        kinesis.check("kinesis-");
        operations = List.copyOf(operations);
        if (!TaxiTripsProperties.Faults.OPERATIONS.containsAll(operations)) {
            throw wrong("operations", operations, LIST);
        }
        checkShare("lost-environments", lostEnvironments);
    }

    /** Faults of Firehose alone. */
    public Faults(double throttledRecords, double failedCalls, Duration latency, String errorCode, long seed) {
        this(new Calls(throttledRecords, failedCalls, 0, latency), Calls.SPARED, errorCode, seed, List.of(), 0);
    }

    /** No faults, code {@value #SERVICE_UNAVAILABLE}, seed 1. */
    public static Faults none() {
        return new Faults(0, 0, Duration.ZERO, SERVICE_UNAVAILABLE, 1);
    }

    /** These, with others of Kinesis. */
    public Faults withKinesis(Calls calls) {
        return new Faults(firehose, calls, errorCode, seed, operations, lostEnvironments);
    }

    /** These, for certain operations alone. */
    public Faults withOperations(String... names) {
        return new Faults(firehose, kinesis, errorCode, seed, List.of(names), lostEnvironments);
    }

    /** These, with another share of environments that are lost. */
    public Faults withLostEnvironments(double share) {
        return new Faults(firehose, kinesis, errorCode, seed, operations, share);
    }

    /** What befalls a call, by the names of service and operation. */
    Calls befalling(String service, String operation) {
        if (!operations.isEmpty() && !operations.contains(service + ':' + operation)) {
            return Calls.SPARED;
        }
        return service.equals("kinesis") ? kinesis : firehose;
    }

    static IllegalArgumentException wrong(String member, Object value, String allowed) {
        return new IllegalArgumentException(member + " must be " + allowed + ", not " + shortened(value));
    }

    /** Text for a message that is to stay readable, whatever was sent. */
    static String shortened(Object value) {
        String text = String.valueOf(value);
        return text.length() <= MAX_QUOTED
                ? text
                : "%s... (%,d characters)".formatted(text.substring(0, MAX_QUOTED), text.length());
    }

    private static void checkShare(String member, double value) {
        // Written so that NaN fails.
        if (!(value >= 0 && value <= 1)) {
            throw wrong(member, value, SHARE);
        }
    }

    /** The failure of a call of Firehose as a whole. */
    public ServiceError callError() {
        return new ServiceError(errorCode, messageOf(errorCode));
    }

    /** The failure of a single record of Firehose, which cannot take the connection with it. */
    public ServiceError recordError() {
        String code = errorCode.equals(CONNECTION_RESET) ? SERVICE_UNAVAILABLE : errorCode;
        return new ServiceError(code, messageOf(code));
    }

    private static String messageOf(String code) {
        return code.equals(SERVICE_UNAVAILABLE) ? "Slow down." : "A fault that the embedded endpoint was told to make.";
    }
}
