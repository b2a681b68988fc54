package io.github.taxitrips.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/** A sender that remembers its calls and answers each from a script, or the next of the answers that were put in. */
public final class ScriptedSender implements FirehoseSender {

    public static final RecordError THROTTLED = new RecordError("ServiceUnavailableException", "Slow down.");
    static final RecordError INTERNAL = new RecordError("InternalFailure", "Something broke.");

    /** What the next calls come to: errors by position, an exception or error, or a supplier of one. A call beyond them takes everything. */
    public final Deque<Object> answers = new ArrayDeque<>();

    public final List<List<byte[]>> calls = new ArrayList<>();
    final List<byte[]> taken = new ArrayList<>();

    /** What calls were given of time, by their position among the calls; the others were given none of their own. */
    final Map<Integer, Duration> timeouts = new HashMap<>();

    private final Function<List<byte[]>, Map<Integer, RecordError>> script;

    public ScriptedSender() {
        this.script = records -> nextAnswer();
    }

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

    @Override
    public Map<Integer, RecordError> send(List<byte[]> records, Duration timeout) {
        synchronized (calls) {
            timeouts.put(calls.size(), timeout);
        }
        return send(records);
    }

    @SuppressWarnings("unchecked")
    private Map<Integer, RecordError> nextAnswer() {
        Object answer = answers.isEmpty() ? Map.of() : answers.pop();
        if (answer instanceof RuntimeException failure) {
            throw failure;
        }
        if (answer instanceof Error error) {
            throw error;
        }
        if (answer instanceof Supplier<?> later) {
            answer = later.get();
        }
        return (Map<Integer, RecordError>) answer;
    }

    /** Returns the records of a call as text. */
    public List<String> sent(int call) {
        return calls.get(call).stream().map(data -> new String(data, UTF_8)).toList();
    }

    static FirehoseCallException callFailure(RecordError error, boolean transientFailure) {
        return new FirehoseCallException("call failed: " + error.code(), error, transientFailure, null);
    }
}
