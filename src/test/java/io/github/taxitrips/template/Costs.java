package io.github.taxitrips.template;

import static io.github.taxitrips.template.Template.list;
import static io.github.taxitrips.template.Template.map;

import io.github.taxitrips.telemetry.Measure;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * What a stack costs a month, worked out from list prices, the template's defaults and the benchmark's milliseconds. The tables
 * of {@code docs/costs.md} are what this computes; a test holds them to it.
 */
final class Costs {

    private static final double HOURS = 24 * 30;
    private static final double SECONDS = HOURS * 3_600;
    private static final double GB = 1e9;

    // --- What is assumed of the trips ---

    private static final int TRIP_BYTES = 300;
    private static final int PARQUET_BYTES = 70;

    /** With what an on-demand stream starts, enough for 4 MB and 4,000 records a second. */
    private static final int SHARDS = 4;

    // --- List prices of us-east-1, without free tiers ---

    private static final double STREAM_HOUR = 0.04;
    private static final double STREAM_GB_IN = 0.08;
    private static final double STREAM_GB_OUT = 0.04;
    private static final double SHARD_HOUR = 0.015;
    private static final double MILLION_PUT_UNITS = 0.014;
    private static final double MILLION_REQUESTS = 0.20;
    private static final double ARM_GB_SECOND = 0.0000133334;
    private static final double INGESTION_GB = 0.029;
    private static final double CONVERSION_GB = 0.018;
    private static final double THOUSAND_PUTS = 0.005;
    private static final double STORAGE_GB = 0.023;
    private static final double LOG_GB = 0.50 + 0.03;
    private static final double METRIC = 0.30;
    private static final double ALARM_METRIC = 0.10;
    private static final double DASHBOARD = 3.00;
    private static final double MILLION_TRACES = 5.00;

    // --- How the services count ---

    private static final double STREAM_UNIT = 1_024;
    private static final double FIREHOSE_UNIT = 5_120;

    /** Whole trips that fit into a packed record of 64 KB. */
    private static final int PACKED_TRIPS = 64 * 1_024 / TRIP_BYTES;

    private static final double OBJECTS = SECONDS / 300;
    private static final int MAPPING_METRICS = 6;

    /** The benchmark's milliseconds for an event of so many records: docs/performance.md, JDK 25 at C1 on whole processors. */
    private static final NavigableMap<Integer, Double> MILLISECONDS =
            new TreeMap<>(Map.of(1, 4.6, 10, 4.2, 100, 5.3, 1_000, 12.2, 6_000, 51.5));

    /** Share of a processor that 1,024 MB get. */
    private static final double PROCESSOR = 0.58;

    /** Until Firehose has answered a call, which the benchmark does not show. */
    private static final double ANSWER_MILLISECONDS = 30;

    /** The function's line for an invocation without unclean records, and what CloudWatch adds to each line. */
    static final int LINE_BYTES = 1_700;

    /** The three lines that Lambda writes for an invocation. */
    private static final int LAMBDA_LINES_BYTES = 1_000;

    /** What an alarm with a band looks at besides its metrics: the upper and the lower edge. */
    private static final int BAND_METRICS = 2;

    private Costs() {}

    /**
     * Trips that come in evenly, and how they are gathered.
     *
     * @param daily trips a day
     * @param batchSize most records an invocation
     * @param window longest wait for them in seconds; 0 is Lambda's own poll, once a second
     */
    record Load(double daily, int batchSize, int window) {

        double trips() {
            return daily * 30;
        }

        /** Records of an invocation, of one shard each. */
        double batch() {
            double gathered = daily / 86_400 / SHARDS * Math.max(1, window);
            return Math.min(batchSize, Math.max(1, gathered));
        }

        double invocations() {
            return trips() / batch();
        }

        /** Trips of a Firehose record that is packed. */
        double packed() {
            double records = Math.ceil(batch() / PACKED_TRIPS);
            return batch() / records;
        }

        double billedGigabytes(boolean packing) {
            double trips = packing ? packed() : 1;
            return trips() / trips * Math.ceil(trips * TRIP_BYTES / FIREHOSE_UNIT) * FIREHOSE_UNIT / GB;
        }

        double traces() {
            double traced = Math.min(invocations(), SECONDS);
            return traced + 0.05 * (invocations() - traced);
        }

        double gigabyteSeconds() {
            return invocations() * (milliseconds(batch()) / PROCESSOR + ANSWER_MILLISECONDS) / 1_000;
        }

        private static double milliseconds(double records) {
            Map.Entry<Integer, Double> below = MILLISECONDS.floorEntry((int) records);
            Map.Entry<Integer, Double> above = MILLISECONDS.ceilingEntry((int) Math.ceil(records));
            double span = above.getKey() - below.getKey();
            double share = span == 0 ? 0 : (records - below.getKey()) / span;
            return below.getValue() + share * (above.getValue() - below.getValue());
        }
    }

    /** A row of the table: what is paid for, and how much it is for a load. */
    private record Item(String name, ToDoubleFunction<Load> dollars) {}

    /** The bill by trips a day. */
    static String bill() {
        Template template = Template.load();
        List<Load> loads = DoubleStream.of(0, 0.1e6, 1e6, 10e6, 100e6)
                .mapToObj(daily -> new Load(
                        daily, number(template, "BatchSize"), number(template, "MaximumBatchingWindowInSeconds")))
                .toList();
        int alarms = alarmMetrics(template);
        List<Item> items = List.of(
                new Item("Kinesis, the stream's hours (on-demand)", load -> HOURS * STREAM_HOUR),
                new Item(
                        "Kinesis, written and read once",
                        load -> load.trips() * STREAM_UNIT / GB * (STREAM_GB_IN + STREAM_GB_OUT)),
                new Item("Lambda, requests", load -> load.invocations() / 1e6 * MILLION_REQUESTS),
                new Item("Lambda, GB-seconds (arm64, 1,024 MB)", load -> load.gigabyteSeconds() * ARM_GB_SECOND),
                new Item("Firehose, ingestion, packed", load -> load.billedGigabytes(true) * INGESTION_GB),
                new Item("Firehose, conversion to Parquet, packed", load -> load.billedGigabytes(true) * CONVERSION_GB),
                new Item("S3, PUT", load -> load.daily() == 0 ? 0 : OBJECTS / 1e3 * THOUSAND_PUTS),
                new Item(
                        "S3, a month's trips, for each month kept",
                        load -> load.trips() * PARQUET_BYTES / GB * STORAGE_GB),
                new Item(
                        "CloudWatch, logs",
                        load -> load.invocations() * (LINE_BYTES + LAMBDA_LINES_BYTES) / GB * LOG_GB),
                new Item("CloudWatch, metrics of the trigger", load -> MAPPING_METRICS * METRIC),
                new Item(
                        "CloudWatch, metrics of the function (" + Measure.values().length + ")",
                        load -> load.daily() == 0 ? 0 : Measure.values().length * METRIC),
                new Item("CloudWatch, the dashboard", load -> DASHBOARD),
                new Item("CloudWatch, alarms (" + alarms + " metrics)", load -> alarms * ALARM_METRIC));
        ToDoubleFunction<Load> total = load -> items.stream()
                .mapToDouble(item -> item.dollars().applyAsDouble(load))
                .sum();
        ToDoubleFunction<Load> unpacked =
                load -> (load.billedGigabytes(false) - load.billedGigabytes(true)) * (INGESTION_GB + CONVERSION_GB);
        List<Item> rows = new ArrayList<>(items);
        rows.add(new Item("**all of it**", total));
        rows.add(new Item("without packing, more", unpacked));
        rows.add(new Item(
                "**all of it without packing**", load -> total.applyAsDouble(load) + unpacked.applyAsDouble(load)));
        rows.add(new Item("with `Tracing=Active`, more", load -> load.traces() / 1e6 * MILLION_TRACES));
        rows.add(new Item("with `StreamMode=PROVISIONED`, more or less", Costs::provisioned));
        return "| a month | idle | 0.1 million | 1 million | 10 million | 100 million |\n|---|--:|--:|--:|--:|--:|\n"
                + rows.stream().map(row -> row(row, loads)).collect(Collectors.joining("\n")) + "\n";
    }

    /** What batches do to packing, by trips a day. */
    static String packing() {
        StringBuilder table = new StringBuilder("""
                | trips a day | `BatchSize`, `MaximumBatchingWindowInSeconds` | invocations a month | trips a Firehose record \
                | billed GB a month | ingestion and conversion |
                |--:|---|--:|--:|--:|--:|
                """);
        for (double daily : new double[] {0.1e6, 1e6, 10e6, 100e6}) {
            for (Load load : List.of(new Load(daily, 100, 0), new Load(daily, 1_000, 30))) {
                table.append(String.format(
                        Locale.ROOT,
                        "| %,.0f | %,d, %d s | %,.0f | %.0f | %.1f | $%,.2f |%n",
                        daily,
                        load.batchSize(),
                        load.window(),
                        load.invocations(),
                        load.packed(),
                        load.billedGigabytes(true),
                        load.billedGigabytes(true) * (INGESTION_GB + CONVERSION_GB)));
            }
        }
        return table.toString().replace("\r\n", "\n");
    }

    /** Shards for twice the average, in place of an on-demand stream. */
    private static double provisioned(Load load) {
        double shards = Math.max(1, Math.ceil(2 * load.daily() / 86_400 / 1_000));
        double onDemand = HOURS * STREAM_HOUR + load.trips() * STREAM_UNIT / GB * (STREAM_GB_IN + STREAM_GB_OUT);
        return shards * HOURS * SHARD_HOUR + load.trips() / 1e6 * MILLION_PUT_UNITS - onDemand;
    }

    private static String row(Item item, List<Load> loads) {
        return loads.stream()
                .map(load -> dollars(item.dollars().applyAsDouble(load)))
                .collect(Collectors.joining(" | ", "| " + item.name() + " | ", " |"));
    }

    private static String dollars(double amount) {
        String digits = String.format(Locale.ROOT, "$%,.2f", Math.abs(amount));
        return amount <= -0.005 ? "-" + digits : digits;
    }

    private static int number(Template template, String parameter) {
        return (Integer) template.parameter(parameter).get("Default");
    }

    /** An alarm is billed by the metrics that it looks at, and by the edges of its band. */
    private static int alarmMetrics(Template template) {
        int metrics = 0;
        for (Map<String, Object> alarm : OnDutyChecks.alarms(template).values()) {
            metrics += alarm.get("Metrics") == null
                    ? 1
                    : (int) list(alarm.get("Metrics")).stream()
                            .filter(metric -> map(metric).containsKey("MetricStat"))
                            .count();
            metrics += alarm.get("ThresholdMetricId") == null ? 0 : BAND_METRICS;
        }
        return metrics;
    }
}
