package io.github.taxitrips.local.sql;

import io.github.taxitrips.local.sql.RefusedException.Place;
import io.github.taxitrips.local.sql.RefusedException.Reason;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.springframework.util.FileSystemUtils;

/**
 * The process in which statements run, one after the other: once it is up and says so, it reads each {@link Order} from its
 * standard input and answers with {@link Frame frames}, until its input ends.
 *
 * <p>Each statement has a database in memory of its own. The lake's rows are copied into it, then DuckDB is told for good to
 * open no file, address or extension and to change no setting, and the statement runs in a transaction that reads only. There
 * is no folder that it may use, nor one for temporary files. What takes too long is interrupted; a {@link Watchdog} outside
 * kills the process where that does not help, or DuckDB does not count the memory.
 */
final class Box {

    private final DataOutputStream out;
    private final TimeLimit time = new TimeLimit();

    private Box(DataOutputStream out) {
        this.out = out;
    }

    /**
     * Answers orders until there are no more.
     *
     * @param args the folder of its temporary files, which it deletes when the server ends before it
     */
    public static void main(String[] args) throws IOException, SQLException {
        DataInputStream in = new DataInputStream(new BufferedInputStream(System.in));
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)));
        Path temporary = Path.of(args[0]);
        // A statement does not outlive the server, though that be killed.
        var unused = ProcessHandle.current().parent().map(server -> server.onExit()
                .thenRun(() -> {
                    delete(temporary);
                    Runtime.getRuntime().halt(1);
                }));
        // Nothing else may write where frames go.
        System.setOut(System.err);
        Box box = new Box(out);
        // Unpacks and loads DuckDB's library.
        DriverManager.getConnection("jdbc:duckdb:").close();
        out.writeByte(Frame.UP);
        out.flush();
        while (true) {
            Order order;
            try {
                order = Order.read(in);
            } catch (EOFException e) {
                delete(temporary);
                return;
            }
            box.answer(order);
            out.flush();
        }
    }

    private static synchronized void delete(Path folder) {
        try {
            FileSystemUtils.deleteRecursively(folder);
        } catch (IOException e) {
            System.err.println(folder + " is left: " + e);
        }
    }

    private void answer(Order order) throws IOException {
        time.begin(order.limits().time());
        try {
            run(order);
        } catch (RefusedException e) {
            refuse(e);
        } catch (SQLException e) {
            refuse(time.isOver() ? RefusedException.of(Reason.TIME, order.limits()) : Judge.explain(e));
        } catch (OutOfMemoryError e) {
            refuse(new RefusedException(Reason.MEMORY, "A value of the answer is too large.", null));
        } finally {
            time.end();
        }
    }

    private void refuse(RefusedException e) throws IOException {
        Place place = e.place();
        out.writeByte(Frame.REFUSED);
        Order.writeText(out, e.reason().name());
        Order.writeText(out, String.valueOf(e.getMessage()));
        out.writeInt(place == null ? 0 : place.line());
        out.writeInt(place == null ? 0 : place.column());
    }

    private void run(Order order) throws SQLException, IOException, RefusedException {
        Properties settings = new Properties();
        settings.setProperty("memory_limit", order.limits().memory() / 1_000 + "KB");
        settings.setProperty("threads", String.valueOf(order.limits().threads()));
        settings.setProperty("temp_directory", "");
        settings.setProperty("autoinstall_known_extensions", "false");
        settings.setProperty("autoload_known_extensions", "false");
        settings.setProperty("jdbc_stream_results", "true");
        try (Connection database = DriverManager.getConnection("jdbc:duckdb:", settings)) {
            String tree = Judge.judge(database, order.statement());
            fill(database, order, tree.toLowerCase(Locale.ROOT));
            execute(database, "SET enable_external_access = false");
            execute(database, "SET lock_configuration = true");
            out.writeByte(Frame.LOADED);
            out.flush();
            execute(database, "BEGIN TRANSACTION READ ONLY");
            try (Statement statement = database.createStatement()) {
                time.watch(statement);
                try (ResultSet rows = statement.executeQuery(order.statement())) {
                    send(rows, order.limits().rows());
                }
            }
        }
    }

    private void fill(Connection database, Order order, String tree) throws SQLException {
        for (String table : order.tables()) {
            execute(database, table);
        }
        for (Map.Entry<String, String> load : order.loads().entrySet()) {
            if (tree.contains(load.getKey())) {
                execute(database, load.getValue());
            }
        }
    }

    private void execute(Connection database, String sql) throws SQLException {
        try (Statement statement = database.createStatement()) {
            time.watch(statement);
            statement.execute(sql);
        }
    }

    private void send(ResultSet rows, int limit) throws SQLException, IOException {
        ResultSetMetaData about = rows.getMetaData();
        int columns = about.getColumnCount();
        CellWriter[] writers = new CellWriter[columns];
        // The first row before the columns: most of what fails does so until then.
        boolean more = rows.next();
        out.writeByte(Frame.COLUMNS);
        out.writeInt(columns);
        for (int i = 0; i < columns; i++) {
            writers[i] = CellWriter.of(about.getColumnTypeName(i + 1));
            Order.writeText(out, about.getColumnName(i + 1));
            Order.writeText(out, about.getColumnTypeName(i + 1));
        }
        for (int sent = 0; more && sent < limit; sent++) {
            out.writeByte(Frame.ROW);
            for (int i = 0; i < columns; i++) {
                writers[i].write(rows, i + 1, out);
            }
            more = rows.next();
        }
        out.writeByte(Frame.DONE);
        out.writeBoolean(more);
    }
}
