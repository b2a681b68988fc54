package io.github.taxitrips.local.kinesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PositionsTests {

    @TempDir
    Path folder;

    private Positions open() throws IOException {
        return new Positions(folder.resolve("positions"), () -> {});
    }

    @Test
    void eachReaderAndShardHasItsOwnWhichOutlivesTheProcess() throws IOException {
        Positions positions = open();
        assertThat(positions.get("a", "s1")).isNull();
        positions.put("a", "s1", "1");
        positions.put("a", "s2", "2");
        positions.put("b", "s1", "3");
        positions.put("a", "s1", "4");
        // Not closed, as a process that is killed.
        Positions again = open();
        assertThat(again.get("a", "s1")).isEqualTo("4");
        assertThat(again.get("a", "s2")).isEqualTo("2");
        assertThat(again.get("b", "s1")).isEqualTo("3");
    }

    @Test
    void aLineThatIsCutLeavesTheOneBeforeIt() throws IOException {
        Positions positions = open();
        positions.put("a", "s1", "123");
        positions.put("a", "s1", "456");
        Path file = folder.resolve("positions");
        byte[] whole = Files.readAllBytes(file);
        for (int length = whole.length - 2; length > whole.length / 2; length--) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThat(open().get("a", "s1")).isEqualTo("123");
        }
    }

    @Test
    void theFileDoesNotGrowWithoutEnd() throws IOException {
        Positions positions = open();
        for (int i = 0; i < 100_000; i++) {
            positions.put("reader", "shardId-000000000000", Integer.toString(i));
        }
        assertThat(Files.size(folder.resolve("positions"))).isLessThan(2 << 20);
        assertThat(open().get("reader", "shardId-000000000000")).isEqualTo("99999");
    }

    @Test
    void whatIsNoWordIsRefused() throws IOException {
        Positions positions = open();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> positions.put("a reader", "s1", "1"))
                .withMessageContaining("\"a reader\"");
        assertThat(positions.get("a reader", "s1")).isNull();
    }
}
