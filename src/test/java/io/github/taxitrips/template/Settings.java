package io.github.taxitrips.template;

import io.github.taxitrips.settings.TaxiTripsProperties;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ClassPathResource;

/** What {@code application.yml} and {@link TaxiTripsProperties} say about a setting. */
public final class Settings {

    private static final String PREFIX = "taxi-trips";

    private Settings() {}

    /** Every property of {@code application.yml} by its dotted name, placeholders unresolved. */
    public static Map<String, String> applicationYml() {
        Map<String, String> properties = new LinkedHashMap<>();
        EnumerablePropertySource<?> source = (EnumerablePropertySource<?>) yaml();
        for (String name : source.getPropertyNames()) {
            properties.put(name, String.valueOf(source.getProperty(name)));
        }
        return properties;
    }

    /** The settings that the service gets from {@code application.yml} and these environment variables alone. */
    static TaxiTripsProperties bound(Map<String, String> variables) {
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .forEach(source -> environment.getPropertySources().remove(source.getName()));
        environment
                .getPropertySources()
                .addFirst(new SystemEnvironmentPropertySource("systemEnvironment", Map.copyOf(variables)));
        environment.getPropertySources().addLast(yaml());
        return Binder.get(environment)
                .bind(PREFIX, TaxiTripsProperties.class)
                .orElseThrow(() -> new AssertionError("application.yml has no " + PREFIX));
    }

    /** The field of each setting, with its constraints, by the setting's dotted name. */
    static Map<String, Field> fields() {
        Map<String, Field> fields = new LinkedHashMap<>();
        addFields(PREFIX, TaxiTripsProperties.class, fields);
        return fields;
    }

    /** The environment variable that Spring Boot's relaxed binding reads a property from. */
    static String variable(String property) {
        return property.replace("-", "").replace('.', '_').toUpperCase(Locale.ROOT);
    }

    private static void addFields(String prefix, Class<?> type, Map<String, Field> fields) {
        for (RecordComponent component : type.getRecordComponents()) {
            String name = prefix + "."
                    + component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
            if (component.getType().isRecord()) {
                addFields(name, component.getType(), fields);
            } else {
                try {
                    fields.put(name, type.getDeclaredField(component.getName()));
                } catch (NoSuchFieldException e) {
                    throw new AssertionError("a record component has its field", e);
                }
            }
        }
    }

    private static PropertySource<?> yaml() {
        try {
            return new YamlPropertySourceLoader()
                    .load("application.yml", new ClassPathResource("application.yml"))
                    .get(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
