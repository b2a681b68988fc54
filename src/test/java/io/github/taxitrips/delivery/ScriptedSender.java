package io.github.taxitrips.delivery;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A sender that remembers its calls and answers each from a script. */
final class ScriptedSender implements FirehoseSender {

    static final RecordError THROTTLED = new RecordError("ServiceUnavailableException", "Slow down.");
    static final RecordError INTERNAL = new RecordError("InternalFailure", "Something broke.");

    final List<List<byte[]>> calls = new ArrayList<>();
    final List<byte[]> taken = new ArrayList<>();
    private final Function<List<byte[]>, Map<Integer, RecordError>> script;

    ScriptedSender(Function<List<byte[]>, Map<Integer, RecordError>> script) {
        this.script = script;
    }

    @Override
    public Map<Integer, RecordError> send(List<byte[]> records) {
        synchronized (calls) {
            calls.add(records);
        }
        Map<Integer, RecordError> errors = script.apply(records);
        synchronized (taken) {
            for (int i = 0; i < records.size(); i++) {
                if (!errors.containsKey(i)) {
                    taken.add(records.get(i));
                }
            }
        }
        return errors;
    }

    static FirehoseCallException callFailure(RecordError error, boolean transientFailure) {
        return new FirehoseCallException("call failed: " + error.code(), error, transientFailure, null);
    }
}
