package io.github.taxitrips.local.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A process for statements leaves nothing in the temporary folder, however it ends. */
class BoxProcessTests {

    private final Order order =
            new Order("SELECT 1", List.of(), Map.of(), new Limits(10, Duration.ofSeconds(30), 512_000_000, 1));

    @Test
    void closedOneTakesItsLibraryWithIt() throws Exception {
        BoxProcess box = BoxProcess.start();
        try (box) {
            TextTable answer = new TextTable();
            box.give(order);
            box.awaitLoaded(order, answer);
            assertThat(box.temporary())
                    .isDirectoryContaining(file -> file.toString().contains("libduckdb"));
            box.answer(order, answer);
            assertThat(answer.lines()).last().asString().contains("1");
        }
        assertThat(box.temporary()).doesNotExist();
    }

    @Test
    void killedOneDoesToo() throws Exception {
        try (BoxProcess box = BoxProcess.start()) {
            box.give(order);
            box.awaitLoaded(order, new TextTable());
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
