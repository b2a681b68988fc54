package io.github.taxitrips.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** SQL over HTTP, and the doors of the local run. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "taxi-trips.local.firehose-port=0",
            "taxi-trips.local.replay.trips=0",
            "taxi-trips.local.sql.max-rows=5000",
            "taxi-trips.local.sql.time-limit=20s"
        })
class SqlControllerTests {

    @TempDir
    static Path folder;

    @DynamicPropertySource
    static void dataLake(DynamicPropertyRegistry registry) {
        registry.add("taxi-trips.local.data-lake", () -> folder.resolve("lake"));
        registry.add("taxi-trips.local.stream.folder", () -> folder.resolve("stream"));
    }

    @LocalServerPort
    private int port;

    private final HttpClient http = HttpClient.newHttpClient();
    private final JsonMapper json = new JsonMapper();

    private HttpResponse<String> ask(String path, String statement, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString(statement));
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    @Test
    void answersJson() throws Exception {
        HttpResponse<String> answer =
                ask("/sql", "SELECT 1 AS a, 'x\"' AS a, NULL AS b, 1.50 AS c, TIMESTAMP '2026-01-02 03:04:00' AS t");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(answer.body())
                .isEqualTo("{\"columns\":[{\"name\":\"a\",\"type\":\"INTEGER\"},{\"name\":\"a\",\"type\":\"VARCHAR\"},"
                        + "{\"name\":\"b\",\"type\":\"INTEGER\"},{\"name\":\"c\",\"type\":\"DECIMAL(3,2)\"},"
                        + "{\"name\":\"t\",\"type\":\"TIMESTAMP\"}],"
                        + "\"rows\":[[1,\"x\\\"\",null,1.50,\"2026-01-02T03:04:00\"]],\"truncated\":false}");
    }

    @Test
    void answersCsvToThoseWhoAcceptIt() throws Exception {
        HttpResponse<String> answer = ask("/sql?year=2026", "SELECT 1 AS a, 'ü' AS b", "Accept", "text/csv");
        assertThat(answer.headers().firstValue("Content-Type")).contains("text/csv;charset=UTF-8");
        assertThat(answer.body()).isEqualTo("a,b\r\n1,ü\r\n");
    }

    @Test
    void tellsInTheAnswerAndInATrailerThatRowsWereLeftOut() throws Exception {
        JsonNode all = json.readTree(ask("/sql", "FROM range(5000)").body());
        assertThat(all.get("rows").size()).isEqualTo(5_000);
        assertThat(all.get("truncated").booleanValue()).isFalse();
        assertThat(json.readTree(ask("/sql", "FROM range(5001)").body())
                        .get("truncated")
                        .booleanValue())
                .isTrue();
        assertThat(raw("POST /sql HTTP/1.1\r\nHost: localhost\r\nAccept: text/csv\r\nContent-Type: text/plain\r\n"
                        + "Content-Length: 16\r\nConnection: close\r\n\r\nFROM range(5001)"))
                .startsWith("HTTP/1.1 200")
                .containsIgnoringCase("\r\ntaxi-trips-truncated: true\r\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT nope FROM nyctaxitrips|400|wrong|nope|8",
                "DROP TABLE nyctaxitrips|400|not_a_query|only returns rows|0",
                "FROM read_text('/etc/passwd')|403|forbidden|/etc/passwd|6",
                "SELECT list(range) FROM range(1000000000000)|422|memory|memory|0"
            })
    void refusalsAreProblems(String statement, int status, String reason, String detail, int column) throws Exception {
        for (String accept : new String[] {"*/*", "application/json", "text/csv"}) {
            HttpResponse<String> answer = ask("/sql", statement, "Accept", accept);
            assertThat(answer.statusCode()).isEqualTo(status);
            assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
            JsonNode problem = json.readTree(answer.body());
            assertThat(problem.get("status").intValue()).isEqualTo(status);
            assertThat(problem.get("reason").asString()).isEqualTo(reason);
            assertThat(problem.get("detail").asString()).contains(detail);
            assertThat(problem.get("remedy").asString()).isNotBlank();
            assertThat(problem.path("column").asInt()).isEqualTo(column);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/sql, SELECT 1, Content-Type, application/x-www-form-urlencoded, 415",
        "/sql, SELECT 1, Accept, image/png, 406",
        "/sql, SELECT 1, Accept, csv, 406",
        "/sql?hour=7, SELECT 1, Accept, */*, 400",
        "/sql?x=7, SELECT 1, Accept, */*, 400"
    })
    void otherRequestsAreRefused(String path, String statement, String header, String value, int status)
            throws Exception {
        HttpResponse<String> answer = ask(path, statement, header, value);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(json.readTree(answer.body()).get("detail").asString()).isNotBlank();
    }

    @Test
    void longStatementsAreRefused() throws Exception {
        assertThat(ask("/sql", "SELECT 1" + " ".repeat(64 * 1_024 - 8)).statusCode())
                .isEqualTo(200);
        assertThat(ask("/sql", "SELECT 1" + " ".repeat(64 * 1_024 - 7)).statusCode())
                .isEqualTo(413);
        assertThat(http.send(
                                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/sql"))
                                        .build(),
                                BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(405);
    }

    @Test
    void aStatementEndsWhenItsClientGoesAway() throws Exception {
        ask("/sql", "SELECT 1");
        try (Socket socket = send("POST /sql HTTP/1.1\r\nHost: 127.0.0.1:1\r\nContent-Type: text/plain\r\n"
                + "Content-Length: 40\r\n\r\nSELECT count(*) FROM range(100000000000)")) {
            await().atMost(Duration.ofSeconds(25)).until(() -> busyBoxes() == 1);
            assertThat(socket.isConnected()).isTrue();
        }
        await().atMost(Duration.ofSeconds(10)).until(() -> busyBoxes() == 0);
    }

    /** Processes of statements that have worked for more than they need to start. */
    private static long busyBoxes() {
        return ProcessHandle.current()
                .children()
                .filter(child -> child.info().commandLine().orElse("").contains("local.sql.Box"))
                .filter(child ->
                        child.info().totalCpuDuration().orElse(Duration.ZERO).compareTo(Duration.ofSeconds(3)) > 0)
                .count();
    }

    private Socket send(String request) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        OutputStream out = socket.getOutputStream();
        out.write(request.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
        return socket;
    }

    private String raw(String request) throws IOException {
        try (Socket socket = send(request)) {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Host: localhost:8080|200",
                "Host: 127.0.0.1|200",
                "Host: [::1]:8080|200",
                "Host: LOCALHOST|200",
                "Host: localhost:8080~Origin: http://localhost:8080|200",
                "Host: evil.example|403",
                "Host: localhost.evil.example|403",
                "Host: 127.0.0.1.evil.example:8080|403",
                "Host: 192.168.1.2:8080|403",
                "Host: 0.0.0.0|403",
                "Host: localhost:8080~Origin: http://evil.example|403",
                "Host: localhost:8080~Origin: http://localhost:3000|403",
                "Host: localhost:8080~Origin: https://localhost:8080|403",
                "Host: localhost:8080~Origin: null|403",
                "Host: localhost:8080~Origin: http://localhost:8080~Origin: http://evil.example|403"
            })
    void onlyThisMachineComesIn(String headers, int status) throws IOException {
        for (String path : new String[] {"/", "/sql"}) {
            String body = path.equals("/") ? Files.readString(Path.of("events/clean.json")) : "SELECT 1";
            String answer = raw("POST " + path + " HTTP/1.1\r\n" + headers.replace("~", "\r\n")
                    + "\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: " + body.length()
                    + "\r\n\r\n"
                    + body);
            assertThat(answer).startsWith("HTTP/1.1 " + status).doesNotContainIgnoringCase("access-control");
            if (status == 403) {
                assertThat(answer).contains("application/problem+json", "\"detail\":\"");
            }
        }
    }

    @Test
    void noOneIsToldThatAnotherOriginMayCome() throws IOException {
        String request = String.join(
                "\r\n",
                "OPTIONS /sql HTTP/1.1",
                "Host: localhost",
                "Origin: http://evil.example",
                "Access-Control-Request-Method: POST",
                "Connection: close",
                "",
                "");
        assertThat(raw(request)).startsWith("HTTP/1.1 403").doesNotContainIgnoringCase("access-control-allow");
    }
}
