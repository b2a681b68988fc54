package io.github.taxitrips.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Lambda's share of a processor, by Linux's control groups: memory / 1,769 MB of one (AWS Lambda Developer Guide, "Configure
 * Lambda function memory"), in periods of 20 ms.
 */
final class Quota implements AutoCloseable {

    private static final Path V1 = Path.of("/sys/fs/cgroup/cpu");
    private static final Path V2 = Path.of("/sys/fs/cgroup");
    private static final int PERIOD_MICROS = 20_000;
    private static final double MEMORY_OF_A_PROCESSOR = 1_769;

    private final Path group;

    private Quota(Path group) {
        this.group = group;
    }

    /** The share of a processor that a function has. */
    static double share(int memorySize) {
        return memorySize / MEMORY_OF_A_PROCESSOR;
    }

    /** Makes a group for one process; empty where no group may be made. */
    static Optional<Quota> of(double share) {
        boolean unified = Files.exists(V2.resolve("cgroup.controllers"));
        Path group = (unified ? V2 : V1).resolve("taxi-trips-" + System.nanoTime());
        long micros = Math.round(share * PERIOD_MICROS);
        try {
            if (unified
                    && !Files.readString(V2.resolve("cgroup.subtree_control")).contains("cpu")) {
                Files.writeString(V2.resolve("cgroup.subtree_control"), "+cpu");
            }
            Files.createDirectory(group);
            if (unified) {
                Files.writeString(group.resolve("cpu.max"), micros + " " + PERIOD_MICROS);
            } else {
                Files.writeString(group.resolve("cpu.cfs_period_us"), Integer.toString(PERIOD_MICROS));
                Files.writeString(group.resolve("cpu.cfs_quota_us"), Long.toString(micros));
            }
            return Optional.of(new Quota(group));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Holds a process to the share from now on. */
    void hold(ProcessHandle process) {
        try {
            Files.writeString(group.resolve("cgroup.procs"), Long.toString(process.pid()));
        } catch (IOException e) {
            throw new IllegalStateException("The process cannot be put under its quota", e);
        }
    }

    /** Removes the group, which its process must have left. */
    @Override
    public void close() {
        for (int i = 0; i < 50; i++) {
            try {
                Files.deleteIfExists(group);
                return;
            } catch (IOException e) {
                sleep();
            }
        }
    }

    private static void sleep() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
