package io.github.taxitrips.local.sql;

import io.github.taxitrips.local.base.DeskSettings;
import io.github.taxitrips.settings.TaxiTripsProperties;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Asks the data lake that is set from a terminal, whether or not a server is running on it: prints a table, or CSV with {@code
 * --csv}. The statement is an argument, a file whose name ends in {@code .sql}, the name of one of the {@link Questions}, or
 * what comes in.
 */
final class Query {

    private static final String HELP = """
            Usage: query [--csv] [--year=2026] [--month=11] [--day=30] [--hour=07] [--taxi-trips.<setting>=<value>] [STATEMENT]
            Asks the data lake, whether or not a server is running on it, and prints a table, or CSV.
            STATEMENT is SQL, a file whose name ends in .sql, or one of these questions; without it, what comes in is read:
            """;

    private static final String CSV = "--csv";
    private static final List<String> PARTITIONS = List.of("year", "month", "day", "hour");

    /**
     * Asks, prints, and exits: with status 1 and words if the statement is refused.
     *
     * @param args the statement; {@code --csv}; {@code --year=}, {@code --month=}, {@code --day=} and {@code --hour=} for a part
     *     of the lake; and Spring's own, such as {@code --taxi-trips.local.data-lake=another}
     */
    public static void main(String[] args) throws IOException {
        System.exit(run(args, System.out));
    }

    static int run(String[] args, PrintStream out) throws IOException {
        if (List.of(args).contains("--help")) {
            out.print(HELP);
            Questions.all().forEach(question -> out.println("  " + question.name()));
            return 0;
        }
        List<String> words =
                Stream.of(args).filter(arg -> !arg.startsWith("--")).toList();
        String[] options = Stream.of(args).filter(arg -> arg.startsWith("--")).toArray(String[]::new);
        Map<String, String> parts = Stream.of(options)
                .map(option -> option.substring(2).split("=", 2))
                .filter(option -> PARTITIONS.contains(option[0]))
                .collect(Collectors.toMap(option -> option[0], option -> option.length == 1 ? "" : option[1]));
        boolean csv = Arrays.asList(options).contains(CSV);
        TaxiTripsProperties properties = DeskSettings.read(options);
        Limits limits = Limits.of(properties.local().sql());
        try (Sql sql = new Sql(properties.local().dataLake(), properties.table(), limits, Runnable::run)) {
            String statement = statement(words);
            boolean truncated = csv
                    ? printCsv(sql, statement, new Hours(parts), out)
                    : printTable(sql, statement, new Hours(parts), out);
            if (truncated) {
                System.err.printf(
                        "Only the first %,d rows; taxi-trips.local.sql.max-rows sets how many.%n", limits.rows());
            }
            return 0;
        } catch (RefusedException e) {
            System.err.println(e.explanation());
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
        }
        return 1;
    }

    private static boolean printCsv(Sql sql, String statement, Hours hours, PrintStream out)
            throws IOException, RefusedException {
        Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
        boolean truncated = sql.query(statement, hours, new CsvRows(writer));
        writer.flush();
        return truncated;
    }

    private static boolean printTable(Sql sql, String statement, Hours hours, PrintStream out)
            throws IOException, RefusedException {
        TextTable table = new TextTable();
        boolean truncated = sql.query(statement, hours, table);
        table.lines().forEach(out::println);
        return truncated;
    }

    private static String statement(List<String> words) throws IOException {
        if (words.isEmpty()) {
            return new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        }
        String all = String.join(" ", words);
        if (all.endsWith(".sql") && Files.isRegularFile(Path.of(all))) {
            return Files.readString(Path.of(all));
        }
        return Questions.all().stream()
                .filter(question -> question.name().equals(all))
                .map(Questions.Question::statement)
                .findFirst()
                .orElse(all);
    }
}
