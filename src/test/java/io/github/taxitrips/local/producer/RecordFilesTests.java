package io.github.taxitrips.local.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.taxitrips.intake.TableValidator;
import io.github.taxitrips.intake.Verdict;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordFilesTests {

    @TempDir
    private Path folder;

    @Test
    void linesAreRecordsAsTheyStand() throws IOException {
        Path file = file("lines.json", "{\"trip_id\": 1}\n\r\n\n[2]\nno json\n {\"last\"");
        assertThat(read(file)).containsExactly("{\"trip_id\": 1}\n", "[2]\n", "no json\n", " {\"last\"");
    }

    @Test
    void gzipIsTakenForWhatIsInIt() throws IOException {
        Path file = folder.resolve("lines");
        Files.write(file, gzip("{\"trip_id\":1}\n"));
        assertThat(read(file)).containsExactly("{\"trip_id\":1}\n");
    }

    @Test
    void filesAreReadOneAfterTheOther() throws IOException {
        Path lines = file("a", "{}\n");
        Path rows =
                file("b", "pickup_latitude,pickup_longitude,dropoff_latitude,dropoff_longitude,trip_id\n1,2,3,4,5\n");
        assertThat(read(lines, file("empty", ""), rows))
                .containsExactly(
                        "{}\n",
                        "{\"type\":\"trip\",\"pickup_latitude\":1,\"pickup_longitude\":2,\"dropoff_latitude\":3,\"dropoff_longitude\":4,\"trip_id\":5}\n");
    }

    @Test
    void lineThatIsTooLongIsTooLongStillAndHidesNothing() throws IOException {
        Path file = file("long", "{\"a\":\"" + "x".repeat(3_000_000) + "\"}\n{}\n");
        List<String> records = read(file);
        assertThat(records).hasSize(2).last().isEqualTo("{}\n");
        assertThat(records.get(0)).hasSizeBetween(Producer.MAX_RECORD_BYTES + 1, Producer.MAX_RECORD_BYTES + 2);
    }

    @ParameterizedTest(quoteTextArguments = false)
    @CsvSource(
            delimiter = '|',
            value = {
                "vendor_name,Trip_Pickup_DateTime,Trip_Dropoff_DateTime,Passenger_Count,Trip_Distance,Start_Lon,Start_Lat,Rate_Code,End_Lon,End_Lat,Total_Amt|VTS,2009-01-04 02:52:00,2009-01-04 03:02:00,1,2.63,-73.99,40.72,,-73.98,40.69,9.4",
                "vendor_id, pickup_datetime, dropoff_datetime, passenger_count, trip_distance, pickup_longitude, pickup_latitude, rate_code, dropoff_longitude, dropoff_latitude, total_amount|CMT,2009-01-04 02:52:00,2009-01-04 03:02:00,1,2.63,-73.99,40.72,1,-73.98,40.69,9.4",
                "VendorID,tpep_pickup_datetime,tpep_dropoff_datetime,passenger_count,trip_distance,pickup_longitude,pickup_latitude,RatecodeID,dropoff_longitude,dropoff_latitude,total_amount|2,2009-01-04 02:52:00,2009-01-04 03:02:00,1,2.63,-73.99,40.72,1,-73.98,40.69,9.4",
                "VendorID,lpep_pickup_datetime,Lpep_dropoff_datetime,Store_and_fwd_flag,Passenger_count,Trip_distance,Pickup_longitude,Pickup_latitude,Dropoff_longitude,Dropoff_latitude,Total_amount,Trip_type |2,2009-01-04 02:52:00,2009-01-04 03:02:00,N,1,2.63,-73.99,40.72,-73.98,40.69,9.4,,",
            })
    void rowsOfTheTlcAreTrips(String header, String row) throws IOException {
        String trip = read(file("trips.csv", "\uFEFF" + header + "\r\n" + row + "\r\n"))
                .get(0);
        assertThat(trip)
                .contains("\"type\":\"trip\"", "\"pickup_datetime\":\"2009-01-04T07:52:00Z\"")
                .contains("\"dropoff_datetime\":\"2009-01-04T08:02:00Z\"", "\"passenger_count\":1,")
                .contains("\"trip_distance\":2.63", "\"pickup_longitude\":-73.99", "\"pickup_latitude\":40.72")
                .contains("\"dropoff_longitude\":-73.98", "\"dropoff_latitude\":40.69", "\"total_amount\":9.4")
                .doesNotContain("endor");
        assertThat(new TableValidator(TripGenerator.TABLE, true).judge(trip.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(Verdict.Clean.class);
    }

    @Test
    void cellsThatDoNotFitAreForTheFunctionToJudge() throws IOException {
        String header = "pickup_latitude,pickup_longitude,dropoff_latitude,dropoff_longitude,trip_id,pickup_datetime\n";
        List<String> records =
                read(file("trips.csv", header + "forty,.5,,1e2,7,yesterday\n1,2\n\n\"say \"\"hi\"\"\",1,1,1,8,\n"));
        assertThat(records)
                .containsExactly(
                        "{\"type\":\"trip\",\"pickup_latitude\":\"forty\",\"pickup_longitude\":0.5,\"dropoff_longitude\":1E+2,\"trip_id\":7,\"pickup_datetime\":\"yesterday\"}\n",
                        "{\"type\":\"trip\",\"pickup_latitude\":1,\"pickup_longitude\":2}\n",
                        "{\"type\":\"trip\",\"pickup_latitude\":\"say \\\"hi\\\"\",\"pickup_longitude\":1,\"dropoff_latitude\":1,\"dropoff_longitude\":1,\"trip_id\":8}\n");
    }

    @Test
    void sameRowHasTheSameIdAndAnotherAnother() throws IOException {
        String csv = "pickup_latitude,pickup_longitude,dropoff_latitude,dropoff_longitude\n1,2,3,4\n1,2,3,5\n1,2,3,4\n";
        List<String> records = read(file("trips.csv", csv));
        assertThat(records.get(0)).isEqualTo(records.get(2)).isNotEqualTo(records.get(1));
        assertThat(records.get(0)).containsPattern("\"trip_id\":[1-9]\\d*,");
    }

    @Test
    void fileThatCannotBeReadIsNamedWithTheReason() throws IOException {
        Path zones = file("zones.csv", "VendorID,tpep_pickup_datetime,PULocationID,DOLocationID\n");
        assertThatThrownBy(() -> read(zones))
                .hasMessage(
                        "%s cannot be read: the TLC's files since July 2016 have zones in place of coordinates; take one of up to June 2016. Missing: pickup_latitude, pickup_longitude, dropoff_latitude, dropoff_longitude",
                        zones);
        Path other = file("other", "hello\n");
        assertThatThrownBy(() -> read(other))
                .hasMessageStartingWith(
                        other + " cannot be read: its first line is no JSON, and no header with the columns");
        Path missing = folder.resolve("missing");
        assertThatThrownBy(() -> read(missing)).hasMessage("There is no file " + missing);
        assertThatThrownBy(() -> read(folder)).hasMessage(folder + " is a folder: name the files in it");
        Path torn = folder.resolve("torn.gz");
        byte[] gzip = gzip("{\"trip_id\":1}\n".repeat(100_000));
        Files.write(torn, Arrays.copyOf(gzip, gzip.length / 2));
        assertThatThrownBy(() -> read(torn)).hasMessageStartingWith(torn + " cannot be read on: ");
    }

    /** Needs real trips, which are not part of the repository. */
    @ParameterizedTest
    @CsvSource({"yellow-2016-01-sample.csv.gz,159", "green-2016-01-sample.csv.gz,33"})
    void realTripsAreCleanButForZeroCoordinates(String name, int zero) throws IOException {
        Path file = Path.of("../shared/data", name);
        assumeThat(file).as("a sample of real trips").exists();
        TableValidator validator = new TableValidator(TripGenerator.TABLE, true);
        Map<String, Integer> rejected = new TreeMap<>();
        List<String> trips = read(file);
        for (String trip : trips) {
            if (validator.judge(trip.getBytes(StandardCharsets.UTF_8)) instanceof Verdict.Unclean unclean) {
                rejected.merge(unclean.rejection().reason().toString(), 1, Integer::sum);
            }
        }
        assertThat(trips).hasSize(10_000).doesNotHaveDuplicates();
        assertThat(rejected).containsExactly(Map.entry("zero", zero));
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private static byte[] gzip(String content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private static List<String> read(Path... files) throws IOException {
        List<String> records = new ArrayList<>();
        try (RecordFiles source = new RecordFiles(List.of(files), TripGenerator.TABLE)) {
            RecordSource.Item record;
            while ((record = source.next()) != null) {
                records.add(new String(record.data(), StandardCharsets.UTF_8));
            }
            assertThat(source.progress().done()).isEqualTo(source.progress().total());
        }
        return records;
    }
}
