package io.github.taxitrips.local;

import io.github.taxitrips.settings.SettingsValidator;
import io.github.taxitrips.settings.Table;
import io.github.taxitrips.settings.TaxiTripsProperties;
import java.util.stream.Collectors;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;

/** Prints the columns of the table that is set, as {@code template.yaml} has them below {@code GlueTable}. */
@EnableConfigurationProperties(TaxiTripsProperties.class)
final class GlueColumns {

    @Bean(EnableConfigurationProperties.VALIDATOR_BEAN_NAME)
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static SettingsValidator settingsValidator(Environment environment) {
        return new SettingsValidator(environment);
    }

    /** Takes Spring's arguments, such as {@code --spring.config.additional-location=file:readings.yml}. */
    public static void main(String[] args) {
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(GlueColumns.class)
                .web(WebApplicationType.NONE)
                .run(args)) {
            System.out.print(yaml(context.getBean(TaxiTripsProperties.class).table()));
        }
    }

    /** Returns the template's lines, from {@code Columns} on. */
    static String yaml(Table table) {
        return table.columns().stream()
                .map(column ->
                        "            - Name: %s%n              Type: %s%n".formatted(column.name(), column.type()))
                .collect(Collectors.joining("", "          Columns:%n".formatted(), ""));
    }
}
