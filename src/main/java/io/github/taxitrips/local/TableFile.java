package io.github.taxitrips.local;

import io.github.taxitrips.settings.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.Resource;

/** Reads {@code taxi-trips.table} from a file of settings alone, whatever else is set. */
public final class TableFile {

    private TableFile() {}

    /** Returns the table of a file in YAML. */
    public static Table read(Resource file) {
        List<PropertySource<?>> settings;
        try {
            settings = new YamlPropertySourceLoader().load("table", file);
        } catch (IOException e) {
            throw new UncheckedIOException(file.getDescription() + " cannot be read", e);
        }
        return new Binder(ConfigurationPropertySources.from(settings))
                .bind("taxi-trips.table", Table.class)
                .orElseThrow(() -> new IllegalArgumentException(file.getDescription() + " has no taxi-trips.table"));
    }
}
