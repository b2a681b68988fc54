package io.github.taxitrips.local.base;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Keeps a folder for one process, by a locked file in it that names the process. Not safe for use by several threads. */
public final class FolderLock {

    /** Another process has the folder. */
    @SuppressWarnings("serial")
    public static final class HeldException extends IOException {
        HeldException(String message) {
            super(message);
        }
    }

    private final Path file;
    private final String what;
    private final String setting;
    private @Nullable FileChannel channel;

    /**
     * @param folder the folder, which need not be there
     * @param what what it is to a reader of messages, as in "data lake"
     * @param setting the setting that names it
     */
    public FolderLock(Path folder, String what, String setting) {
        this.file = folder.resolve(".lock");
        this.what = what;
        this.setting = setting;
    }

    /** Whether the lock is held, and its file still there: a folder that was deleted is no longer kept. */
    public boolean isHeld() {
        return channel != null && Files.exists(file);
    }

    /**
     * Makes the folder if need be, and locks it.
     *
     * @throws HeldException naming the other process, if one has it
     */
    public void acquire() throws IOException {
        release();
        Files.createDirectories(file.getParent());
        FileChannel opened =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            if (lock(opened) == null) {
                throw new HeldException("The " + what + " " + file.getParent() + " is in use by process "
                        + Files.readString(file).strip() + ": stop it, or set " + setting + " to another folder");
            }
            opened.truncate(0);
            opened.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
            channel = opened;
        } finally {
            if (channel != opened) {
                opened.close();
            }
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            // A byte that is not there, so that the others can be read where locks forbid it.
            return channel.tryLock(Long.MAX_VALUE - 1, 1, false);
        } catch (OverlappingFileLockException e) {
            return null; // by this process
        }
    }

    /** Gives the folder back; the file stays. */
    public void release() throws IOException {
        if (channel != null) {
            channel.close();
            channel = null;
        }
    }
}
