package io.github.taxitrips.local.lake;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.local.base.ChildProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed with -9, again and again, while it takes records and writes files. */
class CrashTests {

    private static final int KILLS = 6;
    private static final int NUMBERS_A_PROCESS = 50_000_000;
    private static final int CALL = 50;

    @TempDir
    Path folder;

    /** Takes calls of numbers from several threads, and prints the first number of each that was acknowledged. */
    static final class Taker {

        private Taker() {}

        public static void main(String[] args) throws InterruptedException {
            Lake lake = LakeLab.open(Path.of(args[0]), Clock.systemUTC(), 1);
            List<Thread> callers = new ArrayList<>();
            for (int caller = 0; caller < 4; caller++) {
                int start = Integer.parseInt(args[1]) + caller * (NUMBERS_A_PROCESS / 4);
                callers.add(new Thread(() -> {
                    for (int first = start; ; first += CALL) {
                        lake.append(LakeLab.STREAM, LakeLab.numbers(first, first + CALL));
                        System.out.println(first);
                        LockSupport.parkNanos(1_000_000);
                    }
                }));
            }
            callers.forEach(Thread::start);
            callers.get(0).join();
        }
    }

    @Test
    void whatWasAcknowledgedIsThereOnce() throws Exception {
        Random random = new Random(17);
        Path lakeFolder = folder.resolve("lake");
        Set<Integer> acknowledged = new HashSet<>();
        for (int kill = 0; kill < KILLS; kill++) {
            killAfter(200 + random.nextInt(1500), lakeFolder, kill * NUMBERS_A_PROCESS, acknowledged);
        }
        assertThat(acknowledged).hasSizeGreaterThan(KILLS);
        try (Lake lake = LakeLab.open(lakeFolder)) {
            lake.flush();
            List<Integer> found = LakeLab.numbers(lake);
            Set<Integer> distinct = new HashSet<>(found);
            assertThat(found).hasSameSizeAs(distinct);
            for (int first : acknowledged) {
                for (int number = first; number < first + CALL; number++) {
                    assertThat(distinct.remove(number))
                            .as("%d is there", number)
                            .isTrue();
                }
            }
            // Of each kill, a call a thread may have been kept and not acknowledged; as a whole, if at all.
            assertThat(distinct.size()).isLessThanOrEqualTo(KILLS * 4 * CALL);
            assertThat(distinct.size() % CALL).isZero();
        }
        try (var left = Files.walk(lakeFolder)) {
            assertThat(left.filter(Files::isRegularFile).map(lakeFolder::relativize))
                    .allMatch(path ->
                            path.startsWith("all_types") || path.toString().equals(".lock"));
        }
    }

    private void killAfter(int millis, Path lakeFolder, int from, Set<Integer> acknowledged) throws Exception {
        try (ChildProcess process = new ChildProcess(
                Files.createDirectories(folder.resolve("process")),
                Taker.class,
                lakeFolder.toString(),
                Integer.toString(from))) {
            process.awaitOutput();
            Thread.sleep(millis);
            process.kill().map(Integer::valueOf).forEach(acknowledged::add);
        }
    }
}
