package io.github.taxitrips.local.base;

import io.github.taxitrips.settings.SettingsValidator;
import io.github.taxitrips.settings.TaxiTripsProperties;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;

/** The settings as the server has them, for the desk's other programs: of files, variables and arguments, and checked. */
@EnableConfigurationProperties(TaxiTripsProperties.class)
public final class DeskSettings {

    @Bean(EnableConfigurationProperties.VALIDATOR_BEAN_NAME)
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static SettingsValidator settingsValidator(Environment environment) {
        return new SettingsValidator(environment);
    }

    /**
     * Reads the settings.
     *
     * @param arguments Spring's own, such as {@code --taxi-trips.local.data-lake=another}
     * @throws RuntimeException if one is wrong, after words that say which one, and what is allowed
     */
    public static TaxiTripsProperties read(String... arguments) {
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(DeskSettings.class)
                .web(WebApplicationType.NONE)
                .run(arguments)) {
            return context.getBean(TaxiTripsProperties.class);
        }
    }
}
