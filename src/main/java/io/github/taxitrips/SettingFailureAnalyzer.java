package io.github.taxitrips;

import jakarta.validation.Constraint;
import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.convert.ConversionException;

/**
 * Explains a setting of the wrong type, such as a word for a number, by what is allowed. Spring Boot's own explanation
 * names the type only; a value of the right type that is out of range it explains well.
 */
final class SettingFailureAnalyzer extends AbstractFailureAnalyzer<BindException> implements Ordered {

    private static final ConfigurationPropertyName PREFIX = ConfigurationPropertyName.of("taxi-trips");

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, BindException cause) {
        ConfigurationProperty property = cause.getProperty();
        if (property == null
                || !PREFIX.isAncestorOf(cause.getName())
                || findCause(cause, ConversionException.class) == null) {
            return null;
        }
        String allowed = allowed(cause.getName())
                .orElseGet(() -> "must be a "
                        + cause.getTarget().getType().resolve(Object.class).getSimpleName());
        return new FailureAnalysis(
                "The setting '%s' has the value \"%s\" (from %s), but %s."
                        .formatted(cause.getName(), property.getValue(), property.getOrigin(), allowed),
                "Set '%s' to an allowed value.".formatted(cause.getName()),
                rootFailure);
    }

    /** Returns the constraint's message for the component of {@link TaxiTripsProperties} that the name leads to. */
    private static Optional<String> allowed(ConfigurationPropertyName name) {
        Class<?> type = TaxiTripsProperties.class;
        Optional<String> allowed = Optional.empty();
        for (int i = PREFIX.getNumberOfElements(); i < name.getNumberOfElements() && type.isRecord(); i++) {
            String element = name.getElement(i, ConfigurationPropertyName.Form.DASHED);
            Optional<RecordComponent> component = Arrays.stream(type.getRecordComponents())
                    .filter(candidate -> DataObjectPropertyName.toDashedForm(candidate.getName())
                            .equals(element))
                    .findFirst();
            if (component.isEmpty()) {
                return Optional.empty();
            }
            allowed = message(type, component.get());
            type = component.get().getType();
        }
        return allowed;
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
