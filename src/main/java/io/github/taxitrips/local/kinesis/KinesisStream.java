package io.github.taxitrips.local.kinesis;

import io.github.taxitrips.local.base.Account;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** A data stream: shards, and how far their readers have come. Safe for use by several threads. */
public final class KinesisStream {

    /** Where in its folder it says what it is. */
    static final String DESCRIPTION = "stream.json";

    private final Path folder;
    private final StreamSettings settings;
    private final Instant created;
    private final Positions.Restorer root;
    private final HashRanges hashRanges;
    private final List<StreamShard> shards = new ArrayList<>();
    private final Positions positions;
    private final Object restoring = new Object();

    /** What a stream's folder says of it. */
    private record Description(long created, int shards, Duration retention, int maxRecordSizeInKiB, boolean onDemand) {

        private static final JsonMapper JSON = JsonMapper.shared();

        static Description of(StreamSettings settings, Instant created) {
            return new Description(
                    created.toEpochMilli(),
                    settings.shards(),
                    settings.retention(),
                    settings.maxRecordSizeInKiB(),
                    settings.onDemand());
        }

        void write(Path folder) throws IOException {
            Path aside = folder.resolve(DESCRIPTION + ".new");
            Files.write(aside, JSON.writeValueAsBytes(this));
            Files.move(
                    aside,
                    folder.resolve(DESCRIPTION),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        }

        static Description read(Path folder) throws IOException {
            try {
                return JSON.readValue(Files.readAllBytes(folder.resolve(DESCRIPTION)), Description.class);
            } catch (JacksonException e) {
                throw new IOException(
                        folder.resolve(DESCRIPTION) + " does not say what the stream is: " + e.getMessage(), e);
            }
        }
    }

    private KinesisStream(
            Path folder,
            StreamSettings settings,
            Instant created,
            boolean limited,
            InstantSource clock,
            Positions.Restorer root)
            throws IOException {
        this.folder = folder;
        this.settings = settings;
        this.created = created;
        this.root = root;
        this.hashRanges = new HashRanges(settings.shards());
        for (int number = 0; number < settings.shards(); number++) {
            shards.add(new StreamShard(this, number, limited, clock));
        }
        this.positions = new Positions(folder.resolve("positions"), this::restore);
    }

    /** Writes into a folder what a stream is that has no shards yet. */
    static void describe(Path folder, StreamSettings settings, Instant created) throws IOException {
        Files.createDirectories(folder);
        Description.of(settings, created).write(folder);
    }

    /** The settings that a stream's folder was made with. */
    static StreamSettings settings(Path folder, String name) throws IOException {
        Description told = Description.read(folder);
        return new StreamSettings(name, told.shards(), told.retention(), told.maxRecordSizeInKiB(), told.onDemand());
    }

    /**
     * Opens a stream.
     *
     * @param folder its folder, which says what it is
     * @param settings its settings
     * @param limited whether the throughput of its shards is limited
     * @param root makes the folder of the streams anew that was deleted
     */
    static KinesisStream open(
            Path folder, StreamSettings settings, boolean limited, InstantSource clock, Positions.Restorer root)
            throws IOException {
        Instant created = Instant.ofEpochMilli(Description.read(folder).created());
        return new KinesisStream(folder, settings, created, limited, clock, root);
    }

    /** Makes the folder anew, if it was deleted. */
    void restore() throws IOException {
        root.restore();
        synchronized (restoring) {
            if (!Files.exists(folder.resolve(DESCRIPTION))) {
                describe(folder, settings, created);
            }
        }
    }

    Path folder() {
        return folder;
    }

    StreamSettings settings() {
        return settings;
    }

    HashRanges hashRanges() {
        return hashRanges;
    }

    /** Its name. */
    public String name() {
        return settings.name();
    }

    /** Its ARN. */
    public String arn() {
        return arn(name());
    }

    static String arn(String name) {
        return Account.arn("kinesis", "stream/" + name);
    }

    /** When it was made. */
    public Instant created() {
        return created;
    }

    /** Its shards, in the order of their numbers. */
    public List<StreamShard> shards() {
        return List.copyOf(shards);
    }

    /** How far its readers have come. */
    public Positions positions() {
        return positions;
    }

    StreamShard shardOf(PutEntry entry) {
        return shards.get(hashRanges.shard(entry.hashKey()));
    }

    /**
     * Puts a record, as {@code PutRecord} does.
     *
     * @param partitionKey its partition key, 1 to 256 characters
     * @param explicitHashKey the hash key that decides on its shard, 0 to 2^128 - 1; null for that of the partition key
     * @param data its bytes, not to be changed
     * @throws IllegalArgumentException if the key is not allowed, or the record too large
     */
    public PutResult put(String partitionKey, @Nullable BigInteger explicitHashKey, byte[] data) {
        return put(List.of(new PutEntry(partitionKey, explicitHashKey, data))).get(0);
    }

    /**
     * Puts records, as {@code PutRecords} does: those of a shard one after the other, in their order.
     *
     * @return what became of each, in their order
     * @throws IllegalArgumentException if a record is too large; then none is put
     */
    public List<PutResult> put(List<PutEntry> entries) {
        Map<StreamShard, List<Integer>> byShard = new LinkedHashMap<>();
        for (int i = 0; i < entries.size(); i++) {
            PutEntry entry = entries.get(i);
            if (entry.size() > settings.maxRecordSize()) {
                throw new IllegalArgumentException("A record of " + entry.size() + " bytes is larger than "
                        + settings.maxRecordSize() + ", which " + name() + " takes");
            }
            byShard.computeIfAbsent(shardOf(entry), shard -> new ArrayList<>()).add(i);
        }
        PutResult[] results = new PutResult[entries.size()];
        byShard.forEach((shard, numbers) -> {
            List<PutResult> made = shard.put(numbers.stream().map(entries::get).toList());
            for (int i = 0; i < made.size(); i++) {
                results[numbers.get(i)] = made.get(i);
            }
        });
        return List.of(results);
    }

    void trim() throws IOException {
        for (StreamShard shard : shards) {
            shard.trim();
        }
    }

    void close() throws IOException {
        for (StreamShard shard : shards) {
            shard.close();
        }
        positions.close();
    }
}
