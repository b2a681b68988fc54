package io.github.taxitrips.local.lake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts one file in the place of several. It is written aside; then a journal that names it and those that it replaces makes
 * the exchange a fact, which the next start finishes if this process does not.
 */
public final class Compaction {

    /**
     * An hour whose files were merged.
     *
     * @param folder its folder
     * @param files how many there were
     * @param rows how many rows are in the one that is there now
     */
    public record Hour(Path folder, int files, long rows) {}

    private static final Logger log = LoggerFactory.getLogger(Compaction.class);

    private final Path root;
    private final Path aside;
    private final Path journals;
    private final Parquet parquet;
    private final Lock swap;

    /** @param swap held while files are exchanged */
    Compaction(Path root, Path aside, Parquet parquet, Lock swap) {
        this.root = root;
        this.aside = aside;
        this.journals = root.resolve(".compacting");
        this.parquet = parquet;
        this.swap = swap;
    }

    /**
     * Merges the files of an hour.
     *
     * @return what was merged
     * @throws SQLException if DuckDB does not merge them; they stay
     */
    synchronized Hour merge(Path hour, List<LakeFile> small) throws IOException, SQLException {
        String name = ObjectName.parse(small.get(0).name()).renewed().name() + Parquet.EXTENSION;
        Files.createDirectories(aside);
        Files.createDirectories(journals);
        Path merged = aside.resolve(name);
        long rows = parquet.merge(small.stream().map(LakeFile::path).toList(), merged);
        long expected = small.stream().mapToLong(LakeFile::rows).sum();
        if (rows != expected) {
            Files.delete(merged);
            throw new IOException("Of " + expected + " rows " + rows + " were merged");
        }
        List<String> lines = new ArrayList<>();
        lines.add(root.relativize(hour.resolve(name)).toString());
        small.forEach(file -> lines.add(root.relativize(file.path()).toString()));
        swap.lock();
        try {
            Path journal = journals.resolve(name);
            Files.move(Files.write(aside.resolve(name + ".journal"), lines), journal, StandardCopyOption.ATOMIC_MOVE);
            finish(journal);
        } finally {
            swap.unlock();
        }
        return new Hour(hour, small.size(), rows);
    }

    /** Finishes what was begun and not brought to its end. */
    synchronized void recover() throws IOException {
        for (Path journal : journals()) {
            log.info("Finishing a compaction: {}", journal);
            swap.lock();
            try {
                finish(journal);
            } finally {
                swap.unlock();
            }
        }
    }

    /** Returns the files that are there and replaced already. */
    Set<Path> replaced() throws IOException {
        Set<Path> replaced = new HashSet<>();
        for (Path journal : journals()) {
            List<Path> named = named(journal);
            if (Files.exists(named.get(0))) {
                replaced.addAll(named.subList(1, named.size()));
            }
        }
        return replaced;
    }

    private List<Path> journals() throws IOException {
        if (!Files.isDirectory(journals)) {
            return List.of();
        }
        try (Stream<Path> left = Files.list(journals)) {
            return left.toList();
        }
    }

    /** The file that a journal puts in the place of others, and those. */
    private List<Path> named(Path journal) throws IOException {
        return Files.readAllLines(journal).stream().map(root::resolve).toList();
    }

    private void finish(Path journal) throws IOException {
        List<Path> named = named(journal);
        Path target = named.get(0);
        Path merged = aside.resolve(target.getFileName());
        if (Files.exists(merged)) {
            Files.move(merged, target, StandardCopyOption.ATOMIC_MOVE);
        }
        if (Files.exists(target)) {
            for (Path replaced : named.subList(1, named.size())) {
                Files.deleteIfExists(replaced);
            }
        }
        Files.delete(journal);
    }
}
