package io.github.taxitrips.local.sql;

import java.io.IOException;
import java.util.List;

/** Takes an answer as it comes. What it throws ends the statement. */
public interface Rows {

    /** Takes the columns, before any row. */
    void columns(List<Column> columns) throws IOException;

    /** Takes a row, a cell for each column. */
    void row(List<Cell> cells) throws IOException;

    /** Is asked every half second while nothing comes; throws if no one waits for the answer any more. */
    default void waiting() throws IOException {}
}
