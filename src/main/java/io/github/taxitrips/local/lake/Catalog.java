package io.github.taxitrips.local.lake;

import io.github.taxitrips.local.base.Account;

/** Where the desk's Glue table would be, for those who ask. */
public final class Catalog {

    /** The database, by the template's default. */
    public static final String DATABASE = "kinesislab";

    /** The table's version. */
    public static final String VERSION = "LATEST";

    static final String ARN = Account.arn("glue", "catalog");

    private Catalog() {}
}
