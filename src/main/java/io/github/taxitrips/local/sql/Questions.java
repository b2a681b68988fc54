package io.github.taxitrips.local.sql;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Questions worth asking of the lab's table, kept as files beside this class. */
public final class Questions {

    private static final List<String> NAMES = List.of(
            "trips-per-hour",
            "busiest-pick-ups",
            "fare-by-distance",
            "what-was-rejected",
            "arrived-twice",
            "each-trip-once",
            "firehose-cost");

    /**
     * A question.
     *
     * @param name its name, lower-case words and dashes
     * @param title what it asks, in a line
     * @param statement the statement as it runs here, and on Athena if that has no other
     * @param athena the statement for Athena, if it differs
     */
    public record Question(
            String name,
            String title,
            String statement,
            @Nullable String athena) {}

    private Questions() {}

    /** Returns all of them. */
    public static List<Question> all() {
        return NAMES.stream().map(Questions::read).toList();
    }

    private static Question read(String name) {
        String statement = resource(name + ".sql");
        if (statement == null) {
            throw new IllegalStateException("The question " + name + " has no file");
        }
        String title = statement.lines().findFirst().orElse("").replaceFirst("^-- *", "");
        return new Question(name, title, statement, resource(name + ".athena.sql"));
    }

    private static @Nullable String resource(String name) {
        try (InputStream in = Questions.class.getResourceAsStream(name)) {
            return in == null ? null : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
