package io.github.taxitrips.local.producer;

import io.github.taxitrips.settings.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.Resource;

/** Reads {@code taxi-trips.table} from files of settings alone, whatever else is set. */
public final class TableFile {

    private TableFile() {}

    /** Returns the table of files in YAML, of which each gives way to those before it. */
    public static Table read(Resource... files) {
        List<PropertySource<?>> settings = new ArrayList<>();
        for (Resource file : files) {
            try {
                settings.addAll(new YamlPropertySourceLoader().load("table", file));
            } catch (IOException e) {
                throw new UncheckedIOException(file.getDescription() + " cannot be read", e);
            }
        }
        return new Binder(ConfigurationPropertySources.from(settings))
                .bind("taxi-trips.table", Table.class)
                .orElseThrow(() -> new IllegalArgumentException(Arrays.toString(files) + " have no taxi-trips.table"));
    }
}
