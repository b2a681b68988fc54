package io.github.taxitrips.local.producer;

import java.time.Duration;
import java.util.Timer;
import java.util.TimerTask;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import picocli.CommandLine;

/** Shows on standard error how far a run is: a bar in a terminal, a line now and then elsewhere. */
final class ProgressLine implements AutoCloseable {

    private static final Duration OFTEN = Duration.ofMillis(200);
    private static final Duration SELDOM = Duration.ofSeconds(5);

    private final Mix source;
    private final Producer producer;
    private final ProgressBar bar;
    private final long start = System.nanoTime();
    private final Timer looks;

    ProgressLine(Mix source, Producer producer) {
        this.source = source;
        this.producer = producer;
        RecordSource.Progress progress = source.progress();
        boolean terminal = CommandLine.Help.Ansi.AUTO.enabled();
        ProgressBarBuilder builder = ProgressBar.builder()
                .setInitialMax(progress.total())
                .setStyle(ProgressBarStyle.ASCII)
                .setTaskName("replay")
                .setUpdateIntervalMillis((int) (terminal ? OFTEN : SELDOM).toMillis());
        if (!terminal) {
            builder.setConsumer(new DelegatingProgressBarConsumer(System.err::println, 120));
        }
        this.bar = builder.build();
        this.looks = new Timer("progress", true);
        looks.schedule(
                new TimerTask() {
                    @Override
                    public void run() {
                        look();
                    }
                },
                0,
                OFTEN.toMillis());
    }

    private void look() {
        bar.stepTo(source.progress().done());
        Producer.Progress done = producer.progress();
        double seconds = Math.max(1, System.nanoTime() - start) / 1e9;
        bar.setExtraMessage(" %,d sent, %,.0f/s".formatted(done.records(), done.records() / seconds));
    }

    @Override
    public void close() {
        looks.cancel();
        look();
        bar.close();
    }
}
