package io.github.taxitrips.local;

import io.github.taxitrips.delivery.FirehoseClientCustomizer;
import io.github.taxitrips.local.RunningSettings.Part;
import io.github.taxitrips.local.aws.AwsEndpoint;
import io.github.taxitrips.local.aws.Faults;
import io.github.taxitrips.local.firehose.FirehoseApi;
import io.github.taxitrips.local.kinesis.KinesisApi;
import io.github.taxitrips.local.kinesis.KinesisStream;
import io.github.taxitrips.local.kinesis.KinesisStreams;
import io.github.taxitrips.local.lake.DeliveryStream;
import io.github.taxitrips.local.lake.Lake;
import io.github.taxitrips.local.mapping.EnvironmentPool;
import io.github.taxitrips.local.mapping.EventSourceMapping;
import io.github.taxitrips.local.mapping.FinishedInvocation;
import io.github.taxitrips.local.mapping.MappingSettings;
import io.github.taxitrips.local.mapping.OnFailureBucket;
import io.github.taxitrips.local.mapping.Time;
import io.github.taxitrips.local.sql.Limits;
import io.github.taxitrips.local.sql.Sql;
import io.github.taxitrips.settings.TaxiTripsProperties;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Consumer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.ConfigurableEnvironment;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/**
 * What stands in for AWS on a laptop: an endpoint for AWS clients with an embedded
 * Firehose and Kinesis behind it, a folder for a bucket and one for the stream, and a sample to replay.
 * Absent where {@link OnTheDesk} does not hold.
 */
@Configuration(proxyBeanMethods = false)
@OnTheDesk
@Import({FirstSight.class, DeskHealth.class})
class LocalLab {

    /** The mapping's id, which is in the names of objects, and under which it finds its place again. */
    private static final UUID MAPPING = UUID.nameUUIDFromBytes("taxi-trips".getBytes(StandardCharsets.UTF_8));

    @Bean
    Lake lake(TaxiTripsProperties properties) {
        return Lake.open(properties);
    }

    @Bean
    Sql sql(TaxiTripsProperties properties, Lake lake) {
        return new Sql(
                lake.root(),
                properties.table(),
                Limits.of(properties.local().sql()),
                reader -> lake.read(files -> {
                    reader.run();
                    return files;
                }));
    }

    @Bean
    KinesisStreams kinesisStreams(TaxiTripsProperties properties) {
        return KinesisStreams.open(properties);
    }

    @Bean
    FirehoseApi firehoseApi(TaxiTripsProperties properties, Lake lake) {
        return new FirehoseApi(
                DeliveryStream.of(properties).stream().map(DeliveryStream::name).toList(), lake, Clock.systemUTC());
    }

    @Bean
    AwsEndpoint awsEndpoint(TaxiTripsProperties properties, FirehoseApi firehose, KinesisStreams streams) {
        TaxiTripsProperties.Faults faults = properties.local().faults();
        return new AwsEndpoint(
                properties.local().firehosePort(),
                new Faults(
                        new Faults.Calls(
                                faults.throttledRecords(), faults.failedCalls(), faults.resetCalls(), faults.latency()),
                        new Faults.Calls(
                                faults.kinesisThrottledRecords(),
                                faults.kinesisFailedCalls(),
                                faults.kinesisResetCalls(),
                                faults.kinesisLatency()),
                        faults.errorCode(),
                        faults.seed(),
                        faults.operations(),
                        faults.lostEnvironments()),
                firehose,
                new KinesisApi(streams, InstantSource.system()));
    }

    @Bean
    InvocationTotals invocationTotals() {
        return new InvocationTotals();
    }

    @Bean
    RunningSettings runningSettings(ConfigurableEnvironment environment, TaxiTripsProperties properties) {
        return new RunningSettings(environment, properties);
    }

    @Bean
    FunctionInstances functionInstances(
            DefaultListableBeanFactory application, TaxiTripsProperties properties, RunningSettings settings) {
        Duration timeout = properties.local().mapping().functionTimeout();
        return new FunctionInstances(application, timeout, settings::current);
    }

    @Bean
    EnvironmentPool environmentPool(
            FunctionInstances instances,
            TaxiTripsProperties properties,
            AwsEndpoint endpoint,
            RunningSettings settings) {
        EnvironmentPool pool = new EnvironmentPool(
                instances::start,
                0,
                () -> endpoint.faults().lostEnvironments(),
                properties.local().faults().seed());
        settings.listen(Part.FUNCTION, changed -> pool.retire());
        return pool;
    }

    /** Started by {@link FirstSight}, once everything else is there. */
    @Bean
    EventSourceMapping eventSourceMapping(
            TaxiTripsProperties properties,
            KinesisStreams streams,
            EnvironmentPool environments,
            Lake lake,
            RunningSettings settings,
            ObjectProvider<Consumer<FinishedInvocation>> listeners) {
        KinesisStream stream = streams.stream(properties.local().stream().name());
        EventSourceMapping mapping = new EventSourceMapping(
                MappingSettings.of(properties.local().mapping()),
                stream.shards().stream()
                        .map(shard -> new StreamedShard(stream, shard))
                        .toList(),
                StreamedShard.positions(stream, MAPPING.toString()),
                environments,
                Time.SYSTEM,
                new OnFailureBucket(lake.root(), MAPPING, Time.SYSTEM),
                invocation -> listeners.orderedStream().forEach(listener -> listener.accept(invocation)));
        settings.listen(
                Part.MAPPING,
                changed -> mapping.change(MappingSettings.of(changed.local().mapping())));
        return mapping;
    }

    @Bean
    DeskMeters deskMeters(EventSourceMapping mapping, Lake lake) {
        return new DeskMeters(mapping, lake);
    }

    /** Leads the SDK's client to the embedded endpoint, which takes any credentials. */
    @Bean
    FirehoseClientCustomizer embeddedFirehoseCustomizer(AwsEndpoint endpoint) {
        return builder -> builder.endpointOverride(endpoint.uri())
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")));
    }
}
