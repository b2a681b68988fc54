package io.github.taxitrips.local.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class EnvironmentPoolTests {

    private final List<String> log = new ArrayList<>();
    private int started;
    private RuntimeException failure;
    private Runnable midst = () -> {};

    /** An environment that knows its number, and how often it was invoked. */
    private final class Numbered implements ExecutionEnvironment {
        private final int number = ++started;
        private int invocations;

        @Override
        public String invoke(KinesisEvent event) {
            log.add(number + "." + ++invocations);
            midst.run();
            if (failure != null) {
                throw failure;
            }
            return "";
        }

        @Override
        public void close() {
            log.add("close " + number);
        }
    }

    @Test
    void shardKeepsItsEnvironment() {
        EnvironmentPool pool = pool(0, 0);
        invoke(pool, "a", "b", "a", "b");
        assertThat(log).containsExactly("1.1", "2.1", "1.2", "2.2");
        assertThat(pool.started()).isEqualTo(2);
        pool.close();
        assertThat(log).endsWith("close 1", "close 2");
    }

    @Test
    void environmentOutlivesAFunctionError() {
        EnvironmentPool pool = pool(0, 0);
        failure = new IllegalStateException("down");
        assertThatIllegalStateException().isThrownBy(() -> invoke(pool, "a"));
        failure = null;
        invoke(pool, "a");
        assertThat(log).containsExactly("1.1", "1.2");
    }

    @Test
    void environmentThatDiedIsReplaced() {
        EnvironmentPool pool = pool(0, 0);
        invoke(pool, "a");
        failure = new ExecutionEnvironment.Lost(null);
        assertThatExceptionOfType(ExecutionEnvironment.Lost.class).isThrownBy(() -> invoke(pool, "a"));
        failure = null;
        invoke(pool, "a");
        assertThat(log).containsExactly("1.1", "1.2", "close 1", "2.1");
    }

    @Test
    void deathIsAFailedInvocationThatTheMappingRetries() {
        MemoryShard shard = new MemoryShard("arn", 0, Clock.systemUTC());
        shard.put("key", new byte[1]);
        EnvironmentPool pool = new EnvironmentPool(
                () -> {
                    failure = started == 0 ? new ExecutionEnvironment.Lost(null) : null;
                    return new Numbered();
                },
                0,
                0,
                1);
        EventSourceMapping mapping = new EventSourceMapping(
                MappingSettings.builder().build(),
                List.of(shard),
                Positions.inMemory(),
                pool,
                new VirtualTime(),
                batch -> log.add("discarded"),
                invocation -> {});
        mapping.run();
        assertThat(log).containsExactly("1.1", "close 1", "2.1");
        assertThat(mapping.status().failed()).isEqualTo(1);
    }

    @Test
    void reclaimedEnvironmentIsReplaced() {
        EnvironmentPool pool = pool(0, 1);
        invoke(pool, "a", "a");
        assertThat(log).containsExactly("1.1", "close 1", "2.1");
    }

    @Test
    void retiredEnvironmentIsClosedAndReplaced() {
        EnvironmentPool pool = pool(0, 0);
        invoke(pool, "a", "b");
        pool.retire();
        assertThat(log).containsExactly("1.1", "2.1", "close 1", "close 2");
        invoke(pool, "b", "a", "b");
        assertThat(log).endsWith("3.1", "4.1", "3.2");
    }

    /** Its invocation goes on to its end, and what is retired meanwhile is not used again. */
    @Test
    void busyEnvironmentIsRetiredWhenItsInvocationIsOver() {
        EnvironmentPool pool = pool(0, 0);
        midst = () -> {
            midst = () -> {};
            pool.retire();
            invoke(pool, "b", "b");
            log.add("over 1");
        };
        invoke(pool, "a", "a");
        assertThat(log).containsExactly("1.1", "2.1", "2.2", "over 1", "close 1", "3.1");
    }

    @Test
    void closedPoolStartsNoEnvironment() {
        EnvironmentPool pool = pool(0, 0);
        invoke(pool, "a");
        pool.close();
        assertThatExceptionOfType(ExecutionEnvironment.Lost.class).isThrownBy(() -> invoke(pool, "a"));
        assertThatExceptionOfType(ExecutionEnvironment.Lost.class).isThrownBy(() -> invoke(pool, "b"));
        assertThat(log).containsExactly("1.1", "close 1");
    }

    @Test
    void environmentThatIsBeingStartedWhenThePoolIsClosedIsClosedToo() {
        AtomicReference<EnvironmentPool> pool = new AtomicReference<>();
        pool.set(new EnvironmentPool(
                () -> {
                    pool.get().close();
                    return new Numbered();
                },
                0,
                0,
                1));
        assertThatExceptionOfType(ExecutionEnvironment.Lost.class).isThrownBy(() -> invoke(pool.get(), "a"));
        assertThat(log).containsExactly("close 1");
    }

    /** As a process that is killed loses it. */
    @Test
    void busyEnvironmentIsClosedOnceWithThePool() {
        EnvironmentPool pool = pool(0, 0);
        midst = () -> {
            pool.close();
            throw new ExecutionEnvironment.Lost(null);
        };
        assertThatExceptionOfType(ExecutionEnvironment.Lost.class).isThrownBy(() -> invoke(pool, "a"));
        assertThat(log).containsExactly("1.1", "close 1");
    }

    @Test
    void someInvocationsGoToTheEnvironmentOfAnotherShard() {
        EnvironmentPool pool = pool(0.5, 0);
        invoke(pool, "a", "b", "a", "b", "a", "b", "a", "b", "a", "b", "a", "b");
        List<String> first = List.copyOf(log);
        assertThat(pool.started()).isEqualTo(2);
        assertThat(first.stream().filter(call -> call.startsWith("1.")).count()).isNotEqualTo(6);
        log.clear();
        started = 0;
        invoke(pool(0.5, 0), "a", "b", "a", "b", "a", "b", "a", "b", "a", "b", "a", "b");
        assertThat(log).as("the same seed").isEqualTo(first);
    }

    private EnvironmentPool pool(double strayShare, double lossShare) {
        return new EnvironmentPool(Numbered::new, strayShare, lossShare, 3);
    }

    private static void invoke(EnvironmentPool pool, String... shards) {
        for (String shard : shards) {
            pool.invoke(shard, new KinesisEvent());
        }
    }
}
