import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * Makes one jar of those in the Lambda package's {@code lib}, for a class loader asks one jar after the other for each class,
 * and rewrites those in its {@code crypto}. All hold their files as they are, not compressed: a cold start need not inflate
 * classes then, and the package, which is compressed itself, becomes smaller. Signatures are left out: the build has the jars
 * from where it trusts them, and a start would compute a digest of megabytes.
 *
 * <p>What several jars have at the same place is put together: lists of services and of Spring's are joined, texts of licenses
 * get a folder each, {@code META-INF/<jar>}. Anything else fails the build. {@code META-INF/jars} lists what was put together.
 *
 * <p>The build runs it from its source: {@code java LambdaJars.java <package's folder> <name of the one jar>}.
 */
class LambdaJars {

    /** Lists of names, of which a reader takes every line. */
    private static final String LINES = "META-INF/(services/.+|spring/.+\\.imports|spring\\.(handlers|schemas|tooling)"
            + "|spring-autoconfigure-metadata\\.properties)";

    /** Lists of names under keys, of which a reader takes the last one of a file. */
    private static final String FACTORIES = "META-INF/(spring\\.factories|spring/aot\\.factories)";

    private static final String LICENSES = "META-INF/(?i:[^/]*(LICENSE|NOTICE|DEPENDENCIES)[^/]*)";

    /** Of no use where all is one jar on a class path, or to an editor alone. */
    private static final String LEFT_OUT =
            "META-INF/(MANIFEST\\.MF|INDEX\\.LIST)|META-INF/[^/]+\\.(SF|RSA|DSA|EC)|(META-INF/versions/\\d+/)?"
                    + "(module-info\\.class|OSGI-INF/MANIFEST\\.MF)|META-INF/(additional-)?spring-configuration-metadata\\.json";

    private static final String MANIFEST = "Manifest-Version: 1.0\r\nMulti-Release: true\r\n\r\n";

    /** Reading is in the order of names, as the class loader's is. */
    private final Map<String, byte[]> files = new TreeMap<>();

    private final Map<String, List<byte[]>> parts = new TreeMap<>();
    private final List<String> jars = new ArrayList<>();
    private LocalDateTime time = LocalDateTime.MIN;

    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        LambdaJars lib = new LambdaJars();
        List<Path> jars = jars(folder.resolve("lib"));
        for (Path jar : jars) {
            lib.add(jar);
        }
        for (Path jar : jars) {
            Files.delete(jar);
        }
        lib.write(folder.resolve("lib").resolve(args[1]));
        for (Path jar : jars(folder.resolve("crypto"))) {
            Files.write(jar, stored(jar));
        }
    }

    private static List<Path> jars(Path folder) throws IOException {
        List<Path> jars = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*.jar")) {
            found.forEach(jars::add);
        }
        jars.sort(null);
        return jars;
    }

    private void add(Path jar) throws IOException {
        String name = jar.getFileName().toString();
        jars.add(name);
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(jar))) {
            for (ZipEntry file = in.getNextEntry(); file != null; file = in.getNextEntry()) {
                String path = file.getName();
                byte[] content = in.readAllBytes();
                if (path.matches(LINES) || path.matches(FACTORIES)) {
                    parts.computeIfAbsent(path, first -> new ArrayList<>()).add(content);
                } else if (path.matches(LICENSES)) {
                    put("META-INF/" + name.replace(".jar", "") + path.substring("META-INF".length()), content);
                } else if (!path.matches(LEFT_OUT)) {
                    put(path, content);
                }
                // Every file has the build's, whatever the libraries' have.
                time = file.getTimeLocal().isAfter(time) ? file.getTimeLocal() : time;
            }
        }
    }

    private void put(String path, byte[] content) throws IOException {
        byte[] other = files.put(path, content);
        if (other != null && !Arrays.equals(other, content)) {
            throw new IOException(path + " is in " + jars.get(jars.size() - 1)
                    + " and in a jar before it, and LambdaJars does not know how to join them");
        }
    }

    private void write(Path jar) throws IOException {
        for (Map.Entry<String, List<byte[]>> file : parts.entrySet()) {
            put(file.getKey(), file.getKey().matches(FACTORIES) ? factories(file.getValue()) : lines(file.getValue()));
        }
        put("META-INF/jars", (String.join("\n", jars) + "\n").getBytes(UTF_8));
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
            write(out, JarFile.MANIFEST_NAME, MANIFEST.getBytes(UTF_8), time);
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                write(out, file.getKey(), file.getValue(), time);
            }
        }
    }

    private static byte[] lines(List<byte[]> parts) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.write(part);
            all.write('\n');
        }
        return all.toByteArray();
    }

    private static byte[] factories(List<byte[]> parts) throws IOException {
        Map<String, List<String>> names = new TreeMap<>();
        for (byte[] part : parts) {
            Properties properties = new Properties();
            properties.load(new StringReader(new String(part, ISO_8859_1)));
            properties.stringPropertyNames().forEach(key -> names.computeIfAbsent(key, first -> new ArrayList<>())
                    .add(properties.getProperty(key)));
        }
        return names.entrySet().stream()
                .map(key -> key.getKey() + "=" + String.join(",", key.getValue()) + "\n")
                .collect(Collectors.joining())
                .getBytes(ISO_8859_1);
    }

    /** Returns the jar, its files not compressed. */
    private static byte[] stored(Path jar) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(jar));
                ZipOutputStream out = new ZipOutputStream(bytes)) {
            for (ZipEntry file = in.getNextEntry(); file != null; file = in.getNextEntry()) {
                if (!file.getName().matches("META-INF/[^/]+\\.(SF|RSA|DSA|EC)")) {
                    write(out, file.getName(), in.readAllBytes(), file.getTimeLocal());
                }
            }
        }
        return bytes.toByteArray();
    }

    private static void write(ZipOutputStream out, String path, byte[] content, LocalDateTime time) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(content);
        ZipEntry entry = new ZipEntry(path);
        entry.setMethod(ZipEntry.STORED);
        entry.setTimeLocal(time);
        entry.setSize(content.length);
        entry.setCrc(crc.getValue());
        out.putNextEntry(entry);
        out.write(content);
    }
}
