package io.github.taxitrips.local.lake;

import io.github.taxitrips.intake.TableReader;
import io.github.taxitrips.intake.TableReader.NotConvertibleException;
import io.github.taxitrips.settings.Table;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Makes the files of a buffer, aside from where they belong. */
final class FileWriter {

    /**
     * A file that was made.
     *
     * @param made where it is
     * @param target where it belongs, below the lake's folder
     * @param rows its rows or lines
     */
    record Made(Path made, String target, long rows) {}

    private static final String GZIP = ".gz";
    private static final int BLOCK = 1 << 16;

    private final Path aside;
    private final Parquet parquet;
    private final Clock clock;

    /**
     * @param aside the folder for what is made, which is there when it is
     * @param parquet writes Parquet
     * @param clock tells when records were converted
     */
    FileWriter(Path aside, Parquet parquet, Clock clock) {
        this.aside = aside;
        this.parquet = parquet;
        this.clock = clock;
    }

    /**
     * Makes the files of a buffer, up to two: of what it converts, and of what it cannot.
     *
     * @throws SQLException if DuckDB does not write its records
     */
    List<Made> write(DeliveryStream stream, Path buffer) throws IOException, SQLException {
        ObjectName name = ObjectName.parse(buffer.getFileName().toString());
        Table table = stream.table();
        return table == null ? writePlain(stream, buffer, name) : convert(stream, table, buffer, name);
    }

    private List<Made> convert(DeliveryStream stream, Table table, Path buffer, ObjectName name)
            throws IOException, SQLException {
        Path rowsFile = aside.resolve(name.name() + Parquet.EXTENSION);
        Path errorsFile = aside.resolve(name.name());
        List<Made> made = new ArrayList<>();
        TableReader reader = new TableReader(table.columns());
        try (Parquet.Rows rows = parquet.rows(table.columns());
                ConversionErrors errors = new ConversionErrors(errorsFile, table.name(), clock.instant())) {
            Buffer.<SQLException>read(buffer, (record, arrival, number) -> {
                try {
                    reader.read(record);
                    while (reader.next()) {
                        rows.add(reader);
                    }
                } catch (NotConvertibleException e) {
                    errors.add(record, arrival, number, e);
                }
            });
            if (rows.count() > 0) {
                rows.write(rowsFile);
                made.add(new Made(rowsFile, target(stream.folder(), name, Parquet.EXTENSION), rows.count()));
            }
            if (errors.count() > 0) {
                String folder = stream.errorFolder() + "/format-conversion-failed";
                made.add(new Made(errorsFile, target(folder, name, ""), errors.count()));
            }
        }
        return made;
    }

    private List<Made> writePlain(DeliveryStream stream, Path buffer, ObjectName name) throws IOException {
        Path file = aside.resolve(name.name());
        long[] lines = {0};
        boolean[] any = {false};
        try (OutputStream out = stream.gzip()
                ? new GZIPOutputStream(Files.newOutputStream(file), BLOCK)
                : new BufferedOutputStream(Files.newOutputStream(file), BLOCK)) {
            Buffer.<IOException>read(buffer, (record, arrival, number) -> {
                out.write(record);
                lines[0] += lines(record, record.length);
                any[0] = true;
            });
        }
        if (!any[0]) {
            // All that was in the buffer is a call that was not answered.
            Files.delete(file);
            return List.of();
        }
        return List.of(new Made(file, target(stream.folder(), name, stream.gzip() ? GZIP : ""), lines[0]));
    }

    private static String target(String folder, ObjectName name, String extension) {
        return folder + "/" + name.hour() + "/" + name.name() + extension;
    }

    /** Counts the lines of a file that is not Parquet. */
    static long lines(Path file) throws IOException {
        long lines = 0;
        byte[] block = new byte[BLOCK];
        try (InputStream raw = Files.newInputStream(file);
                InputStream in = file.toString().endsWith(GZIP) ? new GZIPInputStream(raw, BLOCK) : raw) {
            for (int n = in.read(block); n >= 0; n = in.read(block)) {
                lines += lines(block, n);
            }
        }
        return lines;
    }

    private static long lines(byte[] text, int length) {
        long lines = 0;
        for (int i = 0; i < length; i++) {
            lines += text[i] == '\n' ? 1 : 0;
        }
        return lines;
    }
}
