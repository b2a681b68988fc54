package io.github.taxitrips.local;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.Configurator;
import io.github.taxitrips.TaxiTripsApplication;
import io.github.taxitrips.lambda.QuietStart;
import io.github.taxitrips.lambda.WarmUp;
import io.github.taxitrips.local.aws.AwsEndpoint;
import io.github.taxitrips.local.firehose.FirehoseApi;
import io.github.taxitrips.local.lake.Lake;
import io.github.taxitrips.local.lake.LakeFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import software.amazon.awssdk.services.firehose.FirehoseClient;

/** What starts with the application in each way of running it, and what it prints. */
@ExtendWith(OutputCaptureExtension.class)
class LocalRunTests {

    @TempDir
    Path folder;

    @TempDir
    Path streams;

    @Test
    void replaysTheSampleAndPrintsWhatReadmeShows(CapturedOutput output) throws IOException {
        String shown = Files.readString(Path.of("README.md"))
                .lines()
                .dropWhile(line -> !line.startsWith("    Taxi Trips takes"))
                .takeWhile(line -> line.isEmpty() || line.startsWith("    "))
                .map(line -> line.isEmpty() ? line : line.substring(4))
                .collect(Collectors.joining("\n"))
                .strip();
        try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET)) {
            assertThat(placeless(output.getOut())).contains(placeless(shown));
            assertThat(output).contains(context.getBean(AwsEndpoint.class).uri() + " (embedded)");
            assertThat(context.getBean(Lake.class).files()).singleElement().satisfies(file -> {
                assertThat(folder.relativize(file.path()).toString())
                        .matches(
                                "nyctaxitrips/year=\\d{4}/month=\\d\\d/day=\\d\\d/hour=\\d\\d/nyc-taxi-trips-1-.*\\.parquet");
                assertThat(output).contains(file.path().toString());
                assertThat(file.rows()).isEqualTo(907);
            });
        }
    }

    /** Ports, folders and times are those of the run. */
    private static String placeless(String text) {
        return text.replace("\r", "")
                .replaceAll("127\\.0\\.0\\.1:\\d+", "127.0.0.1:0")
                .replaceAll("files in .*", "files in a folder")
                .replaceAll("[\\d,]+ bytes in .*", "bytes in a file");
    }

    @Test
    void profileAwsLeavesTheLabOut(CapturedOutput output) {
        try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET, "--spring.profiles.active=aws")) {
            assertThat(context.getBeansOfType(AwsEndpoint.class)).isEmpty();
            assertThat(context.getBeansOfType(EventController.class)).hasSize(1);
            assertThat(endpoint(context)).isEmpty();
            assertThat(output).contains("Amazon Data Firehose").doesNotContain("Replaying");
        }
    }

    /** There a page could have a browser write to a real stream. */
    @Test
    void profileAwsKeepsTheDoorToo() throws IOException {
        try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET, "--spring.profiles.active=aws")) {
            assertThat(post(context, "/", "Host: evil.example", "")).startsWith("HTTP/1.1 403");
            assertThat(post(context, "/", "Host: localhost\r\nOrigin: http://evil.example", ""))
                    .startsWith("HTTP/1.1 403");
            assertThat(post(context, "/sql", "Host: localhost", "SELECT 1"))
                    .startsWith("HTTP/1.1 404")
                    .contains("There is no lake here");
        }
    }

    private static String post(ConfigurableApplicationContext context, String path, String headers, String body)
            throws IOException {
        int port = context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
        String request =
                "POST %s HTTP/1.1\r\n%s\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s"
                        .formatted(path, headers, body.length(), body);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void anotherEndpointTakesThePlaceOfTheEmbeddedOne(CapturedOutput output) {
        try (ConfigurableApplicationContext context =
                run(WebApplicationType.SERVLET, "--AWS_ENDPOINT_URL_FIREHOSE=http://127.0.0.1:4566")) {
            assertThat(context.getBeansOfType(AwsEndpoint.class)).isEmpty();
            assertThat(endpoint(context)).contains("http://127.0.0.1:4566");
            assertThat(output).contains("at http://127.0.0.1:4566").doesNotContain("Replaying");
        }
    }

    /** A developer names it to producers, and starts the application in the same shell. */
    @Test
    void theEmbeddedEndpointIsNoOther(CapturedOutput output) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        System.setProperty("aws.endpointUrl", "http://localhost:" + port);
        try (ConfigurableApplicationContext context =
                run(WebApplicationType.SERVLET, "--taxi-trips.local.firehose-port=" + port)) {
            assertThat(context.getBean(AwsEndpoint.class).uri()).hasPort(port);
            assertThat(endpoint(context)).contains("http://127.0.0.1:" + port);
            assertThat(output).contains("http://127.0.0.1:" + port + " (embedded)");
        } finally {
            System.clearProperty("aws.endpointUrl");
        }
    }

    /** A system property and a profile stand in for AWS_ENDPOINT_URL, which a test cannot set: the SDK reads all three alike. */
    @Test
    void embeddedEndpointGivesWayToWhateverTheSdkReads(CapturedOutput output) throws IOException {
        Path profile = folder.resolve("config");
        Files.writeString(profile, """
                [default]
                services = local
                [services local]
                firehose =
                  endpoint_url = http://127.0.0.1:4568
                """);
        for (List<String> property : List.of(
                List.of("aws.endpointUrl", "http://127.0.0.1:4567", "at http://127.0.0.1:4567"),
                List.of("aws.configFile", profile.toString(), "at http://127.0.0.1:4568"))) {
            System.setProperty(property.get(0), property.get(1));
            try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET)) {
                assertThat(context.getBeansOfType(AwsEndpoint.class)).isEmpty();
                assertThat(output).contains(property.get(2)).doesNotContain("Replaying");
            } finally {
                System.clearProperty(property.get(0));
            }
        }
    }

    @Test
    void whatOnlyLambdaNeedsIsNotThere() {
        try (ConfigurableApplicationContext context =
                run(WebApplicationType.SERVLET, "--taxi-trips.local.replay.trips=0")) {
            assertThat(context.getBeansOfType(WarmUp.class)).isEmpty();
            assertThat(ServiceLoader.load(Configurator.class)).doesNotHaveAnyElementsOfTypes(QuietStart.class);
        }
    }

    @Test
    void quarantineHasAStreamAndAFolderOfItsOwn() throws IOException {
        try (ConfigurableApplicationContext context = run(
                WebApplicationType.SERVLET,
                "--taxi-trips.quarantine.delivery-stream-name=rejected-trips",
                "--taxi-trips.packing.enabled=true")) {
            Set<String> folders = new TreeSet<>();
            List<String> quarantine = new ArrayList<>();
            for (LakeFile file : context.getBean(Lake.class).files()) {
                folders.add(file.folder());
                if (file.folder().equals("quarantine")) {
                    try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(file.path()))) {
                        new String(in.readAllBytes(), StandardCharsets.UTF_8)
                                .lines()
                                .forEach(quarantine::add);
                    }
                }
            }
            assertThat(folders).containsExactly("nyctaxitrips", "quarantine");
            assertThat(quarantine).hasSize(93).allMatch(line -> line.startsWith("{\"reason\":\""));
            FirehoseApi firehose = context.getBean(FirehoseApi.class);
            assertThat(firehose.totals().records()).isLessThan(100);
        }
    }

    @Test
    void withoutAWebServerNothingLocalStarts() {
        try (ConfigurableApplicationContext context = run(WebApplicationType.NONE)) {
            assertThat(context.getBeansOfType(AwsEndpoint.class)).isEmpty();
            assertThat(context.getBeansOfType(EventController.class)).isEmpty();
            assertThat(context.getBeansOfType(FirstSight.class)).isEmpty();
        }
    }

    private ConfigurableApplicationContext run(WebApplicationType type, String... arguments) {
        System.setProperty("aws.region", "us-east-1");
        try {
            return new SpringApplicationBuilder(TaxiTripsApplication.class)
                    .web(type)
                    .run(Stream.concat(
                                    Stream.of(
                                                    "--server.port=0",
                                                    "--taxi-trips.local.firehose-port=0",
                                                    "--taxi-trips.local.data-lake=" + folder,
                                                    "--taxi-trips.local.stream.folder=" + streams,
                                                    // The sample is in one file, however slow the machine is.
                                                    "--taxi-trips.local.buffering.interval-in-seconds=900")
                                            .filter(usual -> Stream.of(arguments)
                                                    .noneMatch(other -> other.startsWith(
                                                            usual.substring(0, usual.indexOf('=') + 1)))),
                                    Stream.of(arguments))
                            .toArray(String[]::new));
        } finally {
            System.clearProperty("aws.region");
        }
    }

    private static Optional<String> endpoint(ConfigurableApplicationContext context) {
        return context.getBean(FirehoseClient.class)
                .serviceClientConfiguration()
                .endpointOverride()
                .map(Object::toString);
    }
}
