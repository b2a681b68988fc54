package io.github.taxitrips.local.producer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which records of which objects were sent: a file with a line for each run of records, {@code first-last<tab>object}, that only
 * grows. Records are numbered from 0.
 */
final class Done {

    private final Path file;
    private final Map<String, BitSet> sent = new HashMap<>();

    /**
     * @param file the file, which need not be there
     * @throws IOException if it cannot be read, or is no such file
     */
    Done(Path file) throws IOException {
        this.file = file;
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            lines = List.of();
        }
        for (String line : lines) {
            String[] parts = line.split("[-\t]", 3);
            try {
                of(parts[2]).set(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]) + 1);
            } catch (IndexOutOfBoundsException | NumberFormatException e) {
                throw new IOException(file + " is no record of what was sent: it has the line " + line, e);
            }
        }
    }

    /** Returns the numbers of the records of an object that were sent. */
    BitSet of(String object) {
        return sent.computeIfAbsent(object, name -> new BitSet());
    }

    /** Notes records of an object as sent. */
    void add(String object, BitSet numbers) throws IOException {
        StringBuilder lines = new StringBuilder();
        int next = 0;
        for (int first = numbers.nextSetBit(0); first >= 0; first = numbers.nextSetBit(next)) {
            next = numbers.nextClearBit(first);
            lines.append(first)
                    .append('-')
                    .append(next - 1)
                    .append('\t')
                    .append(object)
                    .append('\n');
        }
        Files.writeString(file, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        of(object).or(numbers);
    }
}
