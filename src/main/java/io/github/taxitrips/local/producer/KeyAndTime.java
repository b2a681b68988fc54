package io.github.taxitrips.local.producer;

import io.github.taxitrips.settings.ColumnType;
import io.github.taxitrips.settings.Table;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What a producer wants to know of a record, as far as the record tells.
 *
 * @param id the value of the table's id, which makes a partition key
 * @param time the time of the event: the value of the table's last column that is a timestamp, a trip's end
 */
record KeyAndTime(@Nullable String id, @Nullable Instant time) {

    private static final JsonFactory JSON = new JsonFactory();

    /** Finds both in the records of a table. */
    static final class Finder {

        private final String id;
        private final @Nullable String time;

        Finder(Table table) {
            this.id = table.id();
            this.time = Stream.of(table.columns())
                    .flatMap(columns -> columns.stream())
                    .filter(column -> column.kind() == ColumnType.Kind.TIMESTAMP)
                    .map(Table.Member::name)
                    .reduce((first, last) -> last)
                    .orElse(null);
        }

        /** Returns what a record tells, which need not be one of the table. */
        KeyAndTime find(byte[] record) {
            String foundId = null;
            String foundTime = null;
            try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), record)) {
                if (parser.nextToken() == JsonToken.START_OBJECT) {
                    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                        String name = parser.currentName();
                        boolean scalar = parser.nextToken().isScalarValue();
                        if (scalar && name.equals(id)) {
                            foundId = parser.getString();
                        } else if (scalar && name.equals(time)) {
                            foundTime = parser.getString();
                        }
                        parser.skipChildren();
                    }
                }
            } catch (JacksonException e) {
                // It is no JSON from here on.
            }
            return new KeyAndTime(foundId, time(foundTime));
        }

        private static @Nullable Instant time(@Nullable String text) {
            try {
                return text == null ? null : Instant.parse(text);
            } catch (DateTimeException e) {
                return null;
            }
        }
    }
}
