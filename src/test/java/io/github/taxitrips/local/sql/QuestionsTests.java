package io.github.taxitrips.local.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.local.producer.TripGenerator;
import io.github.taxitrips.local.sql.Questions.Question;
import io.github.taxitrips.template.Template;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Each question's answer over a small lake, counted by hand, and the template's edition of it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QuestionsTests {

    private static final Map<String, Question> QUESTIONS =
            Questions.all().stream().collect(Collectors.toMap(Question::name, question -> question));

    private SqlLab lab;

    @BeforeAll
    void fill(@TempDir Path folder) {
        lab = new SqlLab(folder, TripGenerator.TABLE);
        lab.trips(
                "2026-11-22T09:00:00Z",
                trip(1, 40.7501, -73.9901, 1, 0.5, 10),
                trip(2, 40.7499, -73.9899, 1, 1.9, 20.5),
                trip(3, 40.7601, -73.9901, 2, 6.1, 30));
        // The first trip again.
        lab.trips(
                "2026-11-22T10:00:00Z", trip(1, 40.7501, -73.9901, 1, 0.5, 10), trip(4, 40.7601, -73.9901, 2, 6.2, 40));
        lab.rejected(
                "2026-11-22T10:00:00Z",
                "{\"reason\":\"zero\",\"field\":\"pickup_latitude\",\"arrival_time\":\"2026-11-22T09:00:00Z\"}",
                "{\"reason\":\"empty\",\"rejected\":3,\"arrival_time\":\"2026-11-22T09:00:01Z\"}",
                "{\"reason\":\"zero\",\"field\":\"pickup_latitude\",\"arrival_time\":\"2026-11-22T09:30:00Z\"}");
    }

    @AfterAll
    void end() {
        lab.close();
    }

    private static String trip(int id, double latitude, double longitude, int passengers, double miles, double amount) {
        return ("{\"trip_id\":%d,\"pickup_latitude\":%s,\"pickup_longitude\":%s,\"dropoff_latitude\":40.8,\"dropoff_longitude\":-73.9,"
                        + "\"passenger_count\":%d,\"trip_distance\":%s,\"total_amount\":%s,\"pickup_datetime\":\"2026-11-22T08:00:00Z\",\"dropoff_datetime\":\"2026-11-22T08:30:00Z\"}")
                .formatted(id, latitude, longitude, passengers, miles, amount);
    }

    private List<String> ask(String name) throws Exception {
        return lab.ask(QUESTIONS.get(name).statement());
    }

    @Test
    void answersAreRight() throws Exception {
        assertThat(ask("trips-per-hour")).containsExactly("2026|11|22|09|3|60.5", "2026|11|22|10|2|50.0");
        assertThat(ask("busiest-pick-ups")).containsExactly("40.75|-73.99|3", "40.76|-73.99|2");
        assertThat(ask("fare-by-distance")).containsExactly("1|0|3|13.5|10.0|20.5", "2|6|2|35.0|30.0|40.0");
        assertThat(ask("what-was-rejected"))
                .containsExactly("empty|null|3|2026-11-22T09:00:01Z", "zero|pickup_latitude|2|2026-11-22T09:30:00Z");
        assertThat(ask("arrived-twice")).containsExactly("1|2");
        assertThat(ask("each-trip-once")).containsExactly("2026|11|22|09|3|60.5", "2026|11|22|10|1|40.0");
        // 5 trips of 5 KB; packed they are one record of 64 KB at most, which is billed as 65 KB.
        assertThat(ask("firehose-cost")).containsExactly("5|2.6E-5|1.0E-6|6.7E-5|3.0E-6");
    }

    @Test
    void athenasViewIsTheOneThatIsHere() throws Exception {
        String view = QUESTIONS.get("each-trip-once").athena();
        assertThat(view).isNotNull();
        String select = view.substring(view.indexOf("SELECT"));
        assertThat(lab.ask("FROM (" + select + ") ORDER BY ALL"))
                .hasSize(4)
                .isEqualTo(lab.ask("FROM nyctaxitrips_once ORDER BY ALL"));
    }

    @Test
    void everyFileIsAQuestionWithATitle() throws Exception {
        try (Stream<Path> files = Files.list(Path.of("src/main/resources/io/github/taxitrips/local/sql"))) {
            assertThat(files.map(file -> file.getFileName().toString().replaceFirst("(\\.athena)?\\.sql$", "")))
                    .containsOnly(QUESTIONS.keySet().toArray(String[]::new));
        }
        assertThat(QUESTIONS.values()).extracting(Question::title).noneMatch(String::isBlank);
    }

    /** The template asks the same of this month alone, and of the stack's own tables. */
    @Test
    void templateOffersEachToAthena() {
        Map<String, String> offered = Template.load().resources().values().stream()
                .map(Template::map)
                .filter(resource -> resource.get("Type").equals("AWS::Athena::NamedQuery"))
                .map(resource -> Template.map(resource.get("Properties")))
                .collect(Collectors.toMap(
                        query -> query.get("Name").toString(), query -> Template.map(query.get("QueryString"))
                                .get("Fn::Sub")
                                .toString()));
        Map<String, String> expected = QUESTIONS.values().stream()
                .flatMap(question -> question.athena() == null
                        ? Stream.of(Map.entry(question.name(), question.statement()))
                        : Stream.of(
                                Map.entry(question.name(), question.statement()),
                                Map.entry(question.name() + "-view", question.athena())))
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> plain(entry.getValue())));

        offered.replaceAll((name, query) -> plain(query.replace("${GlueTable}", "nyctaxitrips")
                .replace("${QuarantineTable}", "rejected_trips")
                .replace(
                        "WHERE year = date_format(current_date, '%Y') AND month = date_format(current_date, '%m')\n",
                        "")));
        assertThat(offered).isEqualTo(expected);
    }

    private static String plain(String statement) {
        return statement
                .lines()
                .filter(line -> !line.startsWith("--"))
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .collect(Collectors.joining("\n"));
    }
}
