package io.github.taxitrips.local.lake;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lists a lake's files without opening it, so that another process may be at work on the folder. A file may be replaced by a
 * compaction before it is read; then it is no longer there.
 */
public final class LakeFolder {

    private final Path root;
    private final Compaction compaction;

    /** @param root the folder, which need not be there */
    public LakeFolder(Path root) {
        this.root = root;
        this.compaction = new Compaction(root, root.resolve(".aside"), new Parquet(), new ReentrantLock());
    }

    /** Returns the files below a folder of the lake, in order, each row of them once. */
    public List<Path> files(String folder) throws IOException {
        List<Path> files = list(folder);
        // An exchange in the middle of a listing would make it wrong; the next one then differs.
        for (List<Path> again = list(folder); !again.equals(files); again = list(folder)) {
            files = again;
        }
        return files;
    }

    private List<Path> list(String folder) throws IOException {
        List<Path> files = new ArrayList<>(LakeFiles.sizes(root.resolve(folder)).keySet());
        Set<Path> replaced = compaction.replaced();
        files.removeAll(replaced);
        return files;
    }
}
