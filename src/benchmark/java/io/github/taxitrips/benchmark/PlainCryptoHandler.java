package io.github.taxitrips.benchmark;

/**
 * The plain handler with Amazon Corretto Crypto Provider as the first, but for its random numbers, as whoever hears of it
 * would add it.
 */
public final class PlainCryptoHandler extends PlainHandler {

    static {
        System.setProperty("com.amazon.corretto.crypto.provider.registerSecureRandom", "false");
        try {
            Class.forName("com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider")
                    .getMethod("install")
                    .invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
