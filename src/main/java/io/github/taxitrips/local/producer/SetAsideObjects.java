package io.github.taxitrips.local.producer;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The records of objects in which the pipeline set records aside, one object after the other, but for those that were sent before.
 * What has been sent is noted while it is read and when it is closed. An object that cannot be read is told of and keeps no other
 * from being read.
 *
 * <p>One thread reads; another may have noted what was sent, and look at the progress.
 */
public final class SetAsideObjects implements RecordSource {

    private static final long OFTEN = TimeUnit.SECONDS.toNanos(1);

    private final SetAsideRecords.Kind kind;
    private final Bucket bucket;
    private final List<String> names;
    private final QuarantineFilter filter;
    private final SentAgain note;
    private final Deque<Given> unanswered = new ArrayDeque<>();
    private UnaryOperator<byte[]> mending = UnaryOperator.identity();
    private BiConsumer<String, String> listener = (name, told) -> {};
    private LongSupplier position = () -> 0;
    private Wanted wanted = name -> null;
    private long total = -1;
    private int next;
    private @Nullable SetAsideRecords open;
    private long ofOpen;
    private volatile long given;
    private long answered;
    private long sent;
    private long leftOut;
    private long notedAt = System.nanoTime();
    private long before;
    private long truncated;
    private int troubles;
    private @Nullable String trouble;

    /** Records of one object that were given one after the other, of which the first have been answered, and those left out. */
    private record Given(String object, BitSet numbers, BitSet leftOut) {}

    /** Tells which records of an object are to be sent, by their numbers; null for all. */
    interface Wanted {
        @Nullable BitSet of(String object);
    }

    /**
     * @param bucket where they are; closed with this
     * @param names those that are read
     * @param filter which lines of the quarantine are
     * @param note what was sent before; closed with this
     */
    SetAsideObjects(
            SetAsideRecords.Kind kind, Bucket bucket, List<String> names, QuarantineFilter filter, SentAgain note) {
        this.kind = kind;
        this.bucket = bucket;
        this.names = names;
        this.filter = filter;
        this.note = note;
    }

    /** Takes those alone that are named, whose number is known. */
    SetAsideObjects only(Wanted wanted) {
        this.wanted = wanted;
        return this;
    }

    /** Says how many there are. */
    SetAsideObjects total(long total) {
        this.total = total;
        return this;
    }

    /** Gives each in other words. */
    SetAsideObjects mended(UnaryOperator<byte[]> mending) {
        this.mending = mending;
        return this;
    }

    /** Tells of each object that is done with its name and what was found. */
    SetAsideObjects tell(BiConsumer<String, String> listener) {
        this.listener = listener;
        return this;
    }

    /**
     * Has what is sent noted.
     *
     * @param position tells how many of the records, from the first on, need not be sent again; as {@link Producer#progress()} does
     */
    public void follow(LongSupplier position) {
        this.position = position;
    }

    @Override
    public synchronized @Nullable Item next() throws IOException {
        if (System.nanoTime() - notedAt > OFTEN) {
            noteAnswered();
        }
        while (open != null || next < names.size()) {
            String name = names.get(open == null ? next : next - 1);
            try {
                SetAsideRecords records = open == null ? open(name) : open;
                Item item = records.next();
                if (item != null) {
                    give(name, records.number());
                    return new Item(mending.apply(item.data()), item.partitionKey());
                }
                closeOpen("%,d records".formatted(ofOpen));
            } catch (IOException e) {
                troubles++;
                String why = e instanceof NoSuchFileException ? "it is not there any more" : e.getMessage();
                trouble = trouble == null ? name + " was not done: " + why : trouble;
                closeOpen("not done: " + why);
            }
        }
        return null;
    }

    private SetAsideRecords open(String name) throws IOException {
        next++;
        ofOpen = 0;
        BitSet old = note.of(name);
        BitSet chosen = wanted.of(name);
        before += old.cardinality();
        SetAsideRecords opened = new SetAsideRecords(
                kind, bucket.open(name), filter, number -> !old.get(number) && (chosen == null || chosen.get(number)));
        open = opened;
        return opened;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread reads
    private void give(String name, int number) {
        Given last = unanswered.peekLast();
        if (last == null || !last.object.equals(name)) {
            last = new Given(name, new BitSet(), new BitSet());
            unanswered.addLast(last);
        }
        last.numbers.set(number);
        ofOpen++;
        given++;
    }

    @Override
    public synchronized void leftOut() {
        Given last = unanswered.getLast();
        last.leftOut.set(last.numbers.length() - 1);
        leftOut++;
    }

    private void closeOpen(String told) throws IOException {
        listener.accept(names.get(next - 1), told);
        if (open != null) {
            truncated += open.truncated();
            open.close();
            open = null;
        }
    }

    /** Notes what has been sent since it was noted last. */
    public synchronized void noteAnswered() throws IOException {
        notedAt = System.nanoTime();
        long now = position.getAsLong();
        while (answered < now && !unanswered.isEmpty()) {
            Given first = unanswered.element();
            BitSet done = new BitSet();
            long until = answered;
            int number = first.numbers.nextSetBit(0);
            for (; number >= 0 && until < now; number = first.numbers.nextSetBit(number + 1)) {
                done.set(number);
                until++;
            }
            done.andNot(first.leftOut);
            note.add(first.object, done);
            answered = until;
            sent += done.cardinality();
            if (number < 0) {
                unanswered.remove();
            } else {
                first.numbers.clear(0, number);
            }
        }
    }

    /** Returns how many records of objects that were read had been sent before. */
    long before() {
        return before;
    }

    /** Returns how many have been noted as sent. */
    long sent() {
        return sent;
    }

    /** Returns how many are larger than a stream takes, and were not sent. */
    long tooLarge() {
        return leftOut;
    }

    /** Returns how many were asked for that the quarantine could not keep whole. */
    long truncated() {
        return truncated;
    }

    /** Returns how many objects could not be read, or not to their end. */
    int troubles() {
        return troubles;
    }

    /** Returns the first of them, why, and how many more there are; null if there are none. */
    public synchronized @Nullable String trouble() {
        return troubles > 1 ? "%s; nor were %,d more".formatted(trouble, troubles - 1) : trouble;
    }

    @Override
    public Progress progress() {
        return new Progress(given, total);
    }

    @Override
    public synchronized void close() throws IOException {
        try (note;
                bucket) {
            noteAnswered();
        } finally {
            if (open != null) {
                open.close();
            }
        }
    }
}
