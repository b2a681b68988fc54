package io.github.taxitrips.settings;

import io.github.taxitrips.settings.SettingNames.UnknownSettingException;
import jakarta.validation.Constraint;
import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.bind.validation.BindValidationException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;
import org.springframework.validation.FieldError;
import org.springframework.validation.ObjectError;

/**
 * Explains a wrong setting by its name, its value as it was written, where that stands, and what is allowed. Spring
 * Boot's own explanation names the Java field and the converted value, and of a word for a number only the type.
 */
public final class SettingFailureAnalyzer extends AbstractFailureAnalyzer<BindException> implements Ordered {

    private static final ConfigurationPropertyName PREFIX = ConfigurationPropertyName.of("taxi-trips");

    /** What is wrong with a table is told by the names of settings, not of components. */
    private static final String TABLE = "table.";

    private final Environment environment;

    /** @param environment where the settings are from */
    public SettingFailureAnalyzer(Environment environment) {
        this.environment = environment;
    }

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, BindException cause) {
        if (!PREFIX.equals(cause.getName()) && !PREFIX.isAncestorOf(cause.getName())) {
            return null;
        }
        UnknownSettingException unknownVariable = findCause(cause, UnknownSettingException.class);
        UnboundConfigurationPropertiesException unbound =
                findCause(cause, UnboundConfigurationPropertiesException.class);
        if (unknownVariable != null || unbound != null) {
            String unknown = unknownVariable != null ? unknownVariable.getMessage() : describe(unbound);
            return new FailureAnalysis(unknown, "Give it the name of a setting, or leave it out.", rootFailure);
        }
        BindValidationException invalid = findCause(cause, BindValidationException.class);
        String description;
        if (invalid != null) {
            description = invalid.getValidationErrors().getAllErrors().stream()
                    .map(error -> describe(name(error), String.valueOf(error.getDefaultMessage())))
                    .collect(Collectors.joining(System.lineSeparator()));
        } else {
            Class<?> type = cause.getTarget().getType().resolve(Object.class);
            description = describe(cause.getName(), allowed(cause.getName()).orElseGet(() -> allowed(type)));
        }
        return new FailureAnalysis(description, "Set it to an allowed value.", rootFailure);
    }

    private static String describe(@Nullable UnboundConfigurationPropertiesException unbound) {
        return Stream.ofNullable(unbound)
                .flatMap(exception -> exception.getUnboundProperties().stream())
                .map(property ->
                        "The setting %s with the value \"%s\" (from %s) is left unbound, for there is none of that name; did you mean %s?"
                                .formatted(
                                        property.getName(),
                                        property.getValue(),
                                        property.getOrigin(),
                                        SettingNames.nearest(property.getName().toString())))
                .collect(Collectors.joining(System.lineSeparator()));
    }

    private String describe(ConfigurationPropertyName name, String allowed) {
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            ConfigurationProperty property = source.getConfigurationProperty(name);
            if (property != null) {
                String written = String.valueOf(property.getValue());
                String value = environment.resolvePlaceholders(written);
                return "The setting %s has the value \"%s\" (from %s%s), but %s."
                        .formatted(
                                name,
                                value,
                                property.getOrigin(),
                                value.equals(written) ? "" : ", where it is " + written,
                                allowed);
            }
        }
        return "The setting %s is wrong: %s.".formatted(name, allowed);
    }

    /** The name of the setting, or of its group when the error is one of several settings together. */
    private static ConfigurationPropertyName name(ObjectError error) {
        ConfigurationPropertyName name = PREFIX;
        if (error instanceof FieldError field && field.getField().startsWith(TABLE)) {
            return PREFIX.append(field.getField());
        }
        if (error instanceof FieldError field) {
            Class<?> type = TaxiTripsProperties.class;
            for (String element : StringUtils.delimitedListToStringArray(field.getField(), ".")) {
                Optional<RecordComponent> component = component(type, DataObjectPropertyName.toDashedForm(element));
                if (component.isEmpty()) {
                    break;
                }
                name = name.append(DataObjectPropertyName.toDashedForm(element));
                type = component.get().getType();
            }
        }
        return name;
    }

    private static String allowed(Class<?> type) {
        if (type == Boolean.class || type == boolean.class) {
            return "must be true or false";
        }
        return type.isEnum()
                ? Arrays.stream(type.getEnumConstants())
                        .map(value -> value.toString().toLowerCase(Locale.ROOT).replace('_', '-'))
                        .collect(Collectors.joining(", ", "must be one of ", ""))
                : "must be a " + (Number.class.isAssignableFrom(type) ? "number" : type.getSimpleName());
    }

    /** Returns the constraint's message for the component of {@link TaxiTripsProperties} that the name leads to. */
    private static Optional<String> allowed(ConfigurationPropertyName name) {
        Class<?> type = TaxiTripsProperties.class;
        Optional<String> allowed = Optional.empty();
        for (int i = PREFIX.getNumberOfElements(); i < name.getNumberOfElements(); i++) {
            String element = name.getElement(i, ConfigurationPropertyName.Form.DASHED);
            Optional<RecordComponent> component = component(type, element);
            if (component.isEmpty()) {
                return Optional.empty();
            }
            allowed = message(type, component.get());
            type = component.get().getType();
        }
        return allowed;
    }

    private static Optional<RecordComponent> component(Class<?> type, String dashedName) {
        return Stream.ofNullable(type.getRecordComponents())
                .flatMap(Arrays::stream)
                .filter(component ->
                        DataObjectPropertyName.toDashedForm(component.getName()).equals(dashedName))
                .findFirst();
    }

    private static Optional<String> message(Class<?> type, RecordComponent component) {
        Field field;
        try {
            field = type.getDeclaredField(component.getName());
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException(e);
        }
        return Arrays.stream(field.getAnnotations())
                .filter(annotation -> annotation.annotationType().isAnnotationPresent(Constraint.class))
                .map(SettingFailureAnalyzer::message)
                .filter(message -> !message.startsWith("{"))
                .findFirst();
    }

    private static String message(Annotation constraint) {
        Map<String, Object> attributes = AnnotationUtils.getAnnotationAttributes(constraint);
        String message = String.valueOf(attributes.get("message"));
        for (Map.Entry<String, Object> attribute : attributes.entrySet()) {
            message = message.replace("{" + attribute.getKey() + "}", String.valueOf(attribute.getValue()));
        }
        return message;
    }
}
