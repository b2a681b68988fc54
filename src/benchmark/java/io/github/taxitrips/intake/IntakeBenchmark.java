package io.github.taxitrips.intake;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.serialization.PojoSerializer;
import com.amazonaws.services.lambda.runtime.serialization.events.LambdaEventSerializers;
import io.github.taxitrips.local.KinesisEventWriter;
import io.github.taxitrips.local.producer.TripGenerator;
import java.io.ByteArrayInputStream;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Decodes and judges an event of 6,000 clean trips, 5.7 MB. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class IntakeBenchmark {

    /** Returns an event of that many clean trips, always the same. */
    public static byte[] json(int records) {
        TripGenerator trips = new TripGenerator(7);
        return new KinesisEventWriter(Instant.EPOCH.plusSeconds(1_767_225_600))
                .event(Stream.generate(trips::record).limit(records).toList());
    }

    private final byte[] json = json(6_000);
    private final KinesisEventReader reader = new KinesisEventReader();
    private final PojoSerializer<KinesisEvent> aws =
            LambdaEventSerializers.serializerFor(KinesisEvent.class, KinesisEvent.class.getClassLoader());
    private final KinesisEvent event = reader.read(json);
    private final Intake keys = new Intake(new TableValidator(TripGenerator.TABLE, false), true, true);
    private final Intake schema = new Intake(new TableValidator(TripGenerator.TABLE, true), true, true);

    @Benchmark
    public KinesisEvent decode() {
        return reader.read(json);
    }

    /** What is not written as Lambda writes it takes this way. */
    @Benchmark
    public KinesisEvent decodeByParser() {
        return reader.parse(json);
    }

    @Benchmark
    public KinesisEvent decodeByAws() {
        return aws.fromJson(new ByteArrayInputStream(json));
    }

    @Benchmark
    public Intake.Batch validate() {
        return keys.accept(event);
    }

    @Benchmark
    public Intake.Batch validateWithSchema() {
        return schema.accept(event);
    }
}
