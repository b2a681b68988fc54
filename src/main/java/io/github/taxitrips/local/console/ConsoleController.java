package io.github.taxitrips.local.console;

import static io.github.taxitrips.local.console.ConsoleProblems.problem;

import io.github.taxitrips.local.OnTheDesk;
import io.github.taxitrips.local.RunningSettings;
import io.github.taxitrips.local.aws.AwsEndpoint;
import io.github.taxitrips.local.aws.FaultsJson;
import io.github.taxitrips.local.kinesis.KinesisStream;
import io.github.taxitrips.local.kinesis.KinesisStreams;
import io.github.taxitrips.local.kinesis.StoredRecord;
import io.github.taxitrips.local.kinesis.StreamShard;
import io.github.taxitrips.local.lake.Lake;
import io.github.taxitrips.local.lake.LakeFile;
import io.github.taxitrips.local.sql.Questions;
import io.github.taxitrips.settings.Table;
import io.github.taxitrips.settings.TaxiTripsProperties;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The console's page and its API, all of it in {@code docs/console.md}. Errors are problem details: 400 for a value that is wrong,
 * naming it, 403 without the token, 404 for what is not there or no longer, 409 while a replay is under way, 413 for what is too
 * large.
 */
@RestController
@OnTheDesk
final class ConsoleController {

    private static final String API = "/console/api";

    /** Of a file that is dropped on the page. */
    private static final long LONGEST_FILE = 1L << 30;

    private static final int TAIL = 100;
    private static final int TAIL_BYTES = 1 << 20;

    private final TaxiTripsProperties properties;
    private final RunningSettings settings;
    private final ConsoleGuard guard;
    private final Watch watch;
    private final Replays replays;
    private final Verdicts verdicts;
    private final AwsEndpoint endpoint;
    private final Lake lake;
    private final KinesisStream stream;
    private final FaultsJson faultsJson = new FaultsJson(JsonMapper.shared());

    ConsoleController(
            TaxiTripsProperties properties,
            RunningSettings settings,
            ConsoleGuard guard,
            Watch watch,
            Replays replays,
            Verdicts verdicts,
            AwsEndpoint endpoint,
            Lake lake,
            KinesisStreams streams) {
        this.properties = properties;
        this.settings = settings;
        this.guard = guard;
        this.watch = watch;
        this.replays = replays;
        this.verdicts = verdicts;
        this.endpoint = endpoint;
        this.lake = lake;
        this.stream = streams.stream(properties.local().stream().name());
    }

    @GetMapping(path = "/", produces = MediaType.TEXT_HTML_VALUE)
    ResponseEntity<Resource> page(HttpServletResponse response) {
        ConsoleGuard.restrain(response);
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noCache())
                .body(new ClassPathResource("index.html", ConsoleController.class));
    }

    /** What the page has to know once, the token among it. */
    record About(
            String token,
            String table,
            String id,
            List<Map<String, String>> columns,
            String stream,
            String deliveryStream,
            String quarantine,
            String endpoint,
            boolean packing,
            long maxRecordBytes,
            Map<String, Object> mapping,
            List<Questions.Question> questions) {}

    @GetMapping(API + "/about")
    About about() {
        Table table = properties.table();
        TaxiTripsProperties now = settings.current();
        TaxiTripsProperties.Mapping mapping = now.local().mapping();
        return new About(
                guard.token(),
                table.name(),
                String.valueOf(table.id()),
                table.columns().stream()
                        .map(column -> Map.of("name", column.name(), "type", String.valueOf(column.type())))
                        .toList(),
                properties.local().stream().name(),
                properties.deliveryStreamName(),
                properties.quarantine().deliveryStreamName(),
                endpoint.uri().toString(),
                now.packing().enabled(),
                now.packing().maxRecordSize().toBytes(),
                Map.of(
                        "batchSize", mapping.batchSize(),
                        "windowMillis", mapping.maximumBatchingWindow().toMillis(),
                        "parallelization", mapping.parallelizationFactor()),
                Questions.all());
    }

    @GetMapping(API + "/invocations/{id}")
    SeenInvocation invocation(@PathVariable long id) {
        return watch.invocations()
                .get(id)
                .orElseThrow(() -> problem(
                        HttpStatus.NOT_FOUND,
                        "The invocation " + id + " is not among the latest " + Watch.INVOCATIONS + " any more."));
    }

    /**
     * Records as they pass.
     *
     * @param records the latest, oldest first
     * @param next what to ask for the next with, by shard or stage
     * @param left how many passed that are not among them
     */
    record Tail(List<Passing> records, Map<String, String> next, long left) {}

    /** Looks into the stream from a position in each shard on, and consumes nothing. */
    @GetMapping(API + "/tail/stream")
    Tail tail(@RequestParam Map<String, String> after) {
        List<Passing> records = new ArrayList<>();
        Map<String, String> next = new LinkedHashMap<>();
        long left = 0;
        int share = Math.max(1, TAIL / stream.shards().size());
        for (StreamShard shard : stream.shards()) {
            String position = after.getOrDefault(shard.id(), shard.positionAtLatest());
            long waiting;
            try {
                waiting = shard.recordsAfter(position);
            } catch (IllegalArgumentException e) {
                throw problem(HttpStatus.BAD_REQUEST, e.getMessage() + ".");
            }
            List<StoredRecord> read = waiting == 0 ? List.of() : shard.read(position, share, TAIL_BYTES);
            for (StoredRecord record : read) {
                records.add(Watch.waiting(shard.id() + ":" + record.sequenceNumber(), record.arrival(), record.data()));
            }
            // What was not read now is passed over, or this would fall behind a fast stream.
            next.put(shard.id(), shard.positionAtLatest());
            left += Math.max(0, waiting - read.size());
        }
        records.sort(Comparator.comparing(Passing::at));
        return new Tail(records, next, left);
    }

    /** Trips as the function is done with them: a sample, if there are many. */
    @GetMapping(API + "/tail/delivered")
    Tail delivered(@RequestParam(defaultValue = "0") long after) {
        Ring.Part<Passing> part = watch.delivered().after(after, TAIL);
        return new Tail(
                part.items(),
                Map.of("after", String.valueOf(part.last())),
                part.last() - after - part.items().size());
    }

    /** Records that were set aside, without their bytes. */
    @GetMapping(API + "/tail/rejected")
    Tail rejected(@RequestParam(defaultValue = "0") long after) {
        Ring.Part<Watch.SetAside> part = watch.rejected().after(after, TAIL);
        return new Tail(
                part.items().stream().map(Watch.SetAside::record).toList(),
                Map.of("after", String.valueOf(part.last())),
                part.last() - after - part.items().size());
    }

    /** A rejected record as a list has it; {@code whole} where it can be sent again. */
    record Aside(long id, Passing record, boolean whole) {}

    @GetMapping(API + "/rejected")
    List<Aside> asides() {
        return watch.rejected().after(0, Integer.MAX_VALUE).items().stream()
                .map(aside -> new Aside(aside.id(), aside.record(), aside.payload() != null))
                .toList();
    }

    @GetMapping(path = API + "/rejected/{id}")
    ResponseEntity<byte[]> aside(@PathVariable long id) {
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .body(payload(id));
    }

    private byte[] payload(long id) {
        byte @Nullable [] payload =
                watch.rejected().get(id).map(Watch.SetAside::payload).orElse(null);
        if (payload == null) {
            throw problem(
                    HttpStatus.NOT_FOUND,
                    "The rejected record " + id + " is too large to be kept here, or too many came after it. With a"
                            + " quarantine, docs/replay.md tells how to send it again.");
        }
        return payload;
    }

    /** Sends rejected records again: as they were, or one of them mended. */
    record Again(@Nullable List<Long> ids, @Nullable String mended) {}

    @PostMapping(API + "/rejected/replay")
    Replays.Status again(@RequestBody Again again) {
        if (!properties.quarantine().deliveryStreamName().isEmpty()) {
            throw problem(
                    HttpStatus.CONFLICT,
                    "These records come into the quarantine, where it is noted what was sent again: send them with POST "
                            + API + "/quarantine/replay once they are in a file.");
        }
        String mended = again.mended;
        if (mended != null) {
            return replays.send("a mended record", List.of(replays.mended(mended)));
        }
        List<Long> ids = again.ids;
        if (ids == null || ids.isEmpty() || ids.stream().anyMatch(Objects::isNull)) {
            throw problem(HttpStatus.BAD_REQUEST, "ids must have the number of a rejected record, or several.");
        }
        return replays.send(
                ids.size() + " rejected records",
                ids.stream().map(this::payload).toList());
    }

    @PostMapping(path = API + "/verdicts")
    Verdicts.Judgement judge(HttpServletRequest request) throws IOException {
        int limit = Math.toIntExact(properties.local().maxEventSize().toBytes());
        byte[] pasted = request.getInputStream().readNBytes(limit + 1);
        if (pasted.length > limit) {
            throw problem(
                    HttpStatus.CONTENT_TOO_LARGE,
                    "What was pasted is larger than " + limit + " bytes, which is taxi-trips.local.max-event-size.");
        }
        return verdicts.judge(pasted);
    }

    @GetMapping(API + "/faults")
    JsonNode faults() {
        return faultsJson.write(endpoint.faults());
    }

    @PutMapping(API + "/faults")
    JsonNode change(@RequestBody JsonNode changes) {
        return faultsJson.write(endpoint.changeFaults(changes));
    }

    @GetMapping(API + "/replay")
    Replays.Status replay() {
        return there(replays.status());
    }

    private static Replays.Status there(Replays.@Nullable Status status) {
        if (status == null) {
            throw problem(HttpStatus.NOT_FOUND, "There is no replay yet.");
        }
        return status;
    }

    @PostMapping(API + "/replay")
    Replays.Status replay(@RequestBody Replays.Wish wish) {
        return replays.generate(wish);
    }

    /** Sends the file that is the request's body, which as a form would be read for its parameters. */
    @PostMapping(path = API + "/replay/file", consumes = "!application/x-www-form-urlencoded")
    Replays.Status replay(
            @RequestParam String name,
            @RequestParam(defaultValue = "0") long records,
            @RequestParam(defaultValue = "0") double rate,
            @RequestParam(defaultValue = "0") double unclean,
            @RequestParam(defaultValue = "0") double duplicates,
            @RequestParam(defaultValue = "false") boolean aggregated,
            HttpServletRequest request)
            throws IOException {
        Replays.Wish wish = new Replays.Wish(records, rate, unclean, duplicates, aggregated, 1);
        Path file = Files.createTempFile("taxi-trips-replay-", ".file");
        try (InputStream in = request.getInputStream();
                OutputStream out = Files.newOutputStream(file)) {
            byte[] part = new byte[1 << 16];
            long total = 0;
            for (int n = in.read(part); n >= 0; n = in.read(part)) {
                total += n;
                if (total > LONGEST_FILE) {
                    Files.delete(file);
                    throw problem(
                            HttpStatus.CONTENT_TOO_LARGE,
                            "The file is larger than 1 GiB: send it with src/bin/desk replay, which reads it in place.");
                }
                out.write(part, 0, n);
            }
        }
        try {
            return replays.send(name, wish, file);
        } catch (IOException e) {
            throw problem(HttpStatus.BAD_REQUEST, name + ": " + e.getMessage());
        }
    }

    @PostMapping(API + "/replay/{act}")
    Replays.Status act(@PathVariable String act) {
        Replays.Act wanted = Arrays.stream(Replays.Act.values())
                .filter(known -> known.name().equalsIgnoreCase(act))
                .findFirst()
                .orElseThrow(() -> problem(
                        HttpStatus.NOT_FOUND,
                        "A replay can be told to pause, to resume or to cancel, not to " + act + "."));
        return there(replays.act(wanted));
    }

    /** A file of the lake; its path is below the lake's folder. */
    record Listed(String path, String folder, long rows, long bytes) {}

    @GetMapping(API + "/lake")
    List<Listed> files() {
        return lake.files().stream()
                .map(file -> new Listed(
                        lake.root().relativize(file.path()).toString().replace('\\', '/'),
                        file.folder(),
                        file.rows(),
                        file.bytes()))
                .toList();
    }

    /** A file of the lake, to be saved. No other file can be asked for. */
    @GetMapping(API + "/lake/file")
    ResponseEntity<Resource> file(@RequestParam String path) {
        Path asked = lake.files().stream()
                .map(LakeFile::path)
                .filter(file -> lake.root()
                        .relativize(file)
                        .toString()
                        .replace('\\', '/')
                        .equals(path))
                .findFirst()
                .orElseThrow(() -> problem(HttpStatus.NOT_FOUND, "There is no file " + path + " in the lake."));
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        ContentDisposition.attachment()
                                .filename(asked.getFileName().toString())
                                .build()
                                .toString())
                .body(new FileSystemResource(asked));
    }
}
