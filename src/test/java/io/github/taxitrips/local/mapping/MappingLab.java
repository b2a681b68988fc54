package io.github.taxitrips.local.mapping;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A shard, a function that notes what it is invoked with, and a mapping between the two. */
final class MappingLab {

    final VirtualTime time = new VirtualTime();
    final MemoryShard shard = new MemoryShard("arn:aws:kinesis:us-east-1:123456789012:stream/s", 0, time);
    final Positions positions = Positions.inMemory();
    final List<String> invocations = Collections.synchronizedList(new ArrayList<>());
    final List<FinishedInvocation> over = Collections.synchronizedList(new ArrayList<>());
    final List<DiscardedBatch> discarded = new ArrayList<>();

    /** Answers an invocation, noted already, with these records. */
    Function<String, String> answer = batch -> "";

    Consumer<DiscardedBatch> onFailure = discarded::add;

    void put(String... records) {
        for (String record : records) {
            shard.put(record.substring(0, 1), record.getBytes(UTF_8));
        }
    }

    EventSourceMapping mapping(MappingSettings.Builder settings) {
        return mapping(settings, time, new EnvironmentPool(() -> ExecutionEnvironment.of(this::invoke), 0, 0, 1));
    }

    EventSourceMapping mapping(MappingSettings.Builder settings, Time time, EnvironmentPool pool) {
        return new EventSourceMapping(
                settings.build(), List.of(shard), positions, pool, time, batch -> onFailure.accept(batch), over::add);
    }

    EventSourceMapping run(MappingSettings.Builder settings) {
        EventSourceMapping mapping = mapping(settings);
        mapping.run();
        return mapping;
    }

    String invoke(KinesisEvent event) {
        String batch = event.getRecords().stream().map(MappingLab::data).collect(Collectors.joining(" "));
        invocations.add(batch);
        return answer.apply(batch);
    }

    static String data(KinesisEventRecord record) {
        return UTF_8.decode(record.getKinesis().getData().duplicate()).toString();
    }
}
