package io.github.taxitrips.lambda;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

/**
 * A TLS connection between two ends in memory, so that what the first real one needs is loaded: the protocol, the checks of a
 * certificate, the ciphers, and the certificates that the JVM trusts. Nothing leaves the process.
 */
final class TlsRehearsal {

    private static final String HOST = "rehearsal.invalid";
    private static final char[] NO_PASSWORD = new char[0];

    /** What goes each way: a record of TLS at its largest. */
    private static final int BYTES = 16_384;

    private static final int MAX_ROUNDS = 50;

    /** Of a host that cannot exist, signed by itself, and trusted by nobody but the client below: a secret of no worth. */
    private static final String CERTIFICATE = """
            MIIB9jCCAV+gAwIBAgIIOCARgxuRqGwwDQYJKoZIhvcNAQELBQAwHDEaMBgGA1UEAxMRcmVoZWFyc2FsLmludmFsaWQwIBcNMjYx\
            MTI2MDQzNjA5WhgPMjEyNjExMDIwNDM2MDlaMBwxGjAYBgNVBAMTEXJlaGVhcnNhbC5pbnZhbGlkMIGfMA0GCSqGSIb3DQEBAQUA\
            A4GNADCBiQKBgQCYbbTNGCNL5T3wtz+Msg+jbQ+dmLoHo+0dUEBJI1Lw7foQK14BDvteFkACSwT2t4tKh7BJZ2iIpxSyJ2l0br8u\
            Z+RqEB6VzPboMGoYjDhqJ8S+1iiAaAe3W0bTmmFvsTYtuNmS9sjq+DIlMYYT5cchEUrWZ7KHFp3hHtEvADTZlQIDAQABoz8wPTAd\
            BgNVHQ4EFgQUjC0sPTq17ath69mz0fAR8v1XU7UwHAYDVR0RBBUwE4IRcmVoZWFyc2FsLmludmFsaWQwDQYJKoZIhvcNAQELBQAD\
            gYEAcSkpEsmNTwoUomYWmXS1Pxw6wOo6VPwXLqMeOJVClqHSKyLyxg4oX9mcXwojvzzRsTCMAjHSwKYIaxGDvadXlm7FPLauCvJd\
            TjTMY0HbNM5DHPCzAx45zQ9aPWJOGuXhY7nq5zIkwBtfylx0bwPI0NY5crKZD5Adp5PuujkFdgc=""";

    private static final String KEY = """
            MIICdQIBADANBgkqhkiG9w0BAQEFAASCAl8wggJbAgEAAoGBAJhttM0YI0vlPfC3P4yyD6NtD52Yugej7R1QQEkjUvDt+hArXgEO\
            +14WQAJLBPa3i0qHsElnaIinFLInaXRuvy5n5GoQHpXM9ugwahiMOGonxL7WKIBoB7dbRtOaYW+xNi242ZL2yOr4MiUxhhPlxyER\
            StZnsocWneEe0S8ANNmVAgMBAAECgYAL+okcGgLCFt6WgWwc1Cxu8SXqQmOSMKN0a4dVyBEfTnBZn3LYffMqmnCGzZrzAYsQfRfR\
            OO9p18mEU50RsZdUAHtslWmxl4407X2NkrQQ3Ob1Z/qCL9NnePj0ZIWb1S1981LeSchr5k3GMV4YhD7ldg5M7f1Gu2Vol5JWQwrU\
            SQJBAKVdNk7wbsKVjT6Hk8amfcJ8masuSVtVOb417qHBsoCqrbdIKMtaAV+YEVSHjFezt3VST1bBZWUzOmobtCGNQ3kCQQDr+XYY\
            hn4p0S7SGT39WJV5KSmujeWQdtQIu8dvMscN9UGb5xpVcxQoivEyz3BDVZLkip1+gl/6miiaGD4F1MP9AkBfBPKh5XIfiYPBvHHj\
            oeN9j89VF6G7Q3uMmrzmYcDKQkjTmjkmsC892MmMgt7XvkLavVMtjK9QuWEFe6nD5cIxAkBUCA/gB/Thm1ZbBxYmI+eGr/vh5zH6\
            0fYL7iLFHIX6GH52sEOWbladYW0nNOu7brvSmvIe3Pqk2UTgKwXbObtZAkBfnkVVTvljMyUS+k6wUQJDW5cllBDp6rsAuD/QeuzW\
            NxHmLKybXIi4WM/zoerPoGJ1wAV/vbgPPv4JFXUGw9om""";

    private TlsRehearsal() {}

    static void run() throws GeneralSecurityException, IOException {
        // Reads the certificates that are trusted, and loads the socket and the connection that the client will use.
        HttpsURLConnection.getDefaultSSLSocketFactory().createSocket().close();
        ((HttpsURLConnection) URI.create("https://" + HOST).toURL().openConnection()).disconnect();
        Certificate certificate = CertificateFactory.getInstance("X.509")
                .generateCertificate(
                        new ByteArrayInputStream(Base64.getDecoder().decode(CERTIFICATE)));
        PrivateKey key = KeyFactory.getInstance("RSA")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(KEY)));
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, NO_PASSWORD);
        store.setKeyEntry(HOST, key, NO_PASSWORD, new Certificate[] {certificate});
        store.setCertificateEntry("trusted", certificate);

        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, NO_PASSWORD);
        SSLContext serverContext = SSLContext.getInstance("TLS");
        serverContext.init(keys.getKeyManagers(), null, null);
        SSLEngine server = serverContext.createSSLEngine();
        server.setUseClientMode(false);

        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext clientContext = SSLContext.getInstance("TLS");
        clientContext.init(null, trust.getTrustManagers(), null);
        SSLEngine client = clientContext.createSSLEngine(HOST, 443);
        client.setUseClientMode(true);
        SSLParameters parameters = client.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        client.setSSLParameters(parameters);
        talk(client, server);
    }

    private static void talk(SSLEngine client, SSLEngine server) throws IOException {
        ByteBuffer question = ByteBuffer.allocate(BYTES);
        ByteBuffer answer = ByteBuffer.allocate(BYTES);
        int size = 4 * client.getSession().getPacketBufferSize();
        ByteBuffer toServer = ByteBuffer.allocate(size);
        ByteBuffer toClient = ByteBuffer.allocate(size);
        ByteBuffer sink = ByteBuffer.allocate(size);
        for (int round = 0; question.hasRemaining() || answer.hasRemaining(); round++) {
            if (round == MAX_ROUNDS) {
                throw new IOException("The two ends do not come to terms");
            }
            pass(client, question, toServer, server, sink);
            pass(server, answer, toClient, client, sink);
        }
    }

    /** Takes what one end has to say to the other, and leaves what that has no ear for yet. */
    private static void pass(SSLEngine from, ByteBuffer data, ByteBuffer net, SSLEngine to, ByteBuffer sink)
            throws IOException {
        do {
            from.wrap(data, net);
            runTasks(from);
        } while (from.getHandshakeStatus() == HandshakeStatus.NEED_WRAP);
        net.flip();
        boolean heard = true;
        while (heard && net.hasRemaining()) {
            sink.clear();
            heard = to.unwrap(net, sink).bytesConsumed() > 0;
            runTasks(to);
        }
        net.compact();
    }

    private static void runTasks(SSLEngine engine) {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }
}
