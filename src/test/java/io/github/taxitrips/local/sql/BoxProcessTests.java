package io.github.taxitrips.local.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.taxitrips.local.base.ChildProcess;
import io.github.taxitrips.local.sql.RefusedException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process for statements leaves nothing in the temporary folder, however it ends. */
class BoxProcessTests {

    private static final Duration START = Duration.ofMinutes(1);
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
            box.awaitUp(START, answer);
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
            box.awaitUp(START, new TextTable());
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
            box.awaitUp(START, new TextTable());
            box.give(ORDER);
            box.awaitLoaded(ORDER, new TextTable());
            handle(box).destroyForcibly();
            await().until(() -> Files.notExists(box.temporary()));
        }
    }

    private static ProcessHandle handle(BoxProcess box) {
        return ProcessHandle.current()
                .children()
                .filter(child -> child.info()
                        .commandLine()
                        .orElse("")
                        .contains(box.temporary().toString()))
                .findFirst()
                .orElseThrow();
    }

    private static void signal(ProcessHandle process, String name) throws IOException {
        try {
            int status = new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid())
                    .start()
                    .waitFor();
            assertThat(status).isZero();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /** A process that is stopped while it starts is as one on a machine that is busy. */
    @Test
    void startIsNotOfTheStatementsTime() throws Exception {
        Limits limits = new Limits(10, Duration.ofSeconds(2), 512_000_000, 1);
        Order order = new Order("SELECT 1", List.of(), Map.of(), limits);
        try (BoxProcess box = BoxProcess.start()) {
            ProcessHandle process = handle(box);
            signal(process, "STOP");
            AtomicInteger asked = new AtomicInteger();
            box.awaitUp(START, new SqlLab.Kept() {
                @Override
                public void waiting() throws IOException {
                    // Twice a second: longer than the limit, and a second more.
                    if (asked.incrementAndGet() == 7) {
                        signal(process, "CONT");
                    }
                }
            });
            box.give(order);
            box.awaitLoaded(order, new TextTable());
            assertThat(box.answer(order, new TextTable())).isFalse();
            assertThat(asked).hasValueGreaterThanOrEqualTo(7);
        }
    }

    @Test
    void oneThatDoesNotStartIsEndedAndToldOf() throws Exception {
        try (BoxProcess box = BoxProcess.start()) {
            signal(handle(box), "STOP");
            assertThatThrownBy(() -> box.awaitUp(Duration.ofSeconds(1), new TextTable()))
                    .isInstanceOfSatisfying(
                            RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BROKEN))
                    .hasMessage("The process that runs statements has not started within 1 s.");
            assertThat(box.rest()).isFalse();
            assertThat(box.temporary()).doesNotExist();
        }
    }
}
