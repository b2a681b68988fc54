package io.github.taxitrips.local.lake;

/** Where the desk's Glue table would be, for those who ask. */
public final class Catalog {

    /** The account, that of AWS's examples. */
    public static final String ACCOUNT = "123456789012";

    /** The region. */
    public static final String REGION = "us-east-1";

    /** The database, by the template's default. */
    public static final String DATABASE = "kinesislab";

    /** The table's version. */
    public static final String VERSION = "LATEST";

    static final String ARN = "arn:aws:glue:" + REGION + ":" + ACCOUNT + ":catalog";

    private Catalog() {}
}
