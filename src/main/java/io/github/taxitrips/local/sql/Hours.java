package io.github.taxitrips.local.sql;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A part of the lake, by the partitions that its files are in.
 *
 * @param partitions values of {@code year}, {@code month}, {@code day} and {@code hour}, as many as are given
 */
public record Hours(Map<String, String> partitions) {

    /** The whole lake. */
    public static final Hours ALL = new Hours(Map.of());

    private static final Map<String, Pattern> VALUES = new LinkedHashMap<>();

    static {
        VALUES.put("year", Pattern.compile("\\d{4}"));
        for (String name : new String[] {"month", "day", "hour"}) {
            VALUES.put(name, Pattern.compile("\\d{2}"));
        }
    }

    /**
     * Holds the values to their form.
     *
     * @throws IllegalArgumentException if a partition or value is none, saying what is allowed
     */
    public Hours {
        partitions.forEach((name, value) -> {
            Pattern pattern = VALUES.get(name);
            if (pattern == null || !pattern.matcher(value).matches()) {
                throw new IllegalArgumentException("There is no partition " + name + "=" + value
                        + ": a part of the lake is told by year (2026), month, day and hour (07)");
            }
        });
        partitions = Map.copyOf(partitions);
    }

    /** Whether a file is in this part. */
    boolean contains(String file) {
        String path = file.replace('\\', '/');
        return partitions.entrySet().stream()
                .allMatch(entry -> path.contains("/" + entry.getKey() + "=" + entry.getValue() + "/"));
    }
}
