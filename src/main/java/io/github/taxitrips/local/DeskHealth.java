package io.github.taxitrips.local;

import io.github.taxitrips.local.aws.AwsEndpoint;
import io.github.taxitrips.local.kinesis.KinesisStream;
import io.github.taxitrips.local.kinesis.KinesisStreams;
import io.github.taxitrips.local.lake.Lake;
import io.github.taxitrips.local.lake.LakeStatus;
import io.github.taxitrips.local.lake.LakeStatus.StreamStatus;
import io.github.taxitrips.local.mapping.EventSourceMapping;
import io.github.taxitrips.local.mapping.MappingStatus;
import io.github.taxitrips.local.mapping.MappingStatus.ShardStatus;
import io.github.taxitrips.settings.TaxiTripsProperties;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.springframework.boot.health.application.DiskSpaceHealthIndicator;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.util.unit.DataSize;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.firehose.FirehoseClient;

/**
 * The parts of the desk as the health endpoint tells of them: {@code stream}, {@code mapping}, {@code firehose}, {@code lake} and
 * {@code disk}. One that is down says what to do, as its {@code remedy}.
 */
final class DeskHealth {

    /** Room below which a disk is down: a few of Firehose's largest buffers. */
    private static final DataSize FLOOR = DataSize.ofMegabytes(256);

    private static final String REMEDY = "remedy";

    /** The stream takes records. */
    @Bean
    HealthIndicator streamHealthIndicator(TaxiTripsProperties properties, KinesisStreams streams) {
        String name = properties.local().stream().name();
        Path folder = properties.local().stream().folder();
        return () -> {
            KinesisStream stream = streams.find(name).orElse(null);
            Health.Builder health = writable(folder)
                    .withDetail("name", name)
                    .withDetail("shards", stream == null ? 0 : stream.shards().size());
            return stream != null
                    ? health.build()
                    : health.down()
                            .withDetail(REMEDY, "The stream was deleted; start again to make it anew")
                            .build();
        };
    }

    /** The mapping lives. One that was not started yet, or was closed, is out of service; one that ended by itself is down. */
    @Bean
    HealthIndicator mappingHealthIndicator(EventSourceMapping mapping) {
        return () -> {
            MappingStatus status = mapping.status();
            Health.Builder health = new Health.Builder()
                    .withDetail(
                            "waiting",
                            status.shards().stream()
                                    .mapToLong(ShardStatus::waiting)
                                    .sum())
                    .withDetail(
                            "age",
                            status.shards().stream()
                                    .map(ShardStatus::age)
                                    .max(Duration::compareTo)
                                    .orElse(Duration.ZERO)
                                    .toString())
                    .withDetail("underWay", status.underWay())
                    .withDetail("failed", status.failed())
                    .withDetail("discardedBatches", status.discardedBatches());
            String error = status.lastError();
            if (error != null) {
                health.withDetail("lastError", error);
            }
            if (status.living()) {
                health.up();
            } else if (error == null) {
                health.outOfService().withDetail(REMEDY, "It is not started, or was closed: see the start's output");
            } else {
                health.down().withDetail(REMEDY, "It has ended; nothing is lost: see the log, and start again");
            }
            return health.build();
        };
    }

    /** The function's own client reaches its delivery stream. */
    @Bean
    HealthIndicator firehoseHealthIndicator(
            TaxiTripsProperties properties, AwsEndpoint endpoint, FirehoseClient client) {
        String name = properties.deliveryStreamName();
        return () -> {
            Health.Builder health = new Health.Builder()
                    .withDetail("name", name)
                    .withDetail("endpoint", endpoint.uri().toString())
                    .withDetail("faults", endpoint.faults().toString());
            try {
                client.describeDeliveryStream(request -> request.deliveryStreamName(name));
                return health.up().build();
            } catch (SdkException e) {
                return health.down(e)
                        .withDetail(REMEDY, "See the log for why the embedded endpoint does not answer")
                        .build();
            }
        };
    }

    /** What Firehose took is written to files. */
    @Bean
    HealthIndicator lakeHealthIndicator(Lake lake) {
        return () -> {
            LakeStatus status = lake.status();
            Health.Builder health = writable(lake.root())
                    .withDetail(
                            "unwrittenBuffers",
                            status.streams().stream()
                                    .mapToInt(StreamStatus::unwritten)
                                    .sum())
                    .withDetail("refusedBuffers", status.refused());
            if (!status.trouble().isEmpty()) {
                health.down()
                        .withDetail("trouble", status.trouble())
                        .withDetail(REMEDY, "Make room, or make the place writable; it is tried again until then");
            } else if (status.refused() > 0) {
                health.down().withDetail(REMEDY, "Read the .txt beside each buffer in " + lake.root() + "/.refused");
            }
            return health.build();
        };
    }

    /** There is room for more. */
    @Bean
    CompositeHealthContributor diskHealthContributor(TaxiTripsProperties properties) {
        return CompositeHealthContributor.fromMap(
                Map.of(
                        "lake", properties.local().dataLake(),
                        "stream", properties.local().stream().folder()),
                folder -> new DiskSpaceHealthIndicator(folder.toFile(), FLOOR));
    }

    private static Health.Builder writable(Path folder) {
        Health.Builder health = new Health.Builder().withDetail("folder", folder.toString());
        return Files.isDirectory(folder) && Files.isWritable(folder)
                ? health.up()
                : health.down()
                        .withDetail(
                                REMEDY,
                                "Make the folder writable; one that was deleted is made anew by the next record");
    }
}
