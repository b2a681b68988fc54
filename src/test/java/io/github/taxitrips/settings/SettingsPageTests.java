package io.github.taxitrips.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.taxitrips.template.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The table of settings in the documentation names every setting, with the default that it has. */
class SettingsPageTests {

    private static final Pattern ROW = Pattern.compile("\\| `([a-z.-]+)` \\| ([^|]*) \\|[^|]*\\|[^|]*\\|");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{[^:}]+:(.*)}");

    @Test
    void namesEverySettingInTheCodesOrder() throws IOException {
        assertThat(defaults().keySet())
                .filteredOn(name -> !name.equals("server.port"))
                .containsExactlyElementsOf(SettingNames.all());
    }

    @Test
    void tellsEachDefault() throws IOException {
        Map<String, String> yml = Settings.applicationYml();
        assertThat(defaults()).isNotEmpty().allSatisfy((name, told) -> {
            String set = yml.getOrDefault(name, entries(yml, name));
            Matcher placeholder = PLACEHOLDER.matcher(set);
            String value = placeholder.matches() ? placeholder.group(1) : set;
            assertThat(told.replace("`", "")).isEqualTo(value.isEmpty() ? "empty" : value);
        });
    }

    /** What the page says of a list. */
    private static String entries(Map<String, String> yml, String name) {
        long entries = yml.keySet().stream()
                .filter(key -> key.startsWith(name + "[") && key.endsWith(".name"))
                .count();
        return entries == 1 ? "1 entry" : entries + " entries";
    }

    private static Map<String, String> defaults() throws IOException {
        Map<String, String> defaults = new LinkedHashMap<>();
        for (String line : Files.readAllLines(Path.of("docs/settings.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                defaults.put(row.group(1), row.group(2));
            }
        }
        return defaults;
    }
}
