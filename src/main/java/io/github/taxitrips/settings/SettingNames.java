package io.github.taxitrips.settings;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * The names of all settings, and what to say of a name that is none. Spring Boot looks at no environment variable that no
 * setting asks for, so that a misspelt one, which is how Lambda's functions are set up, would do nothing.
 */
final class SettingNames {

    /** Beginnings of the variables that are meant for this service: Spring Boot's form, and one that people try. */
    private static final List<String> VARIABLE_PREFIXES = List.of("TAXITRIPS_", "TAXI_TRIPS_");

    private static final String PREFIX = "taxi-trips";

    private SettingNames() {}

    /** A name that is no setting's. The message tells which one, where it stands, and the likely name. */
    @SuppressWarnings("serial")
    static final class UnknownSettingException extends RuntimeException {
        UnknownSettingException(String message) {
            super(message);
        }
    }

    /**
     * Looks at the environment variables.
     *
     * @throws UnknownSettingException if one begins as the settings' variables do, but is no setting's
     */
    static void checkVariables(Environment environment) {
        List<String> unknown = new ArrayList<>();
        if (environment instanceof ConfigurableEnvironment configurable) {
            PropertySource<?> source =
                    configurable.getPropertySources().get(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
            if (source instanceof EnumerablePropertySource<?> variables) {
                for (String variable : variables.getPropertyNames()) {
                    String name = variable.toUpperCase(Locale.ROOT);
                    if (VARIABLE_PREFIXES.stream().anyMatch(name::startsWith) && !isKnown(name)) {
                        unknown.add(
                                "The environment variable %s sets nothing, for no setting has that name; did you mean %s?"
                                        .formatted(variable, variable(nearest(name))));
                    }
                }
            }
        }
        if (!unknown.isEmpty()) {
            throw new UnknownSettingException(String.join(System.lineSeparator(), unknown));
        }
    }

    private static boolean isKnown(String name) {
        // An element of a list has its number in its name.
        return isKnown(name.replaceAll("_\\d+(?=_|$)", ""), PREFIX, TaxiTripsProperties.class);
    }

    /** Looks only where names begin as the variable does, for it is asked at each cold start. */
    private static boolean isKnown(String variable, String prefix, Class<?> type) {
        for (RecordComponent component : type.getRecordComponents()) {
            String setting = prefix + '.' + DataObjectPropertyName.toDashedForm(component.getName());
            Class<?> members = members(component);
            for (String form : List.of(variable(setting), spelledOut(setting))) {
                if ((variable.equals(form) && !component.getType().isRecord())
                        || (members != null
                                && variable.startsWith(form + '_')
                                && isKnown(variable, setting, members))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Returns the record whose components have names below a component's: its own type, or that of a list's elements. */
    private static @Nullable Class<?> members(RecordComponent component) {
        Class<?> type = component.getType().isRecord()
                ? component.getType()
                : ResolvableType.forType(component.getGenericType()).resolveGeneric(0);
        return type != null && type.isRecord() ? type : null;
    }

    /** Returns the environment variable of a setting. */
    private static String variable(String setting) {
        return setting.replace("[]", "").replace("-", "").replace('.', '_').toUpperCase(Locale.ROOT);
    }

    private static String spelledOut(String setting) {
        return setting.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    }

    /** Returns the setting whose name is most like the given one, whatever separates its parts, or begins as it does. */
    static String nearest(String name) {
        String letters = letters(name);
        return withElements().stream()
                .min(Comparator.comparingInt(
                        setting -> letters(setting).startsWith(letters) ? 0 : distance(letters(setting), letters)))
                .orElseThrow();
    }

    private static String letters(String name) {
        return name.replaceAll("[^a-zA-Z0-9]", "").toLowerCase(Locale.ROOT);
    }

    /** The names of all settings, such as {@code taxi-trips.retry.max-retries}. */
    static List<String> all() {
        List<String> names = new ArrayList<>();
        collect(PREFIX, TaxiTripsProperties.class, names, false);
        return names;
    }

    /** And of the members of a list's elements, such as {@code taxi-trips.table.columns[].name}. */
    private static List<String> withElements() {
        List<String> names = new ArrayList<>();
        collect(PREFIX, TaxiTripsProperties.class, names, true);
        return names;
    }

    /** @param elements whether the members of a list's elements have names, too */
    private static void collect(String prefix, Class<?> type, List<String> names, boolean elements) {
        for (RecordComponent component : type.getRecordComponents()) {
            String name = prefix + '.' + DataObjectPropertyName.toDashedForm(component.getName());
            Class<?> members = members(component);
            if (component.getType().isRecord()) {
                collect(name, component.getType(), names, elements);
            } else {
                names.add(name);
                if (elements && members != null) {
                    collect(name + "[]", members, names, true);
                }
            }
        }
    }

    /** The number of letters to change, add or leave out (Levenshtein's distance). */
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[other.length()];
    }
}
