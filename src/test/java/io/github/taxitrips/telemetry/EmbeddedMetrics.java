package io.github.taxitrips.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * Reads a document of CloudWatch's embedded metric format as CloudWatch does, and insists on every rule of the Amazon CloudWatch
 * User Guide, "Specification: Embedded metric format".
 */
public final class EmbeddedMetrics {

    private static final Set<String> UNITS = Set.of("Count", "Bytes", "Milliseconds", "None");

    private EmbeddedMetrics() {}

    /** Returns the metrics of a document: {@code namespace, dimension=value, name, unit} and their values. */
    public static Map<String, Double> read(JsonNode document) {
        Map<String, Double> found = new TreeMap<>();
        assertThat(document.isObject()).isTrue();
        JsonNode metadata = document.get("_aws");
        assertThat(metadata.propertyNames()).containsExactlyInAnyOrder("Timestamp", "CloudWatchMetrics");
        assertThat(metadata.get("Timestamp").isIntegralNumber()).isTrue();
        assertThat(metadata.get("Timestamp").longValue()).isBetween(1_600_000_000_000L, 10_000_000_000_000L);
        for (JsonNode directive : metadata.get("CloudWatchMetrics")) {
            assertThat(directive.propertyNames()).containsExactlyInAnyOrder("Namespace", "Dimensions", "Metrics");
            String namespace = directive.get("Namespace").stringValue();
            assertThat(namespace).matches("[0-9A-Za-z._/#:-]{1,255}");
            assertThat(directive.get("Metrics").size()).isBetween(1, 100);
            for (JsonNode dimensions : directive.get("Dimensions")) {
                StringBuilder set = new StringBuilder();
                assertThat(dimensions.size()).isLessThanOrEqualTo(30);
                for (JsonNode dimension : dimensions) {
                    String name = dimension.stringValue();
                    assertThat(document.get(name).stringValue()).hasSizeBetween(1, 1_024);
                    set.append(name)
                            .append('=')
                            .append(document.get(name).stringValue())
                            .append(", ");
                }
                for (JsonNode metric : directive.get("Metrics")) {
                    String name = metric.get("Name").stringValue();
                    assertThat(name).hasSizeBetween(1, 1_024);
                    assertThat(metric.get("Unit").stringValue()).isIn(UNITS);
                    assertThat(document.get(name).isNumber()).as(name).isTrue();
                    Double before = found.put(
                            namespace + ", " + set + name + ", "
                                    + metric.get("Unit").stringValue(),
                            document.get(name).doubleValue());
                    assertThat(before).as(name + " is there once").isNull();
                }
            }
        }
        return found;
    }
}
