package io.github.taxitrips.local.mapping;

import io.github.taxitrips.settings.TaxiTripsProperties;
import io.github.taxitrips.settings.TaxiTripsProperties.StartingPosition;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of an event source mapping, by Lambda's names. Lambda counts in whole seconds, which is left to who sets
 * them.
 *
 * @param batchSize records in a batch, 1 to 10,000. Lambda's default is 100.
 * @param maximumBatchingWindow how long to wait for a batch to fill, 0 to 5 minutes. Lambda's default is 0.
 * @param parallelizationFactor batches of a shard that may be under way at once, 1 to 10. Lambda's default is 1.
 * @param bisectBatchOnFunctionError whether to split a batch that failed. Lambda's default is false.
 * @param reportBatchItemFailures whether to read the function's answer as a partial batch response. Lambda's default is
 *     false.
 * @param maximumRetryAttempts retries of a batch, up to 10,000; -1, Lambda's default, for endless
 * @param maximumRecordAge age above which a record is given up; null, Lambda's default, for any
 * @param tumblingWindow length of the windows whose state the function keeps, up to 15 minutes; 0, Lambda's default, for none.
 *     With windows the batches of a shard come one after the other, whatever the parallelization factor is.
 * @param startingPosition where to begin in a shard of which there is no position yet
 * @param startingPositionTimestamp the time for {@link StartingPosition#AT_TIMESTAMP}
 * @param maximumBackOff the longest wait before a batch is tried again, see {@link Backoff}; no parameter of Lambda's
 */
public record MappingSettings(
        int batchSize,
        Duration maximumBatchingWindow,
        int parallelizationFactor,
        boolean bisectBatchOnFunctionError,
        boolean reportBatchItemFailures,
        int maximumRetryAttempts,
        @Nullable Duration maximumRecordAge,
        Duration tumblingWindow,
        StartingPosition startingPosition,
        Instant startingPositionTimestamp,
        Duration maximumBackOff) {

    /** @throws IllegalArgumentException if a number or a time is out of its range */
    public MappingSettings {
        check("batchSize", batchSize, 1, 10_000);
        check("maximumBatchingWindow", maximumBatchingWindow, Duration.ofMinutes(5));
        check("parallelizationFactor", parallelizationFactor, 1, 10);
        check("maximumRetryAttempts", maximumRetryAttempts, -1, 10_000);
        check("tumblingWindow", tumblingWindow, Duration.ofMinutes(15));
    }

    private static void check(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException("%s must be from %d to %d, not %d".formatted(name, min, max, value));
        }
    }

    private static void check(String name, Duration value, Duration max) {
        if (value.isNegative() || value.compareTo(max) > 0) {
            throw new IllegalArgumentException("%s must be from PT0S to %s, not %s".formatted(name, max, value));
        }
    }

    /** Returns the parameters that are set for the local run. */
    public static MappingSettings of(TaxiTripsProperties.Mapping mapping) {
        return builder()
                .batchSize(mapping.batchSize())
                .maximumBatchingWindow(mapping.maximumBatchingWindow())
                .parallelizationFactor(mapping.parallelizationFactor())
                .bisectBatchOnFunctionError(mapping.bisectBatchOnFunctionError())
                .reportBatchItemFailures(mapping.reportBatchItemFailures())
                .maximumRetryAttempts(mapping.maximumRetryAttempts())
                .maximumRecordAge(mapping.maximumRecordAge().isZero() ? null : mapping.maximumRecordAge())
                .tumblingWindow(mapping.tumblingWindow())
                .startingPosition(mapping.startingPosition())
                .startingPositionTimestamp(
                        mapping.startingPositionTimestamp().isEmpty()
                                ? Instant.EPOCH
                                : Instant.ofEpochSecond(Long.parseLong(mapping.startingPositionTimestamp())))
                .maximumBackOff(mapping.maxBackOff())
                .build();
    }

    /** Returns a builder with Lambda's defaults, which retry without end, here without waiting. */
    public static Builder builder() {
        return new Builder();
    }

    /** Number of lanes that a shard's records are dealt to. */
    int lanes() {
        return tumblingWindow.isZero() ? parallelizationFactor : 1;
    }

    /** Makes settings; each method sets the component of its name. */
    public static final class Builder {
        private int batchSize = 100;
        private Duration maximumBatchingWindow = Duration.ZERO;
        private int parallelizationFactor = 1;
        private boolean bisectBatchOnFunctionError;
        private boolean reportBatchItemFailures;
        private int maximumRetryAttempts = -1;
        private @Nullable Duration maximumRecordAge;
        private Duration tumblingWindow = Duration.ZERO;
        private StartingPosition startingPosition = StartingPosition.TRIM_HORIZON;
        private Instant startingPositionTimestamp = Instant.EPOCH;
        private Duration maximumBackOff = Duration.ZERO;

        private Builder() {}

        public Builder batchSize(int size) {
            this.batchSize = size;
            return this;
        }

        public Builder maximumBatchingWindow(Duration window) {
            this.maximumBatchingWindow = window;
            return this;
        }

        public Builder parallelizationFactor(int factor) {
            this.parallelizationFactor = factor;
            return this;
        }

        public Builder bisectBatchOnFunctionError(boolean bisect) {
            this.bisectBatchOnFunctionError = bisect;
            return this;
        }

        public Builder reportBatchItemFailures(boolean report) {
            this.reportBatchItemFailures = report;
            return this;
        }

        public Builder maximumRetryAttempts(int retries) {
            this.maximumRetryAttempts = retries;
            return this;
        }

        public Builder maximumRecordAge(@Nullable Duration age) {
            this.maximumRecordAge = age;
            return this;
        }

        public Builder tumblingWindow(Duration window) {
            this.tumblingWindow = window;
            return this;
        }

        public Builder startingPosition(StartingPosition position) {
            this.startingPosition = position;
            return this;
        }

        public Builder startingPositionTimestamp(Instant timestamp) {
            this.startingPositionTimestamp = timestamp;
            return this;
        }

        public Builder maximumBackOff(Duration wait) {
            this.maximumBackOff = wait;
            return this;
        }

        /**
         * Returns the settings.
         *
         * @throws IllegalArgumentException if a number or a time is out of its range
         */
        public MappingSettings build() {
            return new MappingSettings(
                    batchSize,
                    maximumBatchingWindow,
                    parallelizationFactor,
                    bisectBatchOnFunctionError,
                    reportBatchItemFailures,
                    maximumRetryAttempts,
                    maximumRecordAge,
                    tumblingWindow,
                    startingPosition,
                    startingPositionTimestamp,
                    maximumBackOff);
        }
    }
}
