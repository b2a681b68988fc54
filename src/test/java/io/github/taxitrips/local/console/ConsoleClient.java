package io.github.taxitrips.local.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls the console's API, with its token where something changes. */
final class ConsoleClient {

    private final URI api;
    private final HttpClient http = HttpClient.newHttpClient();
    private final JsonMapper json = new JsonMapper();

    /** @param root the console's page */
    ConsoleClient(URI root) {
        this.api = root.resolve("/console/api/");
    }

    HttpResponse<String> call(String method, String path, String body, String token)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(api.resolve(path))
                .header("Content-Type", "application/json")
                .header("X-Console-Token", token)
                .method(method, BodyPublishers.ofString(body));
        return http.send(request.build(), BodyHandlers.ofString());
    }

    HttpResponse<String> asked(String path) throws IOException, InterruptedException {
        return call("GET", path, "", "");
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        return read(asked(path));
    }

    HttpResponse<String> posted(String path, String body) throws IOException, InterruptedException {
        return call("POST", path, body, get("about").get("token").asString());
    }

    JsonNode post(String path, String body) throws IOException, InterruptedException {
        return read(posted(path, body));
    }

    private JsonNode read(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json.readTree(answer.body());
    }
}
