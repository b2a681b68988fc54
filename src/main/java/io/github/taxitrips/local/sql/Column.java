package io.github.taxitrips.local.sql;

/**
 * A column of an answer.
 *
 * @param name its name, which another column may have, too
 * @param type its type, as DuckDB names it: {@code VARCHAR}, {@code BIGINT}, {@code DECIMAL(10,2)}
 */
public record Column(String name, String type) {}
