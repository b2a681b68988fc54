package io.github.taxitrips.local.producer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent.Record;
import io.github.taxitrips.delivery.Quarantine;
import io.github.taxitrips.intake.RejectedRecord;
import io.github.taxitrips.intake.Rejection;
import io.github.taxitrips.intake.Rejection.Reason;
import io.github.taxitrips.intake.UserRecord;
import io.github.taxitrips.local.base.ChildProcess;
import io.github.taxitrips.local.producer.Quarantined.Count;
import io.github.taxitrips.local.producer.Quarantined.Found;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuarantinedTests {

    private static final Rejection ZERO = new Rejection(Reason.ZERO, "pickup_latitude");
    private static final Rejection OTHER_ZERO = new Rejection(Reason.ZERO, "pickup_longitude");
    private static final Rejection NOT_JSON = Rejection.of(Reason.NOT_JSON);
    private static final Instant TEN = Instant.parse("2026-11-29T10:00:00Z");
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    private Path lake;

    /** Arrivals are a second apart, the first of a file at its hour. */
    private void file(int hour, Rejection... rejections) throws IOException {
        List<RejectedRecord> records = new ArrayList<>();
        for (Rejection rejection : rejections) {
            byte[] payload =
                    "%s %d-%d".formatted(rejection, hour, records.size()).getBytes(UTF_8);
            records.add(record(
                    rejection, payload, TEN.plus(Duration.ofHours(hour - 10)).plusSeconds(records.size()), 1));
        }
        file(hour, records.toArray(RejectedRecord[]::new));
    }

    private void file(int hour, RejectedRecord... records) throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(path(hour)))) {
            for (RejectedRecord record : records) {
                out.write(Quarantine.document(record).json());
            }
        }
    }

    private Path path(int hour) throws IOException {
        Path folder = lake.resolve("quarantine/year=2026/month=11/day=29/hour=%02d".formatted(hour));
        return Files.createDirectories(folder).resolve("rejected.gz");
    }

    private static String id(int hour, int line) {
        return "year=2026/month=11/day=29/hour=%02d/rejected.gz:%d".formatted(hour, line);
    }

    @SuppressWarnings("JavaUtilDate") // the event's own type
    private static RejectedRecord record(Rejection rejection, byte[] payload, Instant arrival, int count) {
        Record kinesis = new Record();
        kinesis.setApproximateArrivalTimestamp(Date.from(arrival));
        KinesisEventRecord carrier = new KinesisEventRecord();
        carrier.setEventID("shardId-000000000000:7");
        carrier.setKinesis(kinesis);
        return new RejectedRecord(new UserRecord(carrier, 0, payload), rejection, count);
    }

    private Quarantined quarantined() {
        return new Quarantined(lake, "quarantine");
    }

    private static QuarantineFilter of(String reason) {
        return new QuarantineFilter(reason, null, null);
    }

    private static List<String> ids(Quarantined.Page page) {
        return page.lines().stream().map(Found::id).toList();
    }

    /** Reads all of them, of which so many are taken by the stream. */
    private static List<String> send(SetAsideObjects records, long taken) throws IOException {
        List<String> sent = new ArrayList<>();
        records.follow(() -> taken);
        try (records) {
            RecordSource.Item item;
            while ((item = records.next()) != null) {
                sent.add(new String(item.data(), UTF_8));
            }
        }
        return sent;
    }

    @Test
    void linesAreCountedByReasonOverAllHours() throws IOException {
        file(9, ZERO, NOT_JSON, ZERO);
        file(11, OTHER_ZERO, NOT_JSON, ZERO, NOT_JSON, NOT_JSON);
        Quarantined quarantined = quarantined();
        Quarantined.Summary all = quarantined.summary(QuarantineFilter.ALL, PATIENCE);
        assertThat(all.reasons())
                .containsExactly(
                        new Count("not_json", 4, 4, 0, 0),
                        new Count("zero:pickup_latitude", 3, 3, 0, 0),
                        new Count("zero:pickup_longitude", 1, 1, 0, 0));
        assertThat(List.of(all.lines(), (long) all.files(), (long) all.unread()))
                .containsExactly(8L, 2L, 0L);
        assertThat(quarantined.summary(of("zero"), PATIENCE).lines()).isEqualTo(4);
        assertThat(quarantined.summary(of("zer"), PATIENCE).lines()).isZero();
        file(12, ZERO);
        assertThat(quarantined.summary(QuarantineFilter.ALL, PATIENCE).lines()).isEqualTo(9);
    }

    @Test
    void timesCutThroughFiles() throws IOException {
        file(9, ZERO, NOT_JSON, ZERO);
        file(10, ZERO, NOT_JSON, ZERO);
        file(11, ZERO, ZERO);
        Quarantined quarantined = quarantined();
        assertThat(quarantined
                        .summary(new QuarantineFilter(null, TEN, null), PATIENCE)
                        .reasons())
                .containsExactly(new Count("zero:pickup_latitude", 4, 4, 0, 0), new Count("not_json", 1, 1, 0, 0));
        QuarantineFilter middle = new QuarantineFilter("zero", TEN.plusSeconds(1), TEN.plusSeconds(3));
        assertThat(quarantined.summary(middle, PATIENCE).lines()).isEqualTo(1);
        assertThat(ids(quarantined.latest(middle, null, 9, PATIENCE))).containsExactly(id(10, 2));
        assertThat(send(quarantined.resend(middle, PATIENCE), 1)).containsExactly("zero:pickup_latitude 10-2");
        assertThat(quarantined
                        .summary(new QuarantineFilter(null, null, TEN), PATIENCE)
                        .lines())
                .isEqualTo(3);
        assertThat(quarantined
                        .summary(new QuarantineFilter(null, TEN.plusSeconds(3), TEN.plusSeconds(4)), PATIENCE)
                        .lines())
                .isZero();
    }

    @Test
    void pagesGoFromTheLatestToTheOldest() throws IOException {
        file(9, ZERO, NOT_JSON, ZERO);
        file(10, NOT_JSON);
        file(11, ZERO, ZERO, NOT_JSON, ZERO);
        Quarantined quarantined = quarantined();
        Quarantined.Page first = quarantined.latest(of("zero"), null, 2, PATIENCE);
        assertThat(ids(first)).containsExactly(id(11, 3), id(11, 1));
        Quarantined.Page second = quarantined.latest(of("zero"), first.next(), 2, PATIENCE);
        assertThat(ids(second)).containsExactly(id(11, 0), id(9, 2));
        Quarantined.Page third = quarantined.latest(of("zero"), second.next(), 2, PATIENCE);
        assertThat(ids(third)).containsExactly(id(9, 0));
        assertThat(third.next()).isNull();
        assertThat(new String(quarantined.line(id(11, 3)).payload(), UTF_8)).isEqualTo("zero:pickup_latitude 11-3");
    }

    @Test
    void whatIsNotReadInTimeIsReadByTheNextCalls() throws IOException {
        file(9, ZERO);
        file(10, NOT_JSON);
        file(11, ZERO);
        Quarantined quarantined = quarantined();
        Quarantined.Summary summary = quarantined.summary(QuarantineFilter.ALL, Duration.ZERO);
        assertThat(summary.unread()).isEqualTo(3);
        Quarantined.Page page = quarantined.latest(of("zero"), null, 9, Duration.ZERO);
        assertThat(page.lines()).isEmpty();
        assertThat(page.next()).isNotNull();
        assertThat(ids(quarantined.latest(of("zero"), page.next(), 9, PATIENCE)))
                .containsExactly(id(11, 0), id(9, 0));
        // It has read them all.
        assertThat(quarantined.summary(QuarantineFilter.ALL, Duration.ZERO).unread())
                .isZero();
    }

    @Test
    void bytesAreWholeOrSaidNotToBe() throws IOException {
        byte[] noText = {(byte) 0x1f, (byte) 0x8b, 8, 0};
        byte[] large = new byte[1_100_000];
        Arrays.fill(large, (byte) 'x');
        file(
                9,
                record(Rejection.of(Reason.COMPRESSED), noText, TEN, 1),
                record(Rejection.of(Reason.TOO_LARGE), large, TEN, 1),
                record(NOT_JSON, "no".getBytes(UTF_8), TEN, 40));
        Quarantined quarantined = quarantined();
        assertThat(quarantined.line(id(9, 0)).payload()).isEqualTo(noText);
        assertThat(quarantined.latest(QuarantineFilter.ALL, null, 9, PATIENCE).lines())
                .extracting(found -> found.line().bytes(), found -> found.line().isWhole(), found -> found.line()
                        .records())
                .containsExactly(tuple(2, true, 40), tuple(1_100_000, false, 1), tuple(4, true, 1));
        assertThat(quarantined.summary(QuarantineFilter.ALL, PATIENCE).reasons())
                .contains(new Count("not_json", 1, 40, 0, 0), new Count("too_large", 1, 1, 0, 1));
        SetAsideObjects cut = quarantined.resend(List.of(id(9, 1)), null);
        assertThat(cut.progress().total()).isZero();
        assertThat(send(cut, 1)).isEmpty();
    }

    @Test
    void whatWasTakenIsNotSentAgainByWhoeverAsks() throws IOException {
        file(9, ZERO, NOT_JSON, ZERO);
        file(10, NOT_JSON, ZERO);
        Quarantined quarantined = quarantined();
        SetAsideObjects chosen = quarantined.resend(List.of(id(9, 1), id(9, 0), id(10, 0)), null);
        assertThat(chosen.progress().total()).isEqualTo(3);
        // The stream takes two of three.
        assertThat(send(chosen, 2)).containsExactly("zero:pickup_latitude 9-0", "not_json 9-1", "not_json 10-0");
        Quarantined another = quarantined();
        another.summary(QuarantineFilter.ALL, PATIENCE);
        SetAsideObjects rest = another.resend(QuarantineFilter.ALL, PATIENCE);
        assertThat(rest.progress().total()).isEqualTo(3);
        assertThat(send(rest, 3))
                .containsExactly("zero:pickup_latitude 9-2", "not_json 10-0", "zero:pickup_latitude 10-1");
        assertThat(rest.before()).isEqualTo(2);
        assertThat(quarantined.summary(QuarantineFilter.ALL, PATIENCE).reasons())
                .allSatisfy(count -> assertThat(count.sent()).isEqualTo(count.lines()));
        assertThat(send(quarantined.resend(QuarantineFilter.ALL, PATIENCE), 0)).isEmpty();
    }

    @Test
    void aTerminalGoesByTheSameNoteWhateverItCallsTheFolder() throws IOException {
        file(9, ZERO, NOT_JSON, ZERO);
        send(quarantined().resend(List.of(id(9, 1)), null), 1);
        Path here = Path.of("").toAbsolutePath();
        for (String name : List.of(
                path(9).toString(),
                here.relativize(path(9).toRealPath()).toString(),
                path(9).resolve("../rejected.gz").toString().replace("rejected.gz/..", "."))) {
            try (SentAgain note = new SentAgain(SentAgain.of(lake))) {
                assertThat(note.of(name).stream()).as(name).containsExactly(1);
            }
        }
    }

    @Test
    void whatIsMendedGoesInPlaceOfTheRecord() throws IOException {
        file(9, ZERO, NOT_JSON, ZERO);
        Quarantined quarantined = quarantined();
        assertThat(send(quarantined.resend(List.of(id(9, 1)), "mended".getBytes(UTF_8)), 1))
                .containsExactly("mended");
        assertThat(send(quarantined.resend(of("not_json"), PATIENCE), 0)).isEmpty();
    }

    @Test
    void nobodyElseSendsInTheMeantime() throws IOException {
        file(9, ZERO);
        try (SetAsideObjects open = quarantined().resend(QuarantineFilter.ALL, Duration.ZERO)) {
            assertThat(open.progress().total()).isEqualTo(-1);
            assertThatThrownBy(() -> quarantined().resend(QuarantineFilter.ALL, PATIENCE))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("being sent again")
                    .hasMessageContaining(".redriven");
        }
        assertThat(send(quarantined().resend(QuarantineFilter.ALL, PATIENCE), 1))
                .hasSize(1);
    }

    /** Another process that would send all there is in a lake. */
    static final class Another {

        public static void main(String[] args) {
            try (SetAsideObjects open =
                    new Quarantined(Path.of(args[0]), "quarantine").resend(QuarantineFilter.ALL, PATIENCE)) {
                System.out.println("would send " + open.progress().total());
            } catch (IOException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    private String another() throws Exception {
        try (ChildProcess process =
                new ChildProcess(Files.createTempDirectory(lake, "child"), Another.class, lake.toString())) {
            assertThat(process.hasEnded()).isTrue();
            return process.printed();
        }
    }

    @Test
    void anotherProcessDoesNotEitherWhateverWasReadOfTheNote() throws Exception {
        file(9, ZERO, NOT_JSON, ZERO);
        Quarantined quarantined = quarantined();
        try (SetAsideObjects open = quarantined.resend(QuarantineFilter.ALL, PATIENCE)) {
            open.follow(() -> 1);
            open.next();
            open.noteAnswered();
            assertThat(quarantined.summary(QuarantineFilter.ALL, PATIENCE).lines())
                    .isEqualTo(3);
            assertThatThrownBy(() -> quarantined().resend(QuarantineFilter.ALL, PATIENCE))
                    .isInstanceOf(IOException.class);
            assertThat(another()).contains("being sent again");
        }
        assertThat(another()).contains("would send 2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "1-", "1-1", "1-1\t", "1-1\t/some/file", "1-1\t/caf\u00c3"})
    void lineOfTheNoteThatWasNotWrittenToItsEndIsNone(String torn) throws IOException {
        file(9, ZERO, NOT_JSON, ZERO);
        send(quarantined().resend(List.of(id(9, 2)), null), 1);
        Path note = SentAgain.of(lake);
        String whole = Files.readString(note);
        // A character may be torn as well.
        Files.write(note, (whole + torn).getBytes(ISO_8859_1));
        assertThat(send(quarantined().resend(List.of(id(9, 0)), null), 1)).hasSize(1);
        assertThat(Files.readString(note)).isEqualTo(whole + whole.replace("2-2", "0-0"));
        assertThat(SentAgain.read(note).get(SentAgain.key(path(9).toString())).stream())
                .containsExactly(0, 2);
    }

    @Test
    void fileThatCannotBeReadIsToldAndKeepsNoOtherFromBeingCounted() throws IOException {
        file(9, ZERO);
        Files.writeString(path(10), "{\"reason\":\"zero\",\"payload\":\"a\"}\nno JSON\n");
        Files.writeString(path(11), "{\"another\":\"kind\"}\n");
        Quarantined quarantined = quarantined();
        Quarantined.Summary summary = quarantined.summary(QuarantineFilter.ALL, PATIENCE);
        assertThat(summary.troubles()).hasSize(2);
        assertThat(summary.troubles().get(0)).contains("hour=11/rejected.gz: its line 1 has no reason");
        assertThat(summary.troubles().get(1)).contains("hour=10/rejected.gz: its line 2 is no JSON");
        assertThat(summary.reasons())
                .containsExactly(new Count("zero", 1, 1, 0, 0), new Count("zero:pickup_latitude", 1, 1, 0, 0));
        assertThat(send(quarantined.resend(QuarantineFilter.ALL, PATIENCE), 2)).hasSize(2);
    }

    @Test
    void fileThatCannotBeReadIsTriedAgain() throws IOException {
        file(9, ZERO);
        byte[] whole = Files.readAllBytes(path(9));
        file(10, NOT_JSON);
        Files.write(path(9), Arrays.copyOf(whole, 20));
        Quarantined quarantined = quarantined();
        assertThat(quarantined.summary(QuarantineFilter.ALL, PATIENCE).troubles())
                .hasSize(1);
        Files.write(path(9), whole);
        Quarantined.Summary again = quarantined.summary(QuarantineFilter.ALL, PATIENCE);
        assertThat(again.troubles()).isEmpty();
        assertThat(again.lines()).isEqualTo(2);
    }

    @Test
    void filesThatAreNotDoneAreNamed() throws IOException {
        file(9, ZERO);
        file(10, NOT_JSON);
        Files.writeString(path(11), "no JSON\n");
        file(12, ZERO);
        try (SetAsideObjects records = quarantined().resend(QuarantineFilter.ALL, PATIENCE)) {
            assertThat(records.next()).isNotNull();
            assertThat(records.trouble()).isNull();
            Files.delete(path(10));
            assertThat(records.next()).isNotNull();
            assertThat(records.trouble())
                    .contains("hour=10/rejected.gz was not done: it is not there any more; nor were 1 more");
            assertThat(records.next()).isNull();
        }
    }

    @Test
    void whatIsTooLargeForAStreamIsNotNotedAsSent() throws IOException {
        file(9, ZERO, NOT_JSON, ZERO);
        file(10, NOT_JSON);
        SetAsideObjects records = quarantined().resend(QuarantineFilter.ALL, PATIENCE);
        try (Mix mix = new Mix(records, new Mix.Shares(0, 0), 9, TripGenerator.TABLE, 1)) {
            for (int i = 0; i < 4; i++) {
                mix.next();
                if (i == 1 || i == 3) {
                    mix.leftOut();
                }
            }
            records.follow(() -> 4);
        }
        assertThat(List.of(records.sent(), records.tooLarge())).containsExactly(2L, 2L);
        assertThat(send(quarantined().resend(QuarantineFilter.ALL, PATIENCE), 0))
                .containsExactly("not_json 9-1", "not_json 10-0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "7", "year=2026/month=11/day=29/hour=09/rejected.gz", "../.lock:0", "/etc/passwd:0"})
    void idThatIsNoneIsSaidToBeNone(String id) throws IOException {
        file(9, ZERO);
        assertThatThrownBy(() -> quarantined().line(id))
                .isInstanceOf(NoSuchElementException.class)
                .hasMessageContaining("no line " + id + " in the quarantine");
        assertThatThrownBy(() -> quarantined().line(id(9, 1))).isInstanceOf(NoSuchElementException.class);
        assertThatThrownBy(() -> quarantined().resend(List.of(id), null)).isInstanceOf(NoSuchElementException.class);
        assertThat(SentAgain.of(lake)).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "1", "2147483647", "4294967295", "99999999999"})
    void lineThatIsNotThereIsSaidNotToBe(String number) throws IOException {
        file(9, ZERO);
        String id = id(9, 0).replaceAll("0$", number);
        assertThatThrownBy(() -> quarantined().line(id))
                .isInstanceOf(NoSuchElementException.class)
                .hasMessageContaining("no line " + id + " in the quarantine");
        assertThatThrownBy(() -> quarantined().resend(List.of(id(9, 0), id), null))
                .isInstanceOf(NoSuchElementException.class);
        assertThat(SentAgain.of(lake)).doesNotExist();
    }

    @Test
    void lakeWithoutQuarantineHasNothingInIt() throws IOException {
        assertThat(quarantined().summary(QuarantineFilter.ALL, PATIENCE))
                .isEqualTo(new Quarantined.Summary(List.of(), 0, 0, 0, 0, List.of()));
        assertThat(quarantined().latest(QuarantineFilter.ALL, null, 9, PATIENCE).lines())
                .isEmpty();
    }
}
