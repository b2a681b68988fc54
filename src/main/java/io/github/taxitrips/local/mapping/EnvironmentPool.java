package io.github.taxitrips.local.mapping;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The execution environments of a function, one for each lane of a shard whose batches are under way. Each has one
 * invocation at a time.
 *
 * <p>Lambda promises nothing about which environment an invocation gets. Here a lane keeps its own from one invocation to
 * the next, as is usual, but for a share of invocations that go to any lane's, and a share before which the environment is
 * reclaimed, so that a new one has to be started. One whose own environment is busy with another's invocation takes an idle
 * one, or a new one. What is drawn depends on the seed and on the order of invocations.
 *
 * <p>Safe for use by several threads.
 */
public final class EnvironmentPool implements AutoCloseable {

    private final Supplier<? extends ExecutionEnvironment> factory;
    private final double strayShare;
    private final DoubleSupplier lossShare;
    private final Random random;
    private final List<Slot> slots = new ArrayList<>();
    private int started;
    private boolean closed;

    /** A place for an environment, which is started by its first invocation. */
    private static final class Slot {
        private final String owner;
        private boolean busy = true;
        private boolean retired;
        private @Nullable ExecutionEnvironment environment;

        Slot(String owner) {
            this.owner = owner;
        }
    }

    /**
     * @param factory starts an environment; called from any thread that invokes
     * @param strayShare share of invocations that go to the environment of any lane, 0 to 1
     * @param lossShare share of invocations before which the environment is reclaimed, 0 to 1
     * @param seed seed of both
     */
    public EnvironmentPool(
            Supplier<? extends ExecutionEnvironment> factory, double strayShare, double lossShare, long seed) {
        this(factory, strayShare, () -> lossShare, seed);
    }

    /**
     * A pool whose share of losses can change.
     *
     * @param factory starts an environment; called from any thread that invokes
     * @param strayShare share of invocations that go to the environment of any lane, 0 to 1
     * @param lossShare tells the share of invocations before which the environment is reclaimed, 0 to 1
     * @param seed seed of both
     */
    public EnvironmentPool(
            Supplier<? extends ExecutionEnvironment> factory, double strayShare, DoubleSupplier lossShare, long seed) {
        this.factory = factory;
        this.strayShare = strayShare;
        this.lossShare = lossShare;
        this.random = new Random(seed);
    }

    /**
     * Invokes the function for a lane, in an environment that is started if there is none.
     *
     * @throws RuntimeException what {@link ExecutionEnvironment#invoke} throws
     */
    @Nullable String invoke(String lane, KinesisEvent event) {
        Slot slot = take(lane);
        boolean alive = false;
        try {
            ExecutionEnvironment environment = slot.environment;
            if (environment == null) {
                environment = factory.get();
                begin(slot, environment);
            }
            alive = true;
            return environment.invoke(event);
        } catch (ExecutionEnvironment.Lost e) {
            alive = false;
            throw e;
        } finally {
            giveBack(slot, alive);
        }
    }

    private synchronized void begin(Slot slot, ExecutionEnvironment environment) {
        if (closed) {
            environment.close();
            throw new ExecutionEnvironment.Lost(null);
        }
        slot.environment = environment;
    }

    private synchronized Slot take(String lane) {
        if (closed) {
            throw new ExecutionEnvironment.Lost(null);
        }
        boolean stray = random.nextDouble() < strayShare;
        boolean loss = random.nextDouble() < lossShare.getAsDouble();
        List<Slot> idle = slots.stream().filter(slot -> !slot.busy).toList();
        Slot slot = stray && !idle.isEmpty() ? idle.get(random.nextInt(idle.size())) : own(lane, idle);
        if (slot != null && !loss) {
            slot.busy = true;
            return slot;
        }
        if (slot != null) {
            remove(slot);
        }
        started++;
        Slot fresh = new Slot(slot == null ? lane : slot.owner);
        slots.add(fresh);
        return fresh;
    }

    private @Nullable Slot own(String lane, List<Slot> idle) {
        Optional<Slot> own =
                idle.stream().filter(slot -> slot.owner.equals(lane)).findFirst();
        boolean taken = slots.stream().anyMatch(slot -> slot.owner.equals(lane));
        return own.or(() -> taken ? idle.stream().findFirst() : Optional.empty())
                .orElse(null);
    }

    private synchronized void giveBack(Slot slot, boolean alive) {
        slot.busy = false;
        if (!alive || slot.retired) {
            remove(slot);
        }
    }

    /**
     * Gives up every environment, with what it remembers, as an update of the function does: one that is idle at once, a busy one
     * when its invocation is over. Later invocations get new ones.
     */
    public synchronized void retire() {
        for (Slot slot : List.copyOf(slots)) {
            slot.retired = true;
            if (!slot.busy) {
                remove(slot);
            }
        }
    }

    private void remove(Slot slot) {
        if (slots.remove(slot) && slot.environment != null) {
            slot.environment.close();
        }
    }

    /** Returns the number of environments that were started so far. */
    public synchronized int started() {
        return started;
    }

    /** Closes every environment, be its invocation under way, and starts none any more: invocations are lost from now on. */
    @Override
    public synchronized void close() {
        closed = true;
        List.copyOf(slots).forEach(this::remove);
    }
}
