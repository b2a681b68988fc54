package io.github.taxitrips.local.lake;

import io.github.taxitrips.settings.SettingsValidator;
import io.github.taxitrips.settings.TaxiTripsProperties;
import java.util.List;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;

/** Merges the Parquet files of each hour of the data lake that is set, while no server is at work on it. */
@EnableConfigurationProperties(TaxiTripsProperties.class)
final class Compact {

    @Bean(EnableConfigurationProperties.VALIDATOR_BEAN_NAME)
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static SettingsValidator settingsValidator(Environment environment) {
        return new SettingsValidator(environment);
    }

    /**
     * Merges, prints what, and exits: with status 1 and words if another process has the lake.
     *
     * @param args Spring's arguments, such as {@code --taxi-trips.local.data-lake=another}
     */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    static int run(String[] args) {
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Compact.class)
                        .web(WebApplicationType.NONE)
                        .run(args);
                Lake lake = Lake.open(context.getBean(TaxiTripsProperties.class))) {
            List<Compaction.Hour> hours = lake.compact();
            for (Compaction.Hour hour : hours) {
                System.out.printf("%,d files, now one of %,d rows in %s%n", hour.files(), hour.rows(), hour.folder());
            }
            if (hours.isEmpty()) {
                System.out.println("No hour of " + lake.root() + " has more than one file");
            }
            return 0;
        } catch (IllegalStateException e) {
            System.err.println(e.getMessage());
            return 1;
        }
    }
}
