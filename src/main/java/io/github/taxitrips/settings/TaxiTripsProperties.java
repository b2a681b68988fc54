package io.github.taxitrips.settings;

import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.hibernate.validator.constraints.Range;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/**
 * Every setting of the service. The defaults stand in {@code application.yml}; a wrong value stops the start with a
 * message that names the property, the value and what is allowed. {@link SettingsValidator} checks them.
 *
 * @param deliveryStreamName name of the Firehose delivery stream that takes the clean trips, 1 to 64 letters, digits,
 *     {@code _ . -}. Default nyc-taxi-trips.
 * @param unpackAggregated whether records that the Kinesis Producer Library aggregated are unpacked into the records
 *     they hold. Default true.
 * @param splitDocuments whether a record of several JSON documents, one after the other, is split and each one judged by
 *     itself. Default true.
 * @param checkSchema whether a trip must also fit the table, column by column. Default false; packing always checks.
 * @param onExhausted what to do when trips are left undelivered. Default fail-batch.
 * @param functionTimeout the timeout of the Lambda function, 0 to 15 minutes, which the template passes on so that a time
 *     budget that does not fit in it stops the start. Default 0: not known.
 * @param table the table's columns, and what a clean record is
 * @param packing several trips in one Firehose record
 * @param retry how often and how long to retry what Firehose did not take
 * @param firehose the Firehose client
 * @param quarantine where rejected records go
 * @param telemetry what an invocation leaves behind
 * @param local the local run; null on Lambda, see {@link WithoutLocal}
 */
@ConfigurationProperties(prefix = "taxi-trips", ignoreUnknownFields = false)
public record TaxiTripsProperties(
        @NotNull @Pattern(regexp = "[a-zA-Z0-9_.-]{1,64}", message = "must be 1 to 64 letters, digits or _ . -") String deliveryStreamName,

        boolean unpackAggregated,
        boolean splitDocuments,
        boolean checkSchema,
        @NotNull OnExhausted onExhausted,
        @NotNull @DurationRange(min = "0s", max = "15m") Duration functionTimeout,
        @NotNull Table table,
        @NotNull @Valid Packing packing,
        @NotNull @Valid Retry retry,
        @NotNull @Valid Firehose firehose,
        @NotNull @Valid Quarantine quarantine,
        @NotNull @Valid Telemetry telemetry,
        @Valid @Nullable Local local) {

    /** Returns those of the local run, which are not there on Lambda. */
    @Override
    public Local local() {
        return Objects.requireNonNull(local, "Lambda has no settings of the local run");
    }

    /** What to do when trips are left undelivered after all retries. */
    public enum OnExhausted {
        /** Raise, so that Lambda sends the whole batch again: the lab's way, for any trigger. */
        FAIL_BATCH,
        /**
         * Answer with the lowest sequence number that failed, from which Lambda is to go on. Only for a trigger with
         * {@code FunctionResponseTypes: [ReportBatchItemFailures]}, as the template's always is; any other takes the answer
         * for a success.
         */
        REPORT_FAILURES
    }

    /** What to do when a rejected record cannot be written to the quarantine. */
    public enum OnQuarantineFailure {
        /** Treat it as an undelivered trip, so that the record is not lost. */
        FAIL_BATCH,
        /** Log it, and lose the record. */
        WARN
    }

    /**
     * Several trips in one Firehose record, which Firehose bills by 5 KB begun. A trip that does not fit the table would
     * take the others of its record with it to the error prefix, so packing makes {@code checkSchema} hold.
     *
     * @param enabled whether to pack. Default false.
     * @param maxRecordSize size up to which trips share a record, 1 KB to 1000 KB. Default 64 KB.
     */
    public record Packing(
            boolean enabled,

            @NotNull @DataSizeRange(min = "1KB", max = "1000KB")
            DataSize maxRecordSize) {}

    /**
     * The quarantine: a second delivery stream that takes a JSON line for each rejected record.
     *
     * @param deliveryStreamName its name; empty, the default, for no quarantine
     * @param onFailure what to do when it does not take a line. Default fail-batch.
     */
    public record Quarantine(
            @NotNull @Pattern(regexp = "[a-zA-Z0-9_.-]{0,64}", message = "must be empty, or 1 to 64 letters, digits or _ . -") String deliveryStreamName,

            @NotNull OnQuarantineFailure onFailure) {}

    /**
     * What an invocation leaves behind, besides the line of its counts.
     *
     * @param namespace the CloudWatch namespace of the metrics that are in that line: up to 255 letters, digits and {@code . -
     *     _ / # :}. Empty, the default, for none.
     * @param debugShare share of invocations of which each Firehose call is logged at DEBUG, 0 to 1. Default 0.
     */
    public record Telemetry(
            @NotNull @Pattern(
                    regexp = "(?!AWS/)[a-zA-Z0-9._/#:-]{0,255}",
                    message = "must be empty, or up to 255 letters, digits or . - _ / # : that do not begin with AWS/")
            String namespace,

            @DecimalMin(value = "0", message = SHARE) @DecimalMax(value = "1", message = SHARE) double debugShare) {}

    /**
     * The retry schedule. Before retry n the wait is {@code 2 * backoffSeed^n} ms when a record was throttled,
     * {@code unthrottledWait} otherwise.
     *
     * @param maxRetries retries after the first attempt, 0 to 10. Default 3.
     * @param backoffSeed base of the exponential wait, 30 to 50. Default 35: 70 ms, 2.45 s, then {@code maxWait}.
     * @param unthrottledWait wait before a retry when nothing was throttled, 0 to 1 minute. Default 500 ms.
     * @param maxWait ceiling of a single wait, 1 ms to 5 minutes. Default 10 s.
     * @param jitter random share of the exponential wait, 0 to 10 s: up to this much is added before the first retry. Before
     *     each next up to {@code backoffSeed} times as much is added or taken away, within {@code maxWait} and not below the
     *     first wait. Default 0, the exact schedule.
     * @param timeBudget time for all calls and waits of an invocation, quarantine included, 1 s to 15 minutes. Keep it below
     *     the function's timeout, and no less than the call timeout. Default 80 s.
     * @param memory records of failed invocations that are remembered as delivered, so that Lambda's retry does not
     *     repeat them, 0 to 1,000,000. Default 20000.
     */
    public record Retry(
            @Range(min = 0, max = 10, message = WHOLE_NUMBER)
            int maxRetries,

            @Range(min = 30, max = 50, message = WHOLE_NUMBER)
            int backoffSeed,

            @NotNull @DurationRange(min = "0ms", max = "1m") Duration unthrottledWait,
            @NotNull @DurationRange(min = "1ms", max = "5m") Duration maxWait,

            @NotNull @DurationRange(min = "0ms", max = "10s")
            Duration jitter,

            @NotNull @DurationRange(min = "1s", max = "15m") Duration timeBudget,

            @Range(min = 0, max = 1_000_000, message = WHOLE_NUMBER)
            int memory) {}

    /**
     * The Firehose client. The SDK's own retries are off, so each call is one attempt and these limits are exact.
     *
     * @param endpoint address to call in place of the region's own, such as http://127.0.0.1:8081. Default:
     *     AWS_ENDPOINT_URL_FIREHOSE, else empty, which leaves it to the SDK: AWS_ENDPOINT_URL, or the profile's.
     * @param connectTimeout time to open a connection, 1 ms to 1 minute. Default 2 s.
     * @param attemptTimeout time for the one HTTP exchange of a call, 1 ms to 5 minutes; once one has run out of it, the
     *     further ones of a delivery have {@code callTimeout}. Default 10 s.
     * @param callTimeout time for a whole call with credentials and signing, 1 ms to 5 minutes, no less than
     *     {@code attemptTimeout}. No call is begun that could outlive the invocation by this time. Default 12 s.
     * @param maxConcurrentCalls calls of an invocation that may be under way at once, 1 to 32. Default 4.
     */
    public record Firehose(
            @NotNull @Pattern(regexp = "|https?://.+", message = "must be empty or an http or https address") String endpoint,

            @NotNull @DurationRange(min = "1ms", max = "1m") Duration connectTimeout,
            @NotNull @DurationRange(min = "1ms", max = "5m") Duration attemptTimeout,
            @NotNull @DurationRange(min = "1ms", max = "5m") Duration callTimeout,

            @Range(min = 1, max = 32, message = WHOLE_NUMBER)
            int maxConcurrentCalls) {

        @AssertTrue(message = "call-timeout must be no less than attempt-timeout") boolean isCallTimeoutSufficient() {
            return callTimeout == null || attemptTimeout == null || callTimeout.compareTo(attemptTimeout) >= 0;
        }
    }

    /**
     * The local run.
     *
     * @param maxEventSize largest event that the web endpoint takes, 1 KB to 64 MB. Default 6 MB, Lambda's own limit for a synchronous
     *     invocation.
     * @param firehosePort port of the embedded endpoint for AWS clients, Firehose and Kinesis, on 127.0.0.1; 0 takes a free one.
     *     Default 8081.
     * @param dataLake folder that stands in for the S3 bucket. Default data-lake.
     * @param buffering when the embedded endpoint writes a file of trips
     * @param quarantineBuffering when it writes a file of rejected records
     * @param stream the Kinesis data stream
     * @param sql what a statement over the lake may take
     * @param mapping how the function is invoked with the records of a stream
     * @param faults what goes wrong on purpose
     * @param replay what is put into the stream at the start
     */
    public record Local(
            @NotNull @DataSizeRange(min = "1KB", max = "64MB")
            DataSize maxEventSize,

            @Range(min = 0, max = 65_535, message = WHOLE_NUMBER)
            int firehosePort,

            @NotNull Path dataLake,
            @NotNull @Valid Buffering buffering,
            @NotNull @Valid Buffering quarantineBuffering,
            @NotNull @Valid Stream stream,
            @NotNull @Valid Sql sql,
            @NotNull @Valid Mapping mapping,
            @NotNull @Valid Faults faults,
            @NotNull @Valid Replay replay) {}

    /**
     * When a delivery stream writes what it has buffered: at the first of two limits, by the service's names and ranges. The
     * service has 64 MB and more where it converts; the defaults here are for those who wait.
     *
     * @param sizeInMbs megabytes of records, 1 to 128. Default 5.
     * @param intervalInSeconds seconds since the first of them, 0 to 900. Default 5.
     */
    public record Buffering(
            @Range(min = 1, max = 128, message = WHOLE_NUMBER)
            int sizeInMbs,

            @Range(min = 0, max = 900, message = WHOLE_NUMBER)
            int intervalInSeconds) {}

    /**
     * The Kinesis data stream of the local run.
     *
     * @param name its name, 1 to 128 letters, digits, {@code _ . -}. Default input-stream, the lab's.
     * @param shards number of its shards, 1 to 200; it cannot be changed while the stream's folder is there. Default 2.
     * @param retention time for which it keeps a record, 1 hour to 365 days. Default 24 hours.
     * @param maxRecordSize largest record, data and partition key, 1 MB to 10 MB. Default 1 MB.
     * @param limitThroughput whether each shard takes 1 MB and 1,000 records a second and no more. Default false.
     * @param folder folder that it lies in. Default data-stream.
     */
    public record Stream(
            @NotNull @Pattern(regexp = "[a-zA-Z0-9_.-]{1,128}", message = "must be 1 to 128 letters, digits or _ . -") String name,

            @Range(min = 1, max = 200, message = WHOLE_NUMBER)
            int shards,

            @NotNull @DurationRange(min = "1h", max = "8760h")
            Duration retention,

            @NotNull @DataSizeRange(min = "1MB", max = "10MB")
            DataSize maxRecordSize,

            boolean limitThroughput,
            @NotNull Path folder) {}

    /**
     * What one SQL statement over the lake may take.
     *
     * @param maxRows rows that are answered; more are cut off, and the answer says so. 1 to 1,000,000. Default 10000.
     * @param timeLimit time for reading the lake, running the statement and answering, 100 ms to 1 hour. Default 30 s.
     * @param memoryLimit memory for the lake's rows and what the statement makes of them, 64 MB to 256 GB. Default 512 MB.
     * @param threads threads that work on it, 1 to 64. Default 2.
     */
    public record Sql(
            @Range(min = 1, max = 1_000_000, message = WHOLE_NUMBER)
            int maxRows,

            @NotNull @DurationRange(min = "100ms", max = "1h")
            Duration timeLimit,

            @NotNull @DataSizeRange(min = "64MB", max = "256GB")
            DataSize memoryLimit,

            @Range(min = 1, max = 64, message = WHOLE_NUMBER)
            int threads) {}

    /** Where reading begins in a shard that was not read before. */
    public enum StartingPosition {
        /** At the oldest record. */
        TRIM_HORIZON,
        /** At what comes next. */
        LATEST,
        /** At a time. */
        AT_TIMESTAMP
    }

    /**
     * The event source mapping of the local run, by the names, ranges and, but for the window, defaults of the template's
     * trigger; times are durations here.
     *
     * @param batchSize records in a batch, 1 to 10,000. Default 1000.
     * @param maximumBatchingWindow how long to wait for a batch to fill, 0 to 5 minutes. Default 1 s, for
     *     those who wait; the template has 30 s.
     * @param parallelizationFactor batches of a shard that may be under way at once, 1 to 10. Default 1.
     * @param startingPosition where reading begins in a shard that was not read before. Default TRIM_HORIZON.
     * @param startingPositionTimestamp the time for AT_TIMESTAMP, in seconds since 1970. Default empty.
     * @param bisectBatchOnFunctionError whether a batch that failed is split in two. Default true.
     * @param reportBatchItemFailures whether the function's answer is read as a partial batch response. Default true.
     * @param maximumRetryAttempts retries after which a batch is given up, 0 to 10,000; -1, the default, for never.
     * @param maximumRecordAge age at which a record is given up, 1 minute to 7 days; 0, the default, for never.
     * @param tumblingWindow length of the windows whose state the function keeps, up to 15 minutes. Default 0, for none.
     * @param functionTimeout what an invocation may take, 1 s to 15 minutes. Default 100 s.
     * @param maxBackOff longest wait before a batch that failed is tried again, 0 to 5 minutes. Default 10 s.
     */
    public record Mapping(
            @Range(min = 1, max = 10_000, message = WHOLE_NUMBER)
            int batchSize,

            @NotNull @DurationRange(min = "0s", max = "5m") Duration maximumBatchingWindow,

            @Range(min = 1, max = 10, message = WHOLE_NUMBER)
            int parallelizationFactor,

            @NotNull StartingPosition startingPosition,

            @NotNull @Pattern(
                    regexp = "|[1-9][0-9]{8,9}",
                    message = "must be empty, or 9 or 10 digits; \"date +%s\" prints them")
            String startingPositionTimestamp,

            boolean bisectBatchOnFunctionError,
            boolean reportBatchItemFailures,

            @Range(min = -1, max = 10_000, message = WHOLE_NUMBER)
            int maximumRetryAttempts,

            @NotNull @DurationRange(min = "0s", max = "7d") Duration maximumRecordAge,
            @NotNull @DurationRange(min = "0s", max = "15m") Duration tumblingWindow,
            @NotNull @DurationRange(min = "1s", max = "15m") Duration functionTimeout,
            @NotNull @DurationRange(min = "0s", max = "5m") Duration maxBackOff) {

        @AssertTrue(message = "maximum-record-age must be 0s for no limit, or from 1m to 7d") boolean isMaximumRecordAgeInRange() {
            return maximumRecordAge == null
                    || maximumRecordAge.isZero()
                    || maximumRecordAge.compareTo(Duration.ofMinutes(1)) >= 0;
        }

        @AssertTrue(message = "starting-position-timestamp goes with starting-position AT_TIMESTAMP, and only with it") boolean isStartingPositionTimestampApt() {
            return startingPosition == null
                    || startingPositionTimestamp == null
                    || (startingPosition == StartingPosition.AT_TIMESTAMP) != startingPositionTimestamp.isEmpty();
        }
    }

    /**
     * Faults of the embedded endpoint, drawn from a seeded generator for each service, and of what runs the function.
     *
     * @param throttledRecords share of records that fail within a call of Firehose that succeeds, 0 to 1. Default 0.02.
     * @param failedCalls share of calls of Firehose that fail as a whole, 0 to 1. Default 0.
     * @param resetCalls share of calls of Firehose whose connection is closed without an answer, 0 to 1. Default 0.
     * @param latency time that each call of Firehose takes at least, 0 to 5 minutes. Default 0.
     * @param errorCode error code of failed records and calls of Firehose. Default ServiceUnavailableException.
     * @param seed seed of the generators. Default 1.
     * @param kinesisThrottledRecords share of records that fail within a PutRecords call, 0 to 1. Default 0.
     * @param kinesisFailedCalls share of calls of Kinesis that put or get records and fail as a whole, 0 to 1. Default 0.
     * @param kinesisResetCalls share of these whose connection is closed without an answer, 0 to 1. Default 0.
     * @param kinesisLatency time that each of these takes at least, 0 to 5 minutes. Default 0.
     * @param operations the operations that suffer, such as {@code firehose:PutRecordBatch}; empty, the default, for all
     * @param lostEnvironments share of invocations before which the function's execution environment is lost, and what it
     *     remembered with it, 0 to 1. Default 0.
     */
    public record Faults(
            @DecimalMin(value = "0", message = SHARE) @DecimalMax(value = "1", message = SHARE) double throttledRecords,

            @DecimalMin(value = "0", message = SHARE) @DecimalMax(value = "1", message = SHARE) double failedCalls,

            @DecimalMin(value = "0", message = SHARE) @DecimalMax(value = "1", message = SHARE) double resetCalls,

            @NotNull @DurationRange(min = "0ms", max = "5m") Duration latency,
            @NotBlank String errorCode,
            long seed,

            @DecimalMin(value = "0", message = SHARE) @DecimalMax(value = "1", message = SHARE) double kinesisThrottledRecords,

            @DecimalMin(value = "0", message = SHARE) @DecimalMax(value = "1", message = SHARE) double kinesisFailedCalls,

            @DecimalMin(value = "0", message = SHARE) @DecimalMax(value = "1", message = SHARE) double kinesisResetCalls,

            @NotNull @DurationRange(min = "0ms", max = "5m") Duration kinesisLatency,
            @NotNull List<String> operations,

            @DecimalMin(value = "0", message = SHARE) @DecimalMax(value = "1", message = SHARE) double lostEnvironments) {

        private static final String SOME =
                "firehose:PutRecordBatch, firehose:PutRecord, kinesis:PutRecords, kinesis:PutRecord, kinesis:GetRecords";

        /** The operations that move records, with the service before each: those that faults befall. */
        public static final List<String> OPERATIONS = List.of(SOME.split(", "));

        @AssertTrue(message = "operations must be empty for all, or some of " + SOME) boolean isOperationsKnown() {
            return operations == null || OPERATIONS.containsAll(operations);
        }
    }

    /**
     * The sample that the local run puts into its stream at the start.
     *
     * @param trips number of records, 0 to 1,000,000; 0 sends none. Default 1000.
     * @param seed seed of the sample: the same seed gives the same trips. Default 1.
     */
    public record Replay(
            @Range(min = 0, max = 1_000_000, message = WHOLE_NUMBER)
            int trips,

            long seed) {}

    @AssertTrue(message = "quarantine.delivery-stream-name must differ from delivery-stream-name") boolean isQuarantineApart() {
        return quarantine == null
                || deliveryStreamName == null
                || !deliveryStreamName.equals(quarantine.deliveryStreamName);
    }

    @AssertTrue(message = "retry.time-budget must be no less than firehose.call-timeout") boolean isTimeBudgetSufficient() {
        return retry == null
                || firehose == null
                || retry.timeBudget == null
                || firehose.callTimeout == null
                || retry.timeBudget.compareTo(firehose.callTimeout) >= 0;
    }

    @AssertTrue(
            message =
                    "function-timeout must be at least 500ms more than retry.time-budget, which is what logging and answering take; lower retry.time-budget and firehose.call-timeout, or raise the function's timeout")
    boolean isFunctionTimeoutSufficient() {
        return functionTimeout == null
                || functionTimeout.isZero()
                || retry == null
                || retry.timeBudget == null
                || functionTimeout.minusMillis(500).compareTo(retry.timeBudget) >= 0;
    }

    private static final String WHOLE_NUMBER = "must be a whole number from {min} to {max}";
    private static final String SHARE = "must be a number from 0 to 1";
}
