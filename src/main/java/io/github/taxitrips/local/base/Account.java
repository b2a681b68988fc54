package io.github.taxitrips.local.base;

/** Where the desk's services would be, for those who ask. */
public final class Account {

    /** The account, that of AWS's examples. */
    public static final String ID = "123456789012";

    /** The region. */
    public static final String REGION = "us-east-1";

    private Account() {}

    /**
     * Returns the ARN of something in the account and region.
     *
     * @param service as in {@code kinesis}
     * @param resource as in {@code stream/trips}
     */
    public static String arn(String service, String resource) {
        return "arn:aws:" + service + ":" + REGION + ":" + ID + ":" + resource;
    }
}
