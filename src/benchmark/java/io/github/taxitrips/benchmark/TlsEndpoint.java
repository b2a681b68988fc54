package io.github.taxitrips.benchmark;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/**
 * TLS before an endpoint of HTTP, with a certificate that is made at the start. Who is to trust it trusts what its JDK trusts
 * as well, so that reading the certificates takes as long as it does.
 */
final class TlsEndpoint implements AutoCloseable {

    private static final String PASSWORD = "changeit";

    private final Path folder;
    private final SSLServerSocket server;
    private final int target;

    /**
     * @param folder takes the key and the trust stores
     * @param endpoint where requests go, on loopback
     */
    TlsEndpoint(Path folder, URI endpoint) {
        this.folder = folder;
        this.target = endpoint.getPort();
        Path keys = folder.resolve("endpoint.p12");
        keytool(
                Path.of(System.getProperty("java.home")),
                "-genkeypair -alias endpoint -keyalg RSA -keysize 2048 -validity 2 -dname CN=localhost"
                        + " -ext SAN=ip:127.0.0.1 -storetype PKCS12 -keystore " + keys);
        keytool(
                Path.of(System.getProperty("java.home")),
                "-exportcert -alias endpoint -keystore " + keys + " -file " + certificate());
        try (InputStream in = Files.newInputStream(keys)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, PASSWORD.toCharArray());
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(store, PASSWORD.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            server = (SSLServerSocket) context.getServerSocketFactory()
                    .createServerSocket(0, 200, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("No TLS endpoint", e);
        }
        daemon(this::accept);
    }

    /** The address to call. */
    String address() {
        return "https://127.0.0.1:" + server.getLocalPort();
    }

    /** What a JVM needs to trust the certificate. */
    String trustOption(Path jdk) {
        Path store = folder.resolve("trusted-by-" + jdk.getFileName() + ".p12");
        if (!Files.exists(store)) {
            try {
                Files.copy(jdk.resolve("lib/security/cacerts"), store, StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            keytool(jdk, "-importcert -noprompt -alias endpoint -file " + certificate() + " -keystore " + store);
        }
        return "-Djavax.net.ssl.trustStore=" + store;
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path certificate() {
        return folder.resolve("endpoint.crt");
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                SSLSocket client = (SSLSocket) server.accept();
                client.setTcpNoDelay(true);
                Socket endpoint = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), target);
                endpoint.setTcpNoDelay(true);
                daemon(() -> pass(client, endpoint));
                daemon(() -> pass(endpoint, client));
            } catch (IOException e) {
                // The function has gone, or this has.
            }
        }
    }

    private static void pass(Socket from, Socket to) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
        } catch (IOException e) {
            // A connection that is given up.
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "tls-endpoint");
        thread.setDaemon(true);
        thread.start();
    }

    private static void keytool(Path jdk, String arguments) {
        List<String> command =
                new ArrayList<>(List.of(jdk.resolve("bin/keytool").toString()));
        command.addAll(List.of(arguments.split(" ")));
        command.addAll(List.of("-storepass", PASSWORD));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (process.waitFor() != 0) {
                throw new IllegalStateException("keytool failed: " + command);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
