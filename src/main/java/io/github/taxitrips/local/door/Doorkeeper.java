package io.github.taxitrips.local.door;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Lets in only who names this machine. A page on the web can have a browser call 127.0.0.1, or a name of its own that leads
 * there (DNS rebinding), but it cannot choose the headers {@code Host} and {@code Origin} that the browser sends.
 */
public final class Doorkeeper {

    private static final Pattern LOOPBACK = Pattern.compile(
            "(localhost|127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|\\[::1])(:\\d{1,5})?", Pattern.CASE_INSENSITIVE);

    private Doorkeeper() {}

    /**
     * Returns why a request is refused, in words; empty if it may come in: it has one {@code Host}, which is this machine's, and
     * no {@code Origin} but that of a page from the same host and port.
     *
     * @param hosts the values of {@code Host}
     * @param origins the values of {@code Origin}
     */
    public static Optional<String> refusal(List<String> hosts, List<String> origins) {
        if (hosts.size() != 1 || !LOOPBACK.matcher(hosts.get(0)).matches()) {
            return Optional.of(
                    "This is for this machine alone: the header Host must be localhost, 127.0.0.1 or [::1], with a"
                            + " port, and not " + shown(hosts) + ".");
        }
        String own = "http://" + hosts.get(0);
        return origins.stream().allMatch(own::equalsIgnoreCase)
                ? Optional.empty()
                : Optional.of("A page of " + shown(origins) + " may not call " + own + ".");
    }

    private static String shown(List<String> values) {
        String all = values.isEmpty() ? "missing" : String.join(", ", values);
        return all.length() > 100 ? all.substring(0, 100) + "..." : all;
    }
}
