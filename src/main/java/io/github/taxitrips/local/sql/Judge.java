package io.github.taxitrips.local.sql;

import io.github.taxitrips.local.sql.RefusedException.Place;
import io.github.taxitrips.local.sql.RefusedException.Reason;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tells statements that return rows from all others, by DuckDB's own parser, and puts its errors into words.
 *
 * <p>It is not what keeps a statement from doing harm, which {@link Box} does, but what tells people at once.
 */
final class Judge {

    private static final Pattern EXPLAIN =
            Pattern.compile("\\s*explain(\\s+analyze)?(?=[\\s(])", Pattern.CASE_INSENSITIVE);
    private static final Pattern WRAPPER = Pattern.compile(
            "^Invalid Input Error: Attempting to execute an unsuccessful or closed pending query result\\s+Error: ");
    private static final Pattern EXCERPT = Pattern.compile("(?s)\\n\\nLINE (\\d+): (.*?)\\n( *)\\^.*$");
    /** Functions of a FROM that do more than read, or run a statement that stands in a text. */
    private static final Pattern ACTING = Pattern.compile(
            "\"function_name\":\"(arrow_scan|arrow_scan_dumb|checkpoint|disable_logging|disable_profiling|enable_logging"
                    + "|enable_profiling|force_checkpoint|json_execute_serialized_sql|query|query_table"
                    + "|truncate_duckdb_logs|write_log)\"",
            Pattern.CASE_INSENSITIVE);

    private static final JsonMapper JSON = new JsonMapper();

    private Judge() {}

    /**
     * Returns what DuckDB's parser makes of a statement that returns rows and changes nothing.
     *
     * @throws RefusedException if it is none, or more than one
     */
    static String judge(Connection database, String statement) throws SQLException, RefusedException {
        Matcher explain = EXPLAIN.matcher(statement);
        // Blanks, so that places stay.
        String query = explain.lookingAt()
                ? explain.group().replaceAll("\\S", " ") + statement.substring(explain.end())
                : statement;
        String tree;
        try (PreparedStatement parse = database.prepareStatement("SELECT json_serialize_sql(CAST(? AS VARCHAR))")) {
            parse.setString(1, query);
            try (ResultSet parsed = parse.executeQuery()) {
                parsed.next();
                tree = parsed.getString(1);
            }
        }
        JsonNode judged = JSON.readTree(tree);
        if (judged.path("error").asBoolean()) {
            String message = judged.path("error_message").asString();
            if (judged.path("error_type").asString().equals("not implemented")) {
                throw new RefusedException(
                        Reason.NOT_A_QUERY, "This statement is not one that only returns rows.", null);
            }
            JsonNode position = judged.get("position");
            throw new RefusedException(
                    Reason.WRONG, sentence(message), position == null ? null : place(query, position.asString()));
        }
        int statements = judged.path("statements").size();
        if (statements != 1) {
            throw new RefusedException(
                    Reason.NOT_A_QUERY,
                    statements == 0 ? "There is no statement." : "These are " + statements + " statements.",
                    null);
        }
        Matcher acting = ACTING.matcher(tree);
        if (acting.find()) {
            throw new RefusedException(
                    Reason.NOT_A_QUERY, "The function " + acting.group(1) + " does more than read tables.", null);
        }
        return tree;
    }

    private static @Nullable Place place(String statement, String position) {
        try {
            String before = statement.substring(0, Integer.parseInt(position));
            int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
            return new Place(line, before.length() - before.lastIndexOf('\n'));
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            return null;
        }
    }

    /** Puts what DuckDB says of a statement that it runs into words. */
    static RefusedException explain(SQLException e) {
        String message = WRAPPER.matcher(String.valueOf(e.getMessage())).replaceFirst("");
        Reason reason = message.startsWith("Out of Memory Error") || message.contains("Allocation failure")
                ? Reason.MEMORY
                : message.startsWith("Permission Error")
                                || message.contains("disabled by configuration")
                                || message.contains("configuration has been locked")
                                || message.contains("read-only mode")
                        ? Reason.FORBIDDEN
                        : Reason.WRONG;
        Matcher excerpt = EXCERPT.matcher(message);
        Place place = null;
        if (excerpt.find()) {
            // A long line is cut in front, and its columns cannot be told any more.
            int column = excerpt.group(2).startsWith("...")
                    ? 0
                    : excerpt.group(3).length() - ("LINE " + excerpt.group(1) + ": ").length() + 1;
            place = new Place(Integer.parseInt(excerpt.group(1)), Math.max(column, 0));
            message = message.substring(0, excerpt.start());
        }
        return new RefusedException(
                reason,
                reason == Reason.MEMORY ? "The statement needs more memory than it may have." : sentence(message),
                place);
    }

    private static String sentence(String message) {
        String text = message.strip();
        return text.isEmpty() || text.endsWith(".") || text.endsWith("!") || text.endsWith("?") ? text : text + ".";
    }
}
