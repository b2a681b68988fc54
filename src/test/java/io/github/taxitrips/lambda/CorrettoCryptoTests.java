package io.github.taxitrips.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Provider;
import java.security.Security;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The provider as the package has it; the package's own test sees it at work in Lambda's runtime. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "Lambda's, for which alone there are libraries")
class CorrettoCryptoTests {

    private static final String ARCHITECTURE = System.getProperty("os.arch");

    @TempDir
    private Path folder;

    @Test
    void doesWhatTheJdkDoesAndDrawsNoRandomNumbers()
            throws IOException, ReflectiveOperationException, GeneralSecurityException {
        for (Path jar : jars()) {
            Files.copy(jar, folder.resolve(jar.getFileName().toString()));
        }
        Provider provider = new CorrettoCrypto(CorrettoCrypto.load(folder, ARCHITECTURE));

        assertThat(provider.getServices())
                .extracting(service -> service.getType() + " " + service.getAlgorithm())
                .containsExactlyInAnyOrder(
                        "MessageDigest SHA-256",
                        "MessageDigest SHA-384",
                        "Mac HmacSHA256",
                        "Mac HmacSHA384",
                        "Cipher AES/GCM/NoPadding");
        byte[] text = "trip ".repeat(10_000).getBytes(UTF_8);
        for (String digest : List.of("SHA-256", "SHA-384")) {
            assertThat(MessageDigest.getInstance(digest, provider).digest(text))
                    .isEqualTo(MessageDigest.getInstance(digest, "SUN").digest(text));
        }
        SecretKeySpec key = new SecretKeySpec(Arrays.copyOf(text, 32), "AES");
        for (String mac : List.of("HmacSHA256", "HmacSHA384")) {
            assertThat(mac(Mac.getInstance(mac, provider), key, text))
                    .isEqualTo(mac(Mac.getInstance(mac, "SunJCE"), key, text));
        }
        GCMParameterSpec nonce = new GCMParameterSpec(128, Arrays.copyOf(text, 12));
        Cipher ours = Cipher.getInstance("AES/GCM/NoPadding", provider);
        ours.init(Cipher.ENCRYPT_MODE, key, nonce);
        Cipher jdk = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
        jdk.init(Cipher.DECRYPT_MODE, key, nonce);
        assertThat(jdk.doFinal(ours.doFinal(text))).isEqualTo(text);
    }

    @Test
    void anArchitectureWithoutALibraryIsTold() {
        assertThatThrownBy(() -> CorrettoCrypto.load(folder, "riscv64"))
                .isInstanceOf(IOException.class)
                .hasMessage("no library for riscv64 in " + folder);
        assertThatThrownBy(() -> CorrettoCrypto.load(folder, ARCHITECTURE))
                .hasMessage("no library for " + ARCHITECTURE + " in " + folder);
    }

    @Test
    void aJarOfAnotherArchitectureIsTold() throws IOException {
        String other = ARCHITECTURE.equals("amd64") ? "aarch_64" : "x86_64";
        String name = ARCHITECTURE.equals("amd64") ? "x-linux-x86_64.jar" : "x-linux-aarch_64.jar";
        for (Path jar : jars()) {
            if (jar.toString().contains(other)) {
                Files.copy(jar, folder.resolve(name));
            }
        }
        assertThatThrownBy(() -> CorrettoCrypto.load(folder, ARCHITECTURE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("UnsatisfiedLinkError");
    }

    @Test
    void isForLambdaAlone() {
        CorrettoCrypto.install();
        assertThat(Security.getProvider(CorrettoCrypto.NAME)).isNull();
    }

    private static byte[] mac(Mac mac, SecretKeySpec key, byte[] text) throws GeneralSecurityException {
        mac.init(key);
        return mac.doFinal(text);
    }

    private static List<Path> jars() {
        List<Path> jars = Arrays.stream(
                        System.getProperty("java.class.path").split(System.getProperty("path.separator")))
                .filter(path -> path.contains("AmazonCorrettoCryptoProvider"))
                .map(Path::of)
                .toList();
        assertThat(jars).hasSize(2);
        return jars;
    }
}
