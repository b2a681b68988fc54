package io.github.taxitrips.benchmark;

import io.github.taxitrips.benchmark.Lab.Running;
import io.github.taxitrips.benchmark.Lab.Side;
import io.github.taxitrips.lambda.LambdaProcess.Jvm;
import java.time.Duration;

/** Trains AOT caches (JEP 514): a JVM that has answered a few events writes what it loaded into a file when it ends. */
final class AotCache {

    private AotCache() {}

    /**
     * Runs the function on events of 1 and 100 records and has its JVM end.
     *
     * @param jvm a JVM with {@code -XX:AOTCacheOutput}
     * @param limit longest time for the JVM to write its cache
     */
    static void train(Lab lab, Side side, Jvm jvm, Duration limit) {
        try (Running running = lab.start(side, jvm, 0)) {
            running.invoke(Lab.event(1));
            running.invoke(Lab.event(100));
            running.process().shutDown(limit);
        }
    }
}
