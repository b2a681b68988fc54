import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * Rewrites the jars of folders so that they hold their files as they are, not compressed. A cold start need not inflate
 * classes then, and the package, which is compressed itself, becomes smaller: one jar is one text to it. Signatures are left
 * out: the build has the jar from where it trusts it, and a start would compute a digest of megabytes.
 *
 * <p>The build runs it from its source: {@code java StoredJars.java <folder> ...}.
 */
class StoredJars {

    public static void main(String[] args) throws IOException {
        for (String folder : args) {
            try (DirectoryStream<Path> jars = Files.newDirectoryStream(Path.of(folder), "*.jar")) {
                for (Path jar : jars) {
                    Files.write(jar, stored(jar));
                }
            }
        }
    }

    private static byte[] stored(Path jar) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(jar));
                ZipOutputStream out = new ZipOutputStream(bytes)) {
            out.setMethod(ZipOutputStream.STORED);
            for (ZipEntry file = in.getNextEntry(); file != null; file = in.getNextEntry()) {
                if (file.getName().matches("META-INF/[^/]+\\.(SF|RSA|DSA|EC)")) {
                    continue;
                }
                byte[] content = in.readAllBytes();
                CRC32 crc = new CRC32();
                crc.update(content);
                ZipEntry entry = new ZipEntry(file.getName());
                entry.setTimeLocal(file.getTimeLocal());
                entry.setSize(content.length);
                entry.setCrc(crc.getValue());
                out.putNextEntry(entry);
                out.write(content);
            }
        }
        return bytes.toByteArray();
    }
}
