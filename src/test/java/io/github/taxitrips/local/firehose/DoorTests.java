package io.github.taxitrips.local.firehose;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.local.aws.Faults;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who comes in at the embedded endpoint, by the headers that a browser sets. */
class DoorTests {

    private FirehoseLab lab;

    @BeforeEach
    void open(@TempDir Path folder) {
        lab = new FirehoseLab(folder);
    }

    @AfterEach
    void close() {
        lab.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Host: localhost:8081|200",
                "Host: 127.0.0.1:8081|200",
                "Host: [::1]:8081|200",
                "Host: localhost:8081~Origin: http://localhost:8081|200",
                "X-Other: no host|403",
                "Host: evil.example:8081|403",
                "Host: 127.0.0.1.evil.example|403",
                "Host: localhost:8081~Host: evil.example|403",
                "Host: localhost:8081~Origin: http://localhost:8080|403",
                "Host: localhost:8081~Origin: null|403"
            })
    void onlyThisMachineComesIn(String headers, int status) throws IOException {
        String head = "\r\n" + headers.replace("~", "\r\n") + "\r\nConnection: close\r\n";
        for (String request : new String[] {
            "POST / HTTP/1.1" + head
                    + "X-Amz-Target: Firehose_20150804.ListDeliveryStreams\r\nContent-Length: 2\r\n\r\n{}",
            "GET /faults HTTP/1.1" + head + "\r\n",
            "PUT /faults HTTP/1.1" + head + "Content-Length: 2\r\n\r\n{}"
        }) {
            String answer = raw(request);
            assertThat(answer).startsWith("HTTP/1.1 " + status).doesNotContainIgnoringCase("access-control");
            if (status == 403) {
                assertThat(answer).contains("\"__type\":\"AccessDeniedException\",\"message\":\"");
            }
        }
    }

    @Test
    void faultsStayAsTheyAreForOthers() throws IOException {
        Faults before = lab.endpoint.faults();
        raw(String.join(
                "\r\n",
                "PUT /faults HTTP/1.1",
                "Host: localhost",
                "Origin: http://evil.example",
                "Connection: close",
                "Content-Length: 18",
                "",
                "{\"failed-calls\":1}"));
        assertThat(lab.endpoint.faults()).isEqualTo(before);
    }

    private String raw(String request) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), lab.endpoint.uri().getPort())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
