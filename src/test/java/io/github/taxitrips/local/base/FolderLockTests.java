package io.github.taxitrips.local.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class FolderLockTests {

    /** A device without room can be locked, but not written. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void lockIsGivenBackIfTheProcessCannotBeNamed(@TempDir Path folder) throws IOException {
        Path file = Files.createSymbolicLink(folder.resolve(".lock"), Path.of("/dev/full"));
        FolderLock lock = new FolderLock(folder, "folder", "a.setting");
        for (int attempt = 0; attempt < 2; attempt++) {
            assertThatThrownBy(lock::acquire)
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(FolderLock.HeldException.class);
            assertThat(lock.isHeld()).isFalse();
        }
        Files.delete(file);
        lock.acquire();
        assertThat(lock.isHeld()).isTrue();
        lock.release();
    }
}
