package io.github.taxitrips.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.template.DeployedFunction;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is in the Lambda package, and what is not. */
class LambdaPackageIT {

    private static final Path ZIP = DeployedFunction.load(Map.of()).codeUri();
    private static final long MAX_BYTES = 21_500_000;

    /** Every jar by name and without its version: a newcomer, or a loss, is to be meant. */
    private static final String[] JARS = """
            annotations auth aws-core aws-json-protocol aws-lambda-java-events checksums checksums-spi classmate \
            commons-logging crac endpoints-spi eventstream firehose hibernate-validator http-auth http-auth-aws \
            http-auth-spi http-client-spi identity-spi jackson-annotations jackson-core jackson-databind \
            jackson-datatype-joda jakarta.annotation-api jakarta.validation-api jboss-logging joda-time json-utils \
            jspecify jul-to-slf4j logback-classic logback-core metrics-spi profiles protocol-core re2j \
            reactive-streams reactor-core regions retries retries-spi sdk-core slf4j-api snakeyaml spring-aop spring-beans spring-boot \
            spring-boot-autoconfigure spring-boot-starter spring-boot-starter-logging spring-boot-starter-validation \
            spring-boot-validation spring-cloud-function-adapter-aws spring-cloud-function-context \
            spring-cloud-function-core spring-context spring-core spring-expression spring-messaging taxi-trips \
            third-party-jackson-core url-connection-client utils utils-lite""".split(" ");

    /** A library for each of Lambda's architectures, outside of what its runtime takes for the class path. */
    private static final String[] CRYPTO = {
        "crypto/AmazonCorrettoCryptoProvider-2.5.0-linux-aarch_64.jar",
        "crypto/AmazonCorrettoCryptoProvider-2.5.0-linux-x86_64.jar"
    };

    @Test
    void isTheOnlyOne() throws IOException {
        try (Stream<Path> files = Files.list(ZIP.getParent())) {
            assertThat(files.filter(file -> file.toString().endsWith("-lambda.zip")))
                    .containsExactly(ZIP);
        }
        assertThat(Files.size(ZIP)).isLessThan(MAX_BYTES);
    }

    @Test
    void holdsOneJarAndThoseOfTheCryptoProvider() throws IOException {
        assertThat(entries().map(ZipEntry::getName))
                .satisfiesOnlyOnce(name -> assertThat(name).matches("lib/taxi-trips-[0-9][^/]*\\.jar"))
                .contains(CRYPTO)
                .hasSize(1 + CRYPTO.length);
    }

    @Test
    void theJarIsMadeOfTheseAndNothingElse() throws IOException {
        assertThat(jars().map(LambdaPackageIT::artifact)).containsExactlyInAnyOrder(JARS);
    }

    @Test
    void billOfMaterialsNamesEachForeignJar() throws IOException {
        assertThat(billOfMaterials()
                        .map(component -> "%s-%s".formatted(text(component, "name"), text(component, "version"))))
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(jars().filter(name -> !artifact(name).equals("taxi-trips")), Stream.of(CRYPTO))
                                .map(name -> name.replaceAll("^crypto/|(-linux-[^/]+)?\\.jar$", ""))
                                .toList());
    }

    /** Or the start would find the listeners, services and auto-configurations of one jar alone. */
    @Test
    void listsOfSeveralJarsAreJoined() throws IOException {
        assertThat(new String(file("META-INF/spring.factories"), UTF_8))
                .contains("WarmUp", "LoggingApplicationListener", "SettingFailureAnalyzer");
        assertThat(new String(file("META-INF/services/ch.qos.logback.classic.spi.Configurator"), UTF_8))
                .contains("io.github.taxitrips", "org.springframework.boot");
        assertThat(new String(
                        file("META-INF/spring/org.springframework.boot.autoconfigure.AutoConfiguration.imports"),
                        UTF_8))
                .contains("io.github.taxitrips", "org.springframework.cloud.function", "org.springframework.boot");
    }

    @Test
    void noticeNamesWhatHasAnotherLicense() throws IOException {
        String notice = Files.readString(Path.of("NOTICE"));
        assertThat(billOfMaterials()
                        .filter(component ->
                                !component.get("licenses").toString().contains("\"Apache-2.0\""))
                        .map(component -> text(component, "name")))
                .isNotEmpty()
                .allMatch(notice::contains);
    }

    /** The libraries of the package, in CycloneDX's words, which the build writes beside it. */
    private static Stream<JsonNode> billOfMaterials() throws IOException {
        Path bill = ZIP.resolveSibling(ZIP.getFileName().toString().replace(".zip", ".cdx.json"));
        return JsonMapper.shared()
                .readTree(Files.readString(bill))
                .get("components")
                .valueStream();
    }

    private static String text(JsonNode component, String member) {
        return component.get(member).asString();
    }

    @Test
    void holdsOurCodeWithoutTheLocalLab() throws IOException {
        assertThat(names())
                .contains("application.yml", "io/github/taxitrips/TaxiTripsApplication.class")
                .noneMatch(name -> name.startsWith("io/github/taxitrips/local"))
                .noneMatch(name -> name.startsWith("BOOT-INF"));
    }

    /** Each jar's own, for a text of one says nothing of the others. */
    @Test
    void holdsLicenses() throws IOException {
        String us = jars().filter(name -> artifact(name).equals("taxi-trips"))
                .findFirst()
                .orElseThrow()
                .replace(".jar", "");
        assertThat(names())
                .contains("META-INF/" + us + "/LICENSE", "META-INF/" + us + "/NOTICE")
                .anyMatch(name -> name.matches("META-INF/spring-core-[^/]+/license.txt"))
                .anyMatch(name -> name.matches("META-INF/sdk-core-[^/]+/NOTICE.txt"));
    }

    /** Else a cold start would inflate thousands of classes, and the package would be larger by half. */
    @Test
    void holdsJarsThatAreNotCompressed() throws IOException {
        try (ZipFile zip = new ZipFile(ZIP.toFile())) {
            for (ZipEntry entry : zip.stream().toList()) {
                try (InputStream in = zip.getInputStream(entry);
                        JarInputStream jar = new JarInputStream(in)) {
                    assertThat(Stream.iterate(next(jar), file -> file != null, file -> next(jar)))
                            .as(entry.getName())
                            .allMatch(file -> file.getMethod() == ZipEntry.STORED);
                }
            }
        }
    }

    /** Else two builds of the same sources would differ. */
    @Test
    void hasOneTimeForAllEntries() throws IOException {
        assertThat(entries().map(ZipEntry::getTimeLocal).distinct()).hasSize(1);
    }

    private static Stream<ZipEntry> entries() throws IOException {
        try (ZipFile zip = new ZipFile(ZIP.toFile())) {
            return zip.stream().<ZipEntry>map(entry -> entry).toList().stream();
        }
    }

    /** What the one jar was made of. */
    private static Stream<String> jars() throws IOException {
        return new String(file("META-INF/jars"), UTF_8).lines();
    }

    private static List<String> names() throws IOException {
        try (JarInputStream jar = jar()) {
            return Stream.iterate(next(jar), entry -> entry != null, entry -> next(jar))
                    .map(JarEntry::getName)
                    .toList();
        }
    }

    private static byte[] file(String name) throws IOException {
        try (JarInputStream jar = jar()) {
            for (JarEntry entry = next(jar); entry != null; entry = next(jar)) {
                if (entry.getName().equals(name)) {
                    return jar.readAllBytes();
                }
            }
        }
        throw new AssertionError("The jar has no " + name);
    }

    private static JarInputStream jar() throws IOException {
        try (ZipFile zip = new ZipFile(ZIP.toFile())) {
            ZipEntry jar = zip.stream()
                    .filter(entry -> entry.getName().startsWith("lib/"))
                    .findFirst()
                    .orElseThrow();
            return new JarInputStream(
                    new ByteArrayInputStream(zip.getInputStream(jar).readAllBytes()));
        }
    }

    private static JarEntry next(JarInputStream jar) {
        try {
            return jar.getNextJarEntry();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String artifact(String jar) {
        return jar.replaceAll("-[0-9][^/]*\\.jar$", "");
    }
}
