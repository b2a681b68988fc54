package io.github.taxitrips.local.sql;

/** What a box answers, each by a byte and what is said here. */
final class Frame {

    /** It is up and takes orders: the first frame, once. */
    static final byte UP = 'U';

    /** The tables are filled: nothing more is read from the lake. */
    static final byte LOADED = 'L';

    /** The number of columns, and of each its name and type. */
    static final byte COLUMNS = 'C';

    /** Each column's cell: {@link #NULL}, or {@link #TEXT} or {@link #JSON} and its text. */
    static final byte ROW = 'R';

    static final byte NULL = '0';
    static final byte TEXT = 'T';
    static final byte JSON = 'J';

    /** The end, and whether rows were left out. */
    static final byte DONE = 'D';

    /** The end: the number of the reason, the message, line and column or 0. */
    static final byte REFUSED = 'E';

    private Frame() {}
}
