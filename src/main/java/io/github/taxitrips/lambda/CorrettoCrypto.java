package io.github.taxitrips.lambda;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Security;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The first of the JVM's security providers on Lambda: what Amazon Corretto Crypto Provider does in native code of the digests
 * that requests are signed with and of the ciphers of TLS, which Lambda's JVM, as it compiles at C1 only, takes most of a warm
 * invocation for.
 *
 * <p>Of that provider's services it has those that draw no random numbers. What does, such as a connection's keys, stays with
 * the JDK, whose generator SnapStart seeds anew after a restore (AWS Lambda Developer Guide, "Handling uniqueness with Lambda
 * SnapStart").
 *
 * <p>The provider's jars, one for each architecture with the same classes, lie in the package's folder {@code crypto}, and a
 * class loader of its own takes the one that fits. Where none does, or its library cannot be loaded, the JDK's providers do
 * the work.
 */
final class CorrettoCrypto extends Provider {

    private static final long serialVersionUID = 1;

    static final String NAME = "CorrettoCrypto";

    /** Where Lambda unpacks the package. */
    private static final String TASK_ROOT = "LAMBDA_TASK_ROOT";

    private static final String FOLDER = "crypto";
    private static final String PROVIDER = "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider";

    /** The end of a jar's name, by {@code os.arch}. */
    private static final Map<String, String> JARS =
            Map.of("amd64", "linux-x86_64.jar", "aarch64", "linux-aarch_64.jar");

    private static final Set<String> SERVICES = Set.of(
            "MessageDigest SHA-256",
            "MessageDigest SHA-384",
            "Mac HmacSHA256",
            "Mac HmacSHA384",
            "Cipher AES/GCM/NoPadding");

    private static final CompletableFuture<String> REFUSED = new CompletableFuture<>();

    CorrettoCrypto(Provider corretto) {
        super(NAME, corretto.getVersionStr(), "Services of " + corretto.getName() + " that draw no random numbers");
        for (Service service : corretto.getServices()) {
            if (SERVICES.contains(service.getType() + " " + service.getAlgorithm())) {
                putService(new Delegate(this, service));
            }
        }
    }

    /** Registers the provider, unless it is or this is not Lambda. Never throws; {@link #ifRefused} tells. */
    static synchronized void install() {
        String root = System.getenv(TASK_ROOT);
        if (root == null || Security.getProvider(NAME) != null) {
            return;
        }
        try {
            Provider corretto = load(Path.of(root, FOLDER), System.getProperty("os.arch"));
            Security.insertProviderAt(new CorrettoCrypto(corretto), 1);
        } catch (IOException | ReflectiveOperationException | RuntimeException | LinkageError e) {
            REFUSED.complete(e.toString());
        }
    }

    /** Tells, now or as soon as it is so, why the provider could not be registered. */
    @SuppressWarnings("FutureReturnValueIgnored") // it never fails
    static void ifRefused(Consumer<String> log) {
        REFUSED.thenAccept(log);
    }

    /** Returns the provider from the jar for an architecture. */
    static Provider load(Path folder, String architecture) throws IOException, ReflectiveOperationException {
        String end = JARS.get(architecture);
        URL jar = end == null ? null : find(folder, end);
        if (jar == null) {
            throw new IOException("no library for " + architecture + " in " + folder);
        }
        // Its generator would take seconds of processor time to be seeded, and no snapshot knows of it.
        System.setProperty("com.amazon.corretto.crypto.provider.registerSecureRandom", "false");
        // Never closed, since classes are loaded from it as they are needed.
        URLClassLoader loader = new URLClassLoader(new URL[] {jar}, ClassLoader.getPlatformClassLoader());
        Class<?> type = Class.forName(PROVIDER, true, loader);
        Provider provider = (Provider) type.getField("INSTANCE").get(null);
        Throwable failure = (Throwable) type.getMethod("getLoadingError").invoke(provider);
        if (failure != null) {
            throw new IOException(failure.toString(), failure);
        }
        return provider;
    }

    private static @Nullable URL find(Path folder, String end) throws IOException {
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, "*-" + end)) {
            for (Path jar : jars) {
                return jar.toUri().toURL();
            }
        }
        return null;
    }

    /** A service of the other provider under this one's name. */
    private static final class Delegate extends Service {

        private final Service service;

        Delegate(Provider provider, Service service) {
            super(provider, service.getType(), service.getAlgorithm(), service.getClassName(), null, null);
            this.service = service;
        }

        @Override
        public Object newInstance(@Nullable Object parameter) throws NoSuchAlgorithmException {
            return service.newInstance(parameter);
        }

        @Override
        public boolean supportsParameter(@Nullable Object parameter) {
            return service.supportsParameter(parameter);
        }
    }
}
