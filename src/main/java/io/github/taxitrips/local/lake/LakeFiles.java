package io.github.taxitrips.local.lake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lists the files of a lake, and knows how many rows they have without reading them twice. */
final class LakeFiles {

    private static final Logger log = LoggerFactory.getLogger(LakeFiles.class);

    private static final long UNREADABLE = -1;

    private final Path root;
    private final List<String> folders;
    private final Parquet parquet;
    private final Compaction compaction;
    private final Map<Path, Long> rows = new ConcurrentHashMap<>();

    LakeFiles(Path root, Collection<DeliveryStream> streams, Parquet parquet, Compaction compaction) {
        this.root = root;
        this.folders = streams.stream()
                .flatMap(stream -> Stream.of(stream.folder(), stream.errorFolder()))
                .distinct()
                .toList();
        this.parquet = parquet;
        this.compaction = compaction;
    }

    /** Notes the rows of a file that was written. */
    void remember(Path file, long count) {
        rows.put(file, count);
    }

    /** Returns the files, sorted by folder and path. Those that cannot be read are told of in the log and left out. */
    List<LakeFile> list() {
        List<LakeFile> files = new ArrayList<>();
        Set<Path> seen = new HashSet<>();
        Set<Path> replaced;
        try {
            replaced = compaction.replaced();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the journal of a compaction in " + root, e);
        }
        for (String folder : folders) {
            Map<Path, Long> sizes = sizes(root.resolve(folder));
            sizes.keySet().removeAll(replaced);
            seen.addAll(sizes.keySet());
            Map<Path, Long> counts = counts(sizes.keySet());
            sizes.forEach((path, bytes) -> {
                long count = counts.getOrDefault(path, UNREADABLE);
                if (count != UNREADABLE) {
                    files.add(new LakeFile(path, folder, count, bytes));
                }
            });
        }
        rows.keySet().retainAll(seen);
        return files;
    }

    /** Returns the files below a folder, in order, and their sizes. */
    static Map<Path, Long> sizes(Path folder) {
        Map<Path, Long> sizes = new TreeMap<>();
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (attributes.isRegularFile()) {
                        sizes.put(file, attributes.size());
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) {
                    return FileVisitResult.CONTINUE; // not there, or no longer
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot list " + folder, e);
        }
        return sizes;
    }

    /** Returns the rows of files; what another thread has listed may be forgotten meanwhile. */
    private Map<Path, Long> counts(Collection<Path> files) {
        Map<Path, Long> counts = new HashMap<>();
        List<Path> parquetFiles = new ArrayList<>();
        for (Path file : files) {
            Long known = rows.get(file);
            if (known != null) {
                counts.put(file, known);
            } else if (file.toString().endsWith(Parquet.EXTENSION)) {
                parquetFiles.add(file);
            } else {
                countLines(file, counts);
            }
        }
        try {
            counts.putAll(parquet.rowCounts(parquetFiles));
        } catch (SQLException e) {
            parquetFiles.forEach(file -> countOne(file, counts));
        }
        rows.putAll(counts);
        return counts;
    }

    private void countOne(Path file, Map<Path, Long> counts) {
        try {
            counts.putAll(parquet.rowCounts(List.of(file)));
        } catch (SQLException e) {
            log.warn("{} is left out: {}", file, e.getMessage());
            counts.put(file, UNREADABLE);
        }
    }

    private static void countLines(Path file, Map<Path, Long> counts) {
        try {
            counts.put(file, FileWriter.lines(file));
        } catch (IOException e) {
            log.warn("{} is left out: {}", file, e.toString());
        }
    }
}
