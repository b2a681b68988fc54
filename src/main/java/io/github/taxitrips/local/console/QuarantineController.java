package io.github.taxitrips.local.console;

import static io.github.taxitrips.local.console.ConsoleProblems.problem;

import io.github.taxitrips.local.OnTheDesk;
import io.github.taxitrips.local.producer.QuarantineFilter;
import io.github.taxitrips.local.producer.QuarantineLine;
import io.github.taxitrips.local.producer.Quarantined;
import io.github.taxitrips.local.producer.SetAsideObjects;
import io.github.taxitrips.settings.TaxiTripsProperties;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * What lies in the quarantine's files: counted, looked at, and sent again, which is noted where {@code src/bin/desk redrive} notes
 * it. Problems as {@link ConsoleController} has them; 409 also where nothing is left to send, or a terminal sends.
 */
@RestController
@OnTheDesk
@RequestMapping("/console/api/quarantine")
final class QuarantineController {

    /** Lines of an answer at most. */
    static final int MOST_LINES = 200;

    /** Lines that can be chosen one by one. */
    static final int MOST_CHOSEN = 1_000;

    private static final String EXAMPLE = "year=2026/month=11/day=29/hour=10/name.gz:7";

    /** How long files are read for an answer. */
    private static final Duration TIME = Duration.ofSeconds(1);

    private final TaxiTripsProperties properties;
    private final Quarantined quarantined;
    private final Replays replays;

    QuarantineController(TaxiTripsProperties properties, Quarantined quarantined, Replays replays) {
        this.properties = properties;
        this.quarantined = quarantined;
        this.replays = replays;
    }

    /** Counts by reason. */
    @GetMapping
    Quarantined.Summary summary(
            @RequestParam(defaultValue = "") String reason,
            @RequestParam(defaultValue = "") String from,
            @RequestParam(defaultValue = "") String until)
            throws IOException {
        return there().summary(filter(reason, from, until), TIME);
    }

    /**
     * A line of the quarantine as a list has it.
     *
     * @param id its id
     * @param at when the record arrived, null where that is not told
     * @param place where it stood in its stream
     * @param why the reason
     * @param bytes the record's length
     * @param records how many records the line stands for
     * @param text the record's beginning, as a person reads it
     * @param whole whether it can be sent again
     * @param sent whether it was
     */
    record Line(
            String id,
            @Nullable Instant at,
            String place,
            String why,
            int bytes,
            int records,
            String text,
            boolean whole,
            boolean sent) {

        private static Line of(Quarantined.Found found) {
            QuarantineLine line = found.line();
            return new Line(
                    found.id(),
                    line.arrival(),
                    line.place(),
                    line.reason(),
                    line.bytes(),
                    line.records(),
                    Texts.of(line.payload(), Watch.CHARACTERS),
                    line.isWhole(),
                    found.sent());
        }
    }

    /** Lines, the latest first, and what to ask for those before them with; null where there are none. */
    record Lines(List<Line> lines, @Nullable String next) {}

    @GetMapping("/lines")
    Lines lines(
            @RequestParam(defaultValue = "") String reason,
            @RequestParam(defaultValue = "") String from,
            @RequestParam(defaultValue = "") String until,
            @RequestParam(required = false) @Nullable String before,
            @RequestParam(defaultValue = "50") int most)
            throws IOException {
        if (most < 1 || most > MOST_LINES) {
            throw new IllegalArgumentException("most must be from 1 to " + MOST_LINES + ", not " + most);
        }
        Quarantined.Page page = there().latest(filter(reason, from, until), before, most, TIME);
        return new Lines(page.lines().stream().map(Line::of).toList(), page.next());
    }

    /** The bytes of a record, or their beginning where that is all there is. */
    @GetMapping("/line")
    ResponseEntity<byte[]> line(@RequestParam String id) throws IOException {
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .body(there().line(id).payload());
    }

    /**
     * What is to be sent again.
     *
     * @param ids lines; one alone where it is mended
     * @param mended what is sent in place of it
     * @param all in place of ids: everything of this reason, any without one, that arrived from one time until another
     */
    record Again(
            @Nullable List<String> ids,
            @Nullable String mended,
            @Nullable Boolean all,
            @Nullable String reason,
            @Nullable String from,
            @Nullable String until) {}

    @PostMapping("/replay")
    Replays.Status again(@RequestBody Again again) throws IOException {
        List<String> ids = again.ids == null ? List.of() : again.ids;
        if (ids.stream().anyMatch(Objects::isNull)) {
            throw new IllegalArgumentException("ids must be of lines, such as " + EXAMPLE + ", not null");
        }
        boolean isAll = Boolean.TRUE.equals(again.all);
        if (isAll != ids.isEmpty() || ids.size() > MOST_CHOSEN) {
            throw new IllegalArgumentException("There must be ids, up to " + MOST_CHOSEN
                    + ", or all=true with a reason, from and until, any of them, and not both");
        }
        String mended = again.mended;
        if (mended != null && ids.size() != 1) {
            throw new IllegalArgumentException("What is mended goes in place of one record: there must be one of ids");
        }
        QuarantineFilter filter = filter(again.reason, again.from, again.until);
        SetAsideObjects records = isAll
                ? there().resend(filter, TIME)
                : there().resend(ids, mended == null ? null : replays.mended(mended));
        if (records.progress().total() == 0) {
            records.close();
            throw new IllegalStateException(
                    "Nothing is left to send: all of it was sent again before, or only its beginning was kept");
        }
        return replays.send(mended == null ? "records of the quarantine" : "a mended record", records);
    }

    private static QuarantineFilter filter(@Nullable String reason, @Nullable String from, @Nullable String until) {
        return new QuarantineFilter(
                reason == null || reason.isEmpty() ? null : reason, time("from", from), time("until", until));
    }

    private static @Nullable Instant time(String name, @Nullable String text) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(name + " must be a time such as 2026-11-29T10:00:00Z, not " + text, e);
        }
    }

    private Quarantined there() {
        if (properties.quarantine().deliveryStreamName().isEmpty()) {
            throw problem(
                    HttpStatus.NOT_FOUND,
                    "There is no quarantine: name one with taxi-trips.quarantine.delivery-stream-name.");
        }
        return quarantined;
    }

    /** The folder, a file or the note cannot be read, or somebody else sends. */
    @ExceptionHandler
    ProblemDetail unreadable(IOException e) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.CONFLICT, e.getMessage() + ".");
    }
}
