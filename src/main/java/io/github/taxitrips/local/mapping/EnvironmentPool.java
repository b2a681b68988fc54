package io.github.taxitrips.local.mapping;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The execution environments of a function, one for each shard whose batches are under way.
 *
 * <p>Lambda promises nothing about which environment an invocation gets. Here a shard keeps its own from one invocation
 * to the next, as is usual, but for a share of invocations that go to another shard's, and a share before which the
 * environment is reclaimed, so that a new one has to be started. What is drawn depends on the seed alone.
 */
public final class EnvironmentPool implements AutoCloseable {

    private final Supplier<? extends ExecutionEnvironment> factory;
    private final double strayShare;
    private final double lossShare;
    private final Random random;
    private final Map<String, ExecutionEnvironment> environments = new LinkedHashMap<>();
    private int started;

    /**
     * @param factory starts an environment
     * @param strayShare share of invocations that go to the environment of any shard, 0 to 1
     * @param lossShare share of invocations before which the environment is reclaimed, 0 to 1
     * @param seed seed of both
     */
    public EnvironmentPool(
            Supplier<? extends ExecutionEnvironment> factory, double strayShare, double lossShare, long seed) {
        this.factory = factory;
        this.strayShare = strayShare;
        this.lossShare = lossShare;
        this.random = new Random(seed);
    }

    /**
     * Invokes the function for a shard, in an environment that is started if there is none.
     *
     * @throws RuntimeException what {@link ExecutionEnvironment#invoke} throws
     */
    @Nullable String invoke(String shardId, KinesisEvent event) {
        boolean stray = random.nextDouble() < strayShare;
        boolean loss = random.nextDouble() < lossShare;
        String owner = shardId;
        if (stray && !environments.isEmpty()) {
            List<String> owners = new ArrayList<>(environments.keySet());
            owner = owners.get(random.nextInt(owners.size()));
        }
        if (loss) {
            lose(owner);
        }
        ExecutionEnvironment environment = environments.get(owner);
        if (environment == null) {
            environment = factory.get();
            started++;
            environments.put(owner, environment);
        }
        try {
            return environment.invoke(event);
        } catch (ExecutionEnvironment.Lost e) {
            lose(owner);
            throw e;
        }
    }

    private void lose(String owner) {
        ExecutionEnvironment environment = environments.remove(owner);
        if (environment != null) {
            environment.close();
        }
    }

    /** Returns the number of environments that were started so far. */
    public int started() {
        return started;
    }

    /** Closes every environment. */
    @Override
    public void close() {
        environments.values().forEach(ExecutionEnvironment::close);
        environments.clear();
    }
}
