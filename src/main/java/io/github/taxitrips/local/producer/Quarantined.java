package io.github.taxitrips.local.producer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What lies in the quarantine of a lake: counted by reason, looked at, and sent again. A file is read once to learn which of its
 * lines have which reason, a bit a line; it never changes. One that cannot be read is tried again once all are counted. What was sent is noted where {@code src/bin/desk redrive} notes it.
 *
 * <p>A line's id is its file, below the folder, and its number from 0: {@code year=2026/.../name.gz:7}.
 *
 * <p>Safe for use by several threads.
 */
public final class Quarantined {

    /** Reasons and troubles of an answer at most, the most frequent ones. */
    private static final int MOST_TOLD = 100;

    private final Path folder;
    private final Path note;
    private final Map<String, Index> files = new HashMap<>();
    private Map<String, BitSet> sent = Map.of();
    private @Nullable Object sentOf;

    /**
     * What there is.
     *
     * @param reasons by reason, the most lines first
     * @param otherReasons reasons that are not among them
     * @param lines lines in all
     * @param files files there are
     * @param unread files that are not counted yet; another call goes on with them
     * @param troubles files that cannot be read, and why
     */
    public record Summary(
            List<Count> reasons, int otherReasons, long lines, int files, int unread, List<String> troubles) {}

    /**
     * Lines of a reason.
     *
     * @param reason the reason with its member
     * @param lines lines
     * @param records the records that they stand for
     * @param sent lines that were sent again
     * @param cut lines that cannot be, since they have only a record's beginning
     */
    public record Count(String reason, long lines, long records, long sent, long cut) {

        private Count and(Count more) {
            return new Count(reason, lines + more.lines, records + more.records, sent + more.sent, cut + more.cut);
        }
    }

    /**
     * A line.
     *
     * @param id its id
     * @param line what it has
     * @param sent whether it was sent again
     */
    public record Found(String id, QuarantineLine line, boolean sent) {}

    /**
     * Some lines.
     *
     * @param lines the lines, the latest first
     * @param next an id before which there may be more, null if there are none
     */
    public record Page(List<Found> lines, @Nullable String next) {}

    /**
     * @param lake the lake's folder, which need not be there
     * @param quarantine the quarantine's folder in it
     */
    public Quarantined(Path lake, String quarantine) {
        this.folder = lake.resolve(quarantine);
        this.note = SentAgain.of(lake);
    }

    /**
     * Counts, for no longer than it may: what is not counted by then is the oldest.
     *
     * @throws IOException if the folder or the note cannot be read
     */
    public synchronized Summary summary(QuarantineFilter filter, Duration time) throws IOException {
        long end = System.nanoTime() + time.toNanos();
        List<String> names = names();
        if (files.keySet().containsAll(names)) {
            // Not before, or those that cannot be read would be read time and again in place of others.
            files.values().removeIf(index -> !index.trouble.isEmpty());
        }
        Map<String, Count> counts = new HashMap<>();
        List<String> troubles = new ArrayList<>();
        int unread = 0;
        for (String name : newestFirst(names)) {
            if (System.nanoTime() > end && !files.containsKey(name)) {
                unread++;
                continue;
            }
            Index index = index(name, filter);
            if (!index.trouble.isEmpty() && troubles.size() < MOST_TOLD) {
                troubles.add(id(name) + ": " + index.trouble);
            }
            BitSet gone = sent(name);
            index.lines.forEach((reason, lines) -> {
                if (filter.takes(reason)) {
                    counts.merge(reason, lines.count(reason, gone, index.cut), Count::and);
                }
            });
        }
        List<Count> sorted = counts.values().stream()
                .sorted(Comparator.comparingLong(Count::lines).reversed().thenComparing(Count::reason))
                .toList();
        return new Summary(
                sorted.subList(0, Math.min(MOST_TOLD, sorted.size())),
                Math.max(0, sorted.size() - MOST_TOLD),
                sorted.stream().mapToLong(Count::lines).sum(),
                names.size(),
                unread,
                troubles);
    }

    /**
     * Returns the latest lines, the latest first, as many as are found in the time that it may take.
     *
     * @param before an id, of what comes before it; null for the latest of all
     * @param most how many
     * @throws NoSuchElementException if there is no file of that id
     * @throws IOException if they cannot be read
     */
    public synchronized Page latest(QuarantineFilter filter, @Nullable String before, int most, Duration time)
            throws IOException {
        long end = System.nanoTime() + time.toNanos();
        List<String> names = names();
        Place place = before == null ? null : place(before, names);
        List<Found> found = new ArrayList<>();
        for (String name : newestFirst(names)) {
            int order = place == null ? -1 : name.compareTo(place.name);
            if (order > 0) {
                continue;
            }
            if (System.nanoTime() > end && !files.containsKey(name)) {
                return new Page(found, id(name) + ":" + Integer.MAX_VALUE);
            }
            BitSet lines = index(name, filter).of(filter);
            if (place != null && order == 0) {
                lines.clear(place.number, Math.max(place.number, lines.length()));
            }
            // One more than is wanted tells that there is one.
            while (lines.cardinality() > most + 1 - found.size()) {
                lines.clear(lines.nextSetBit(0));
            }
            List<Found> ofFile = read(name, lines);
            Collections.reverse(ofFile);
            found.addAll(ofFile);
            if (found.size() > most) {
                return new Page(found.subList(0, most), found.get(most - 1).id);
            }
        }
        return new Page(found, null);
    }

    /**
     * Returns a line.
     *
     * @throws NoSuchElementException if there is none of this id
     * @throws IOException if it cannot be read
     */
    public synchronized QuarantineLine line(String id) throws IOException {
        Place place = placeOfLine(id, names());
        BitSet number = new BitSet();
        number.set(place.number);
        List<Found> found = read(place.name, number);
        if (found.isEmpty()) {
            throw none(id);
        }
        return found.get(0).line;
    }

    /**
     * Returns what is asked for and was not sent before, to be sent. Until it is closed nobody else sends any. How many there are
     * it knows if they can be counted in the time that it may take.
     *
     * @throws IOException if the note cannot be written, or another sends
     */
    public synchronized SetAsideObjects resend(QuarantineFilter filter, Duration time) throws IOException {
        boolean isCounted = summary(QuarantineFilter.ALL, time).unread() == 0;
        List<String> names = names();
        return resend(names, filter, open -> {
            long total = 0;
            for (String name : isCounted ? names : List.<String>of()) {
                Index index = index(name, filter);
                total += left(index.of(filter), index, open.of(name)).cardinality();
            }
            return isCounted ? total : -1;
        });
    }

    /**
     * Returns lines of these ids that were not sent before, to be sent. Until it is closed nobody else sends any.
     *
     * @param mended what is sent in place of each, null to send it as it was
     * @throws NoSuchElementException if there is no line of an id
     * @throws IOException if the note cannot be written, or another sends
     */
    public synchronized SetAsideObjects resend(Collection<String> ids, byte @Nullable [] mended) throws IOException {
        List<String> names = names();
        Map<String, BitSet> chosen = new TreeMap<>();
        for (String id : ids) {
            Place place = placeOfLine(id, names);
            chosen.computeIfAbsent(place.name, name -> new BitSet()).set(place.number);
        }
        return resend(List.copyOf(chosen.keySet()), QuarantineFilter.ALL, open -> {
                    long total = 0;
                    for (Map.Entry<String, BitSet> file : chosen.entrySet()) {
                        Index index = index(file.getKey(), QuarantineFilter.ALL);
                        BitSet known = index.of(QuarantineFilter.ALL);
                        known.and(file.getValue());
                        total += left(known, index, open.of(file.getKey())).cardinality();
                    }
                    return total;
                })
                .only(chosen::get)
                .mended(data -> mended == null ? data : mended);
    }

    private interface Counting {
        long total(SentAgain open) throws IOException;
    }

    private SetAsideObjects resend(List<String> names, QuarantineFilter filter, Counting counting) throws IOException {
        Bucket bucket = bucket();
        SentAgain open = new SentAgain(note);
        boolean isDone = false;
        try {
            SetAsideObjects objects = new SetAsideObjects(SetAsideRecords.Kind.QUARANTINE, bucket, names, filter, open)
                    .total(counting.total(open));
            isDone = true;
            return objects;
        } finally {
            if (!isDone) {
                open.close();
            }
        }
    }

    /** Takes off lines what cannot be sent and what was. */
    private static BitSet left(BitSet lines, Index index, BitSet gone) {
        lines.andNot(index.cut);
        lines.andNot(gone);
        return lines;
    }

    private Bucket bucket() throws IOException {
        return Bucket.of(folder.toString(), null);
    }

    private List<String> names() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Bucket bucket = bucket()) {
            List<String> names = bucket.names();
            files.keySet().retainAll(names);
            return names;
        }
    }

    private static List<String> newestFirst(List<String> names) {
        List<String> reversed = new ArrayList<>(names);
        Collections.reverse(reversed);
        return reversed;
    }

    private record Place(String name, int number) {}

    private String id(String name) {
        return folder.relativize(Path.of(name)).toString().replace('\\', '/');
    }

    private Place place(String id, List<String> names) {
        int colon = id.lastIndexOf(':');
        try {
            String file = id.substring(0, Math.max(0, colon));
            int number = Integer.parseInt(id.substring(colon + 1));
            for (String name : names) {
                if (number >= 0 && id(name).equals(file)) {
                    return new Place(name, number);
                }
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw none(id);
    }

    /** Returns the place of a line that is there. */
    private Place placeOfLine(String id, List<String> names) throws IOException {
        Place place = place(id, names);
        if (!index(place.name, QuarantineFilter.ALL).has(place.number)) {
            throw none(id);
        }
        return place;
    }

    private static NoSuchElementException none(String id) {
        return new NoSuchElementException("There is no line " + id + " in the quarantine, or no longer");
    }

    private BitSet sent(String name) throws IOException {
        Object now = Files.exists(note) ? List.of(Files.size(note), Files.getLastModifiedTime(note)) : List.of();
        if (!now.equals(sentOf)) {
            sent = SentAgain.read(note);
            sentOf = now;
        }
        return sent.getOrDefault(SentAgain.key(name), new BitSet());
    }

    private List<Found> read(String name, BitSet numbers) throws IOException {
        List<Found> found = new ArrayList<>();
        if (numbers.isEmpty()) {
            return found;
        }
        BitSet gone = sent(name);
        try (Bucket bucket = bucket();
                NumberedLines lines = new NumberedLines(bucket.open(name))) {
            QuarantineLine line;
            while (found.size() < numbers.cardinality() && (line = QuarantineLine.next(lines)) != null) {
                if (numbers.get(lines.number())) {
                    found.add(new Found(id(name) + ":" + lines.number(), line, gone.get(lines.number())));
                }
            }
        }
        return found;
    }

    /** Returns the lines of a file that a filter's times take. Those that they cut through are read again. */
    private Index index(String name, QuarantineFilter filter) throws IOException {
        Index index = files.get(name);
        if (index == null) {
            index = read(name, QuarantineFilter.ALL);
            files.put(name, index);
        }
        if (filter.from() == null && filter.until() == null) {
            return index;
        }
        if (index.first != null && index.last != null && !index.isUndated) {
            if (filter.takes(index.first) && filter.takes(index.last)) {
                return index;
            }
            Instant from = filter.from();
            Instant until = filter.until();
            boolean isBefore = from != null && index.last.isBefore(from);
            boolean isAfter = until != null && !index.first.isBefore(until);
            if (isBefore || isAfter) {
                return new Index();
            }
        }
        return read(name, new QuarantineFilter(null, filter.from(), filter.until()));
    }

    private Index read(String name, QuarantineFilter filter) throws IOException {
        Index index = new Index();
        try (Bucket bucket = bucket();
                InputStream object = bucket.open(name);
                NumberedLines lines = new NumberedLines(object)) {
            QuarantineLine line;
            while ((line = QuarantineLine.next(lines)) != null) {
                if (filter.takes(line)) {
                    index.add(lines.number(), line);
                }
            }
        } catch (IOException e) {
            index.trouble = String.valueOf(e.getMessage());
        }
        return index;
    }

    /** Which lines of a file have which reason. */
    private static final class Index {

        private final Map<String, Lines> lines = new LinkedHashMap<>();
        private final BitSet cut = new BitSet();
        private @Nullable Instant first;
        private @Nullable Instant last;
        private boolean isUndated;
        private String trouble = "";

        void add(int number, QuarantineLine line) {
            lines.computeIfAbsent(line.reason(), reason -> new Lines()).add(number, line.records());
            if (!line.isWhole()) {
                cut.set(number);
            }
            Instant arrival = line.arrival();
            if (arrival == null) {
                isUndated = true;
                return;
            }
            if (first == null || arrival.isBefore(first)) {
                first = arrival;
            }
            if (last == null || arrival.isAfter(last)) {
                last = arrival;
            }
        }

        boolean has(int number) {
            return lines.values().stream().anyMatch(some -> some.numbers.get(number));
        }

        /** Returns the numbers of those that a filter's reason takes. */
        BitSet of(QuarantineFilter filter) {
            BitSet numbers = new BitSet();
            lines.forEach((reason, some) -> {
                if (filter.takes(reason)) {
                    numbers.or(some.numbers);
                }
            });
            return numbers;
        }
    }

    private static final class Lines {

        private final BitSet numbers = new BitSet();
        private long records;

        void add(int number, int standsFor) {
            numbers.set(number);
            records += standsFor;
        }

        Count count(String reason, BitSet sent, BitSet cut) {
            return new Count(reason, numbers.cardinality(), records, both(sent), both(cut));
        }

        private long both(BitSet others) {
            BitSet both = (BitSet) numbers.clone();
            both.and(others);
            return both.cardinality();
        }
    }
}
