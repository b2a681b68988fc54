package io.github.taxitrips.local.lake;

import io.github.taxitrips.intake.TableReader.NotConvertibleException;
import io.github.taxitrips.local.base.Account;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The records that could not be converted, a JSON document in a line each: Amazon Data Firehose Developer Guide, "Handle
 * failed data conversion". The guide has {@code errorCode} and {@code errorMessage}; the service was seen to write {@code
 * lastErrorCode} and {@code lastErrorMessage}.
 */
final class ConversionErrors implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();

    private final Path file;
    private final String table;
    private final Instant end;
    private @Nullable OutputStream out;
    private long count;

    /**
     * @param file made with the first record
     * @param table the Glue table's name
     * @param end when the conversion was tried
     */
    ConversionErrors(Path file, String table, Instant end) {
        this.file = file;
        this.table = table;
        this.end = end;
    }

    long count() {
        return count;
    }

    void add(byte[] record, long arrival, int number, NotConvertibleException reason) throws IOException {
        if (out == null) {
            out = new BufferedOutputStream(Files.newOutputStream(file));
        }
        ObjectNode document = JSON.createObjectNode()
                .put("attemptsMade", 1)
                .put("arrivalTimestamp", arrival)
                .put("lastErrorCode", "DataFormatConversion." + (reason.isJson() ? "MalformedData" : "ParseError"))
                .put("lastErrorMessage", reason.getMessage())
                .put("attemptEndingTimestamp", end.toEpochMilli())
                .put("rawData", Base64.getEncoder().encodeToString(record))
                // The service's have 56 digits; these, too, rise with arrival.
                .put("sequenceNumber", String.format(Locale.ROOT, "49%020d%034d", arrival, number))
                .put("subSequenceNumber", 0);
        document.putObject("dataCatalogTable")
                .put("catalogId", Account.ID)
                .put("databaseName", Catalog.DATABASE)
                .put("tableName", table)
                .put("region", Account.REGION)
                .put("versionId", Catalog.VERSION)
                .put("catalogArn", Catalog.ARN);
        out.write(JSON.writeValueAsBytes(document));
        out.write('\n');
        count++;
    }

    @Override
    public void close() throws IOException {
        if (out != null) {
            out.close();
        }
    }
}
