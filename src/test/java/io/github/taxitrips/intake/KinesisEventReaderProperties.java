package io.github.taxitrips.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.serialization.events.LambdaEventSerializers;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import tools.jackson.databind.json.JsonMapper;

/** Made-up events are read as AWS reads them, and broken ones as the JSON parser does, whichever way is taken. */
class KinesisEventReaderProperties {

    private static final JsonMapper JSON = new JsonMapper();
    private static final List<String> RECORD_MEMBERS = List.of(
            "eventSource", "eventVersion", "eventID", "eventName", "invokeIdentityArn", "awsRegion", "eventSourceARN");
    private static final List<String> KINESIS_MEMBERS =
            List.of("kinesisSchemaVersion", "partitionKey", "sequenceNumber", "encryptionType");
    private static final List<String> TEXTS =
            List.of("", "aws:kinesis", "1.0", "é", "漢字\uD83D\uDE95", "a\"b", "tab\t", "\\", "/", "\u2028", " ");
    private static final List<String> NUMBERS = List.of(
            "0",
            "-0.0",
            "1545084650.987",
            "1767225600",
            "1767225600.1234567",
            "0.001",
            "-1.5",
            "1.5E9",
            "12345678901.2345678901234567890");

    /** Times in milliseconds, which AWS's reader takes for seconds, and numbers that no reader may choke on. */
    private static final List<String> ODD_NUMBERS = List.of(
            "123456789012345",
            "9007199254740993",
            "99999999999.999",
            "100000000000",
            "1779165380250",
            "1e11",
            "1e400",
            "-1e400",
            "1".repeat(1_100),
            "0." + "1".repeat(1_100),
            "1e" + "9".repeat(1_100),
            "-" + "9".repeat(100_000));

    private final KinesisEventReader reader = new KinesisEventReader();

    @Property
    void eventsAreReadAsAwsReadsThem(@ForAll long seed, @ForAll @IntRange(max = 5) int records) {
        byte[] json = event(new Random(seed), records).getBytes(UTF_8);
        KinesisEvent expected = LambdaEventSerializers.serializerFor(
                        KinesisEvent.class, KinesisEvent.class.getClassLoader())
                .fromJson(new ByteArrayInputStream(json));
        assertThat(reader.read(json)).as(() -> new String(json, UTF_8)).isEqualTo(expected);
        assertThat(reader.parse(json)).isEqualTo(expected);
    }

    @Property(tries = 300)
    void bothWaysReadOddNumbersAlike(@ForAll long seed) {
        Random random = new Random(seed);
        String number = ODD_NUMBERS.get(random.nextInt(ODD_NUMBERS.size()));
        byte[] json = ("{\"Records\":[{\"kinesis\":{\"data\":\"" + data(random) + "\",\"approximateArrivalTimestamp\":"
                        + number + "}}]}")
                .getBytes(UTF_8);
        assertThat(UsualEventReader.read(json)).isNotNull().isEqualTo(reader.parse(json));
    }

    /** Beyond the limits that Jackson sets by default: nesting 500, numbers of 1,000 digits, names of 50,000 characters. */
    @Property(tries = 50)
    void noSizeOfAnythingFailsWithoutWords(@ForAll @IntRange(min = 400, max = 120_000) int size, @ForAll long seed) {
        String value =
                switch (new Random(seed).nextInt(5)) {
                    case 0 -> "[".repeat(size) + "]".repeat(size);
                    case 1 -> "{\"a\":".repeat(size) + "1" + "}".repeat(size);
                    case 2 -> "7".repeat(size);
                    case 3 -> "{\"" + "n".repeat(size) + "\":1}";
                    default -> "[".repeat(size);
                };
        for (String event : List.of(
                value,
                "{\"other\":" + value + ",\"Records\":[]}",
                "{\"Records\":" + value + "}",
                "{\"Records\":[{\"kinesis\":{\"data\":\"\",\"other\":" + value + "}}]}",
                "{\"Records\":[{\"kinesis\":{\"data\":\"\",\"approximateArrivalTimestamp\":" + value + "}}]}",
                "{\"Records\":[],\"window\":{},\"state\":" + value + "}")) {
            try {
                assertThat(reader.read(event.getBytes(UTF_8)).getRecords()).hasSizeLessThanOrEqualTo(1);
            } catch (InvalidEventException e) {
                assertThat(e.getMessage()).hasSizeLessThan(400);
            }
        }
    }

    @Property(tries = 5_000)
    void theShortWayTakesNothingThatTheParserRefuses(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 3) int faults) {
        Random random = new Random(seed);
        byte[] json = event(random, 1 + random.nextInt(2)).getBytes(UTF_8);
        for (int i = 0; i < faults; i++) {
            json = broken(json, random);
        }
        KinesisEvent usual = UsualEventReader.read(json);
        if (usual != null) {
            assertThat(reader.parse(json)).as(new String(json, UTF_8)).isEqualTo(usual);
        }
    }

    private static String event(Random random, int records) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < records; i++) {
            texts.add(record(random));
        }
        List<String> members = new ArrayList<>();
        members.add(member("Records", "[" + String.join(space(random) + ",", texts) + "]", random));
        return object(members, random);
    }

    private static String record(Random random) {
        List<String> kinesis = members(KINESIS_MEMBERS, random);
        kinesis.add(member("data", '"' + data(random) + '"', random));
        if (random.nextBoolean()) {
            kinesis.add(member("approximateArrivalTimestamp", NUMBERS.get(random.nextInt(NUMBERS.size())), random));
        }
        List<String> members = members(RECORD_MEMBERS, random);
        members.add(member("kinesis", object(kinesis, random), random));
        return object(members, random);
    }

    private static List<String> members(List<String> names, Random random) {
        List<String> members = new ArrayList<>();
        for (String name : names) {
            int kind = random.nextInt(20);
            if (kind > 4) {
                members.add(member(name, string(TEXTS.get(random.nextInt(TEXTS.size())), random), random));
            } else if (kind == 4) {
                members.add(member(name, "null", random));
            }
        }
        if (random.nextInt(10) == 0) {
            members.add(member("unknown", "{\"data\":[1,null,\"x\"]}", random));
        }
        return members;
    }

    private static String object(List<String> members, Random random) {
        Collections.shuffle(members, random);
        return space(random) + "{" + String.join(space(random) + ",", members) + "}" + space(random);
    }

    private static String member(String name, String value, Random random) {
        return space(random) + '"' + name + '"' + space(random) + ":" + space(random) + value;
    }

    private static String string(String text, Random random) {
        if (!text.isEmpty() && random.nextInt(20) == 0) {
            // Any character may be written by its number.
            return '"' + text.chars().mapToObj("\\u%04x"::formatted).reduce("", String::concat) + '"';
        }
        return JSON.writeValueAsString(text);
    }

    private static String data(Random random) {
        byte[] payload = new byte[random.nextInt(30)];
        random.nextBytes(payload);
        return Base64.getEncoder().encodeToString(payload);
    }

    private static String space(Random random) {
        return random.nextInt(20) == 0 ? List.of(" ", "\n", "\t", "\r\n").get(random.nextInt(4)) : "";
    }

    /** Drops, doubles or changes some bytes. */
    private static byte[] broken(byte[] json, Random random) {
        int start = random.nextInt(json.length);
        int end = Math.min(json.length, start + 1 + random.nextInt(4));
        byte[] changed = json.clone();
        switch (random.nextInt(4)) {
            case 0 -> changed[start] = (byte) random.nextInt(256);
            case 1 -> changed[start] = (byte) "\"\\{}[]:,=0e-. ".charAt(random.nextInt(14));
            case 2 -> {
                return joined(Arrays.copyOf(json, start), Arrays.copyOfRange(json, end, json.length));
            }
            default -> {
                return joined(Arrays.copyOf(json, end), Arrays.copyOfRange(json, start, json.length));
            }
        }
        return changed;
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined.length == 0 ? new byte[] {'x'} : joined;
    }
}
