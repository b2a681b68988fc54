package io.github.taxitrips.local.lake;

import java.nio.file.Path;

/**
 * A file of the lake.
 *
 * @param path where it is, below the lake's folder
 * @param folder the first folder below that: the table's name, {@code quarantine}, or one of them with {@code error}
 * @param rows its rows if it is Parquet, else its lines
 * @param bytes its size
 */
public record LakeFile(Path path, String folder, long rows, long bytes) {

    /** Whether it is Parquet. */
    public boolean isParquet() {
        return path.toString().endsWith(Parquet.EXTENSION);
    }

    /** Its name without an extension. */
    String name() {
        return path.getFileName().toString().replaceFirst("\\.(parquet|gz)$", "");
    }
}
