package io.github.taxitrips.local.lake;

import static io.github.taxitrips.local.lake.LakeLab.STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.settings.Table;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.json.JsonMapper;

/** Values come out of Parquet, read by another library, as they went in; what is not sure to convert does not come at all. */
class ConversionProperties {

    private static final Table TABLE = LakeLab.TABLE;
    private static final JsonMapper JSON = new JsonMapper();
    private static final int RECORDS = 300;
    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    private static final long SECONDS = ChronoUnit.SECONDS.between(FIRST, Instant.parse("9999-12-31T23:59:59Z"));

    /** A value as JSON, with what becomes of it; null of a misfit. */
    private record Drawn(String json, Object value) {

        boolean fits() {
            return value != null;
        }
    }

    @Property(tries = 15)
    void valuesAreEqual(@ForAll Random random) throws IOException {
        List<byte[]> records = new ArrayList<>();
        List<List<Object>> rows = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        for (int i = 0; i < RECORDS; i++) {
            StringBuilder record = new StringBuilder();
            List<List<Object>> those = new ArrayList<>();
            boolean fits = true;
            for (int documents = random.nextInt(4); documents > 0; documents--) {
                List<Object> row =
                        new ArrayList<>(Collections.nCopies(TABLE.columns().size(), null));
                fits &= append(record, row, random);
                those.add(row);
            }
            records.add(record.toString().getBytes(StandardCharsets.UTF_8));
            if (fits) {
                rows.addAll(those);
            } else {
                refused.add(record.toString());
            }
        }
        Path folder = Files.createTempDirectory("conversion");
        try (Lake lake = LakeLab.open(folder)) {
            lake.append(STREAM, records);
            lake.flush();
            List<List<Object>> read = new ArrayList<>();
            List<String> errors = new ArrayList<>();
            for (LakeFile file : lake.files()) {
                if (file.isParquet()) {
                    SecondReader.rows(file.path()).forEach(row -> read.add(LakeLab.values(TABLE, row)));
                } else {
                    for (String line : Files.readAllLines(file.path())) {
                        byte[] raw = Base64.getDecoder()
                                .decode(JSON.readTree(line).get("rawData").stringValue());
                        errors.add(new String(raw, StandardCharsets.UTF_8));
                    }
                }
            }
            // Short of what is as it should be.
            assertThat(errors.stream().filter(record -> !refused.contains(record)))
                    .isEmpty();
            assertThat(refused.stream().filter(record -> !errors.contains(record)))
                    .isEmpty();
            assertThat(read).hasSameSizeAs(rows);
            for (int i = 0; i < rows.size(); i++) {
                assertThat(read.get(i)).isEqualTo(rows.get(i));
            }
        } finally {
            FileSystemUtils.deleteRecursively(folder);
        }
    }

    /** Appends a document, and returns whether it fits. */
    private static boolean append(StringBuilder record, List<Object> row, Random random) {
        List<String> members = new ArrayList<>();
        boolean fits = true;
        for (int i = 0; i < row.size(); i++) {
            String name = TABLE.columns().get(i).name();
            switch (random.nextInt(12)) {
                case 0 -> {}
                case 1 -> members.add("\"" + name + "\": null");
                default -> {
                    Drawn drawn = random.nextInt(300) == 0
                            ? misfit(TABLE.columns().get(i).columnType().kind().name(), random)
                            : draw(name, random);
                    row.set(i, drawn.value());
                    fits &= drawn.fits();
                    members.add("\"" + (random.nextBoolean() ? name : name.toUpperCase(Locale.ROOT)) + "\":"
                            + drawn.json());
                    if (random.nextInt(500) == 0) {
                        members.add("\"" + name.replace('i', 'I') + "\" : null");
                        fits = false;
                    }
                }
            }
        }
        if (random.nextBoolean()) {
            members.add("\"other\":{\"a\":[1,{\"int\":\"x\"}],\"b\":1.5e3}");
        }
        Collections.shuffle(members, random);
        record.append(random.nextBoolean() ? "" : " \n")
                .append('{')
                .append(String.join(",", members))
                .append('}');
        if (random.nextInt(200) == 0) {
            record.append(random.nextBoolean() ? "]" : "[{}]");
            return false;
        }
        return fits;
    }

    private static Drawn misfit(String kind, Random random) {
        List<String> all = new ArrayList<>(List.of("{}", "[]", "{\"a\":1}"));
        if (!kind.equals("STRING")) {
            all.addAll(List.of("\"\"", "\"1 \"", "\"x\""));
            all.add(kind.equals("BOOLEAN") ? "1" : "true");
            all.add(kind.equals("BOOLEAN") ? "\"true\"" : "-1e999");
        }
        if (List.of("INT", "BIGINT").contains(kind)) {
            all.addAll(List.of("1.0", "1e2", "9223372036854775808"));
        }
        if (List.of("DATE", "TIMESTAMP").contains(kind)) {
            all.addAll(List.of("\"2026-02-29\"", "\"2026-02-29T00:00:00Z\"", "\"10000-01-01\"", "-1"));
        }
        return new Drawn(all.get(random.nextInt(all.size())), null);
    }

    private static Drawn draw(String type, Random random) {
        return switch (type) {
            case "string" -> string(random);
            case "boolean" -> {
                boolean value = random.nextBoolean();
                yield new Drawn(Boolean.toString(value), value);
            }
            case "int" -> {
                int value = random.nextInt() >> random.nextInt(32);
                yield new Drawn(value == 0 ? "-0" : Integer.toString(value), value);
            }
            case "bigint" -> {
                long value = random.nextLong() >> random.nextInt(64);
                yield new Drawn(Long.toString(value), value);
            }
            case "float" -> {
                float value = Float.intBitsToFloat(random.nextInt());
                yield Float.isFinite(value) ? new Drawn(Float.toString(value), value) : new Drawn("1E-60", 0f);
            }
            case "double" -> {
                double value = Double.longBitsToDouble(random.nextLong());
                yield Double.isFinite(value) ? new Drawn(Double.toString(value), value) : new Drawn("-0", -0.0);
            }
            case "date" -> {
                LocalDate day = LocalDate.ofEpochDay(Math.floorDiv(time(random).getEpochSecond(), 86_400));
                yield new Drawn("\"" + day + "\"", (int) day.toEpochDay());
            }
            case "timestamp" -> timestamp(random);
            default -> decimal(type, random);
        };
    }

    private static Drawn string(Random random) {
        int[] points = random.ints(random.nextInt(12), 0, 0x11_0000)
                .map(point -> random.nextInt(3) == 0 ? point : random.nextInt(128))
                .filter(point -> point < 0xD800 || point > 0xDFFF)
                .toArray();
        String text = new String(points, 0, points.length);
        return switch (random.nextInt(4)) {
            case 0 -> new Drawn("1.50E+2", "1.50E+2");
            case 1 -> new Drawn("false", "false");
            default -> new Drawn(JSON.writeValueAsString(text), text);
        };
    }

    private static Drawn timestamp(Random random) {
        Instant time = time(random).plusNanos(random.nextInt(1_000_000_000));
        String date = LocalDate.ofInstant(time, ZoneOffset.UTC).toString();
        String clock = time.truncatedTo(ChronoUnit.SECONDS).toString().substring(11, 19);
        long seconds = time.getEpochSecond();
        return switch (random.nextInt(4)) {
            case 0 ->
                new Drawn(
                        "\"%sT%s.%09dZ\"".formatted(date, clock, time.getNano()),
                        seconds * 1_000_000 + time.getNano() / 1_000);
            case 1 -> new Drawn("\"%s %s\"".formatted(date, clock), seconds * 1_000_000);
            case 2 -> {
                long millis = 1_100_000_000_000L + random.nextInt();
                yield new Drawn(Long.toString(millis), millis * 1_000);
            }
            default -> {
                int epoch = random.nextInt(Integer.MAX_VALUE);
                yield new Drawn(epoch + ".25", epoch * 1_000_000L + 250_000);
            }
        };
    }

    private static Instant time(Random random) {
        return FIRST.plusSeconds((long) (random.nextDouble() * SECONDS));
    }

    private static Drawn decimal(String type, Random random) {
        int[] digits = Arrays.stream(type.replaceAll("decimal\\(|\\)", "").split(","))
                .mapToInt(Integer::parseInt)
                .toArray();
        BigInteger most = BigInteger.TEN.pow(digits[0]).subtract(BigInteger.ONE);
        BigInteger unscaled =
                switch (random.nextInt(4)) {
                    case 0 -> most;
                    case 1 -> most.negate();
                    default ->
                        new BigInteger(most.bitLength() - 1, random).shiftRight(random.nextInt(most.bitLength()));
                };
        BigDecimal value = new BigDecimal(unscaled, digits[1]);
        String text = value.toPlainString();
        return new Drawn(text.endsWith(".00") ? text.substring(0, text.length() - 3) : text, value);
    }
}
