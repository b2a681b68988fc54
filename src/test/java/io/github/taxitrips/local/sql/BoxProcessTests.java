package io.github.taxitrips.local.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.taxitrips.local.base.ChildProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process for statements leaves nothing in the temporary folder, however it ends. */
class BoxProcessTests {

    private static final Order ORDER = order("SELECT 1");
    private static final Order LONG =
            order("SELECT count(*) FROM range(1000000) AS a(x), range(1000000) AS b(y) WHERE (x * 31 + y) % 7 = 3");

    private static Order order(String statement) {
        return new Order(statement, List.of(), Map.of(), new Limits(10, Duration.ofSeconds(30), 512_000_000, 1));
    }

    @Test
    void closedOneTakesItsLibraryWithIt() throws Exception {
        BoxProcess box = BoxProcess.start();
        try (box) {
            TextTable answer = new TextTable();
            box.give(ORDER);
            box.awaitLoaded(ORDER, answer);
            assertThat(box.temporary())
                    .isDirectoryContaining(file -> file.toString().contains("libduckdb"));
            box.answer(ORDER, answer);
            assertThat(answer.lines()).last().asString().contains("1");
        }
        assertThat(box.temporary()).doesNotExist();
    }

    /** A server that ends without closing its box. */
    static final class Server {

        public static void main(String[] args) throws Exception {
            BoxProcess box = BoxProcess.start();
            box.give(ORDER);
            box.awaitLoaded(ORDER, new TextTable());
            if (args[0].equals("idle")) {
                box.answer(ORDER, new TextTable());
            } else {
                box.give(LONG);
            }
            System.out.println(box.temporary());
            Runtime.getRuntime().halt(0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"idle", "busy"})
    void oneWhoseServerIsGoneDoesToo(String doing, @TempDir Path folder) throws Exception {
        try (ChildProcess server = new ChildProcess(folder, Server.class, doing)) {
            assertThat(server.hasEnded()).isTrue();
            Path temporary = Path.of(server.printed().strip());
            assertThat(temporary.getFileName().toString()).startsWith("taxi-trips-sql-");
            await().until(() -> Files.notExists(temporary));
        }
    }

    @Test
    void killedOneDoesToo() throws Exception {
        try (BoxProcess box = BoxProcess.start()) {
            box.give(ORDER);
            box.awaitLoaded(ORDER, new TextTable());
            ProcessHandle.current()
                    .children()
                    .filter(child -> child.info()
                            .commandLine()
                            .orElse("")
                            .contains(box.temporary().toString()))
                    .forEach(ProcessHandle::destroyForcibly);
            await().until(() -> Files.notExists(box.temporary()));
        }
    }
}
