package io.github.taxitrips.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.local.producer.TripGenerator;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** What is JSON is compared with Jackson, and what is UTF-8 with the JDK. */
class JsonCursorProperties {

    private static final JsonFactory JACKSON = new JsonFactory();
    private static final String[] TOKENS =
            "{|}|[|]|,|:|\"a\"|\"\\u00e9\"|\"|0|-1|12.5|1e5|1E-2|.|-|+|e|true|false|null| |\n|\\|x|00".split("[|]");

    @Property(tries = 3_000)
    void agreesWithJacksonOnRandomTokens(@ForAll("tokens") String text) {
        assertThat(isJson(text.getBytes(UTF_8))).as(text).isEqualTo(isJsonToJackson(text.getBytes(UTF_8)));
    }

    @Property(tries = 3_000)
    void agreesWithJacksonOnDamagedTrips(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] trip = new TripGenerator(seed).record();
        int damages = random.nextInt(4);
        for (int i = 0; i < damages; i++) {
            int at = random.nextInt(trip.length);
            switch (random.nextInt(3)) {
                case 0 -> trip[at] = (byte) random.nextInt(256);
                case 1 -> trip = Arrays.copyOf(trip, Math.max(1, at));
                default -> trip[at] = trip[random.nextInt(trip.length)];
            }
        }
        assertThat(isJson(trip)).as(new String(trip, UTF_8)).isEqualTo(isJsonToJackson(trip));
    }

    @Property(tries = 3_000)
    void agreesWithTheJdkOnUtf8(@ForAll("mostlyHighBytes") byte[] bytes) {
        byte[] text = new byte[bytes.length + 2];
        System.arraycopy(bytes, 0, text, 1, bytes.length);
        text[0] = '"';
        text[text.length - 1] = '"';
        assertThat(isJson(text)).isEqualTo(isJsonToJackson(text));
    }

    @Provide
    Arbitrary<String> tokens() {
        return Arbitraries.of(TOKENS).list().ofMinSize(1).ofMaxSize(12).map(tokens -> String.join("", tokens));
    }

    @Provide
    Arbitrary<byte[]> mostlyHighBytes() {
        return Arbitraries.of(
                        0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED,
                        0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF)
                .map(Integer::byteValue)
                .array(byte[].class)
                .ofMaxSize(6);
    }

    private static boolean isJson(byte[] text) {
        JsonCursor cursor = new JsonCursor(text);
        try {
            cursor.skipValue();
            return cursor.peek() == JsonCursor.END;
        } catch (JsonCursor.Malformed e) {
            return false;
        }
    }

    /** Jackson reads characters here: from bytes it would guess the encoding, and be lax about UTF-8. */
    private static boolean isJsonToJackson(byte[] text) {
        String characters;
        try {
            characters = UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString();
        } catch (CharacterCodingException e) {
            return false;
        }
        try (JsonParser parser = JACKSON.createParser(ObjectReadContext.empty(), characters)) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (JacksonException e) {
            return false;
        }
    }
}
