package io.github.taxitrips.delivery;

import io.github.taxitrips.intake.Document;
import io.github.taxitrips.intake.Intake;
import io.github.taxitrips.intake.IntakeBenchmark;
import io.github.taxitrips.intake.KinesisEventReader;
import io.github.taxitrips.intake.TableValidator;
import io.github.taxitrips.local.producer.TripGenerator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Packs 6,000 trips into records, and these into calls. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class PackerBenchmark {

    private final List<Document> trips = new Intake(new TableValidator(TripGenerator.TABLE, true), true, true)
            .accept(new KinesisEventReader().read(IntakeBenchmark.json(6_000)))
            .trips();

    @Benchmark
    public Object oneTripARecord() {
        return Packer.calls(Packer.records(trips, 0), 4);
    }

    @Benchmark
    public Object pack() {
        return Packer.calls(Packer.records(trips, 64 * 1_024), 4);
    }
}
