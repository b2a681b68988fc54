package io.github.taxitrips.local.lake;

import io.github.taxitrips.settings.ColumnType;
import io.github.taxitrips.settings.Table;
import io.github.taxitrips.settings.TaxiTripsProperties.Buffering;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.parquet.example.data.Group;

/** A lake of one stream with a table, and the clock that it goes by. */
final class LakeLab {

    static final String STREAM = "trips";

    /** A column of each type. */
    static final Table TABLE = table(
            "string",
            "boolean",
            "int",
            "bigint",
            "float",
            "double",
            "decimal(4,2)",
            "decimal(18,0)",
            "decimal(38,10)",
            "date",
            "timestamp");

    static final int INT = 2;

    private LakeLab() {}

    /** A table whose columns have the names of their types. */
    static Table table(String... types) {
        return new Table(
                "all_types",
                "int",
                Stream.of(types).map(type -> column(type, type)).toList(),
                List.of());
    }

    static Table.Member column(String name, String type) {
        return new Table.Member(name, type, false, null, null, false, null, null, null, null, null);
    }

    static Lake open(Path folder) {
        return open(folder, Clock.systemUTC(), 900);
    }

    static Lake open(Path folder, Clock clock, int seconds) {
        return new Lake(folder, List.of(converted(TABLE, seconds)), clock);
    }

    static DeliveryStream converted(Table table, int seconds) {
        return new DeliveryStream(STREAM, table.name(), table, false, new Buffering(1, seconds));
    }

    static List<byte[]> records(String... texts) {
        return Stream.of(texts)
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    /** Records of a number each, in the column int. */
    static List<byte[]> numbers(int from, int to) {
        List<byte[]> records = new ArrayList<>();
        for (int i = from; i < to; i++) {
            records.add(("{\"int\":" + i + "}").getBytes(StandardCharsets.UTF_8));
        }
        return records;
    }

    /** The numbers of the column int in every file of the lake, as another reader finds them. */
    static List<Integer> numbers(Lake lake) {
        return lake.read(files -> files.stream()
                .filter(LakeFile::isParquet)
                .flatMap(file -> SecondReader.rows(file.path()).stream())
                .map(row -> row.getInteger(INT, 0))
                .toList());
    }

    /** A row's values, by the types of the table. */
    static List<Object> values(Table table, Group row) {
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < table.columns().size(); i++) {
            values.add(row.getFieldRepetitionCount(i) == 0 ? null : value(table, row, i));
        }
        return values;
    }

    private static Object value(Table table, Group row, int i) {
        ColumnType type = table.columns().get(i).columnType();
        return switch (type.kind()) {
            case STRING -> row.getString(i, 0);
            case BOOLEAN -> row.getBoolean(i, 0);
            case INT, DATE -> row.getInteger(i, 0);
            case BIGINT, TIMESTAMP -> row.getLong(i, 0);
            case FLOAT -> row.getFloat(i, 0);
            case DOUBLE -> row.getDouble(i, 0);
            case DECIMAL ->
                new BigDecimal(
                        type.precision() <= 9
                                ? BigInteger.valueOf(row.getInteger(i, 0))
                                : type.precision() <= 18
                                        ? BigInteger.valueOf(row.getLong(i, 0))
                                        : new BigInteger(row.getBinary(i, 0).getBytes()),
                        type.scale());
        };
    }

    /** A clock that stands still until it is set. */
    static final class SetClock {

        private final AtomicReference<Instant> now;

        SetClock(String now) {
            this.now = new AtomicReference<>(Instant.parse(now));
        }

        void set(String time) {
            now.set(Instant.parse(time));
        }

        Clock clock() {
            InstantSource source = now::get;
            return source.withZone(ZoneOffset.UTC);
        }
    }
}
