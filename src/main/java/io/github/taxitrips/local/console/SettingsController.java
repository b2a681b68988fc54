package io.github.taxitrips.local.console;

import io.github.taxitrips.local.OnTheDesk;
import io.github.taxitrips.local.RunningSettings;
import io.github.taxitrips.local.RunningSettings.Part;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** The settings that can change at run time, for the page and for a terminal; see {@code docs/console.md}. */
@RestController
@OnTheDesk
@RequestMapping("/console/api/settings")
final class SettingsController {

    private final RunningSettings settings;

    SettingsController(RunningSettings settings) {
        this.settings = settings;
    }

    /**
     * Values by full name.
     *
     * @param function those of the function
     * @param mapping those of the event source mapping
     * @param started both as they were at the start
     * @param changed when they changed last, null if they have not
     */
    record Values(
            Map<String, Object> function,
            Map<String, Object> mapping,
            Map<String, Object> started,
            @Nullable Instant changed) {}

    @GetMapping
    Values values() {
        return new Values(
                settings.values(Part.FUNCTION), settings.values(Part.MAPPING), settings.started(), settings.changed());
    }

    @PutMapping
    Values change(@RequestBody JsonNode changes) {
        if (!changes.isObject()) {
            throw new IllegalArgumentException(
                    "The body must be an object of settings' full names and their values, such as"
                            + " {\"taxi-trips.packing.enabled\":true}.");
        }
        Map<String, String> wanted = new LinkedHashMap<>();
        changes.forEachEntry((name, value) -> {
            if (!value.isValueNode() || value.isNull()) {
                throw new IllegalArgumentException(
                        "The setting " + name + " must be given as a text, a number, true or false.");
            }
            wanted.put(name, value.asString());
        });
        settings.change(wanted);
        return values();
    }

    @ExceptionHandler
    ProblemDetail wrong(IllegalArgumentException e) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, e.getMessage());
    }
}
