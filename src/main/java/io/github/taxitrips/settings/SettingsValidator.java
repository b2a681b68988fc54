package io.github.taxitrips.settings;

import jakarta.validation.Valid;
import jakarta.validation.Validation;
import jakarta.validation.ValidatorFactory;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.math.BigDecimal;
import java.time.Duration;
import org.hibernate.validator.constraints.Range;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.validation.MessageInterpolatorFactory;
import org.springframework.core.env.Environment;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.BindingResult;
import org.springframework.validation.Errors;
import org.springframework.validation.FieldError;
import org.springframework.validation.Validator;
import org.springframework.validation.beanvalidation.SpringValidatorAdapter;

/**
 * Holds the settings to their constraints as Bean Validation does, but starts Hibernate Validator, which would take a
 * sixth of Spring's start, only for what a first look does not find right: to judge it, and to explain it.
 */
public final class SettingsValidator implements Validator {

    private final Environment environment;

    /** @param environment where the settings are from: a variable in it that is meant for one has to be one's */
    public SettingsValidator(Environment environment) {
        this.environment = environment;
    }

    @Override
    public boolean supports(Class<?> type) {
        return type == TaxiTripsProperties.class;
    }

    @Override
    public void validate(Object settings, Errors errors) {
        SettingNames.checkVariables(environment);
        if (!isPlainlyRight(settings)) {
            try (ValidatorFactory factory = Validation.byDefaultProvider()
                    .configure()
                    .messageInterpolator(new MessageInterpolatorFactory().getObject())
                    .buildValidatorFactory()) {
                new SpringValidatorAdapter(factory.getValidator()).validate(settings, errors);
            }
        }
        if (settings instanceof TaxiTripsProperties all
                && all.table() != null
                && errors instanceof BindingResult result) {
            for (Table.Problem problem : all.table().problems()) {
                result.addError(new FieldError(errors.getObjectName(), "table." + problem.setting(), problem.remedy()));
            }
        }
    }

    /** Returns whether the settings meet all constraints, and each constraint is one that is known here. */
    static boolean isPlainlyRight(Object settings) {
        try {
            for (Field field : settings.getClass().getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())) {
                    field.setAccessible(true);
                    Object value = field.get(settings);
                    for (Annotation constraint : field.getDeclaredAnnotations()) {
                        if (!isMet(constraint, value)) {
                            return false;
                        }
                    }
                }
            }
            for (Method method : settings.getClass().getDeclaredMethods()) {
                if (method.isAnnotationPresent(AssertTrue.class)) {
                    method.setAccessible(true);
                    if (!Boolean.TRUE.equals(method.invoke(settings))) {
                        return false;
                    }
                }
            }
            return true;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isMet(Annotation constraint, @Nullable Object value) {
        if (constraint instanceof Valid) {
            return value == null || isPlainlyRight(value);
        }
        if (value == null) {
            return false;
        }
        if (constraint instanceof NotNull) {
            return true;
        }
        if (constraint instanceof Range range && value instanceof Integer number) {
            return number >= range.min() && number <= range.max();
        }
        if (constraint instanceof DurationRange range && value instanceof Duration duration) {
            DurationRange.Validator validator = new DurationRange.Validator();
            validator.initialize(range);
            return validator.isWithin(duration);
        }
        if (constraint instanceof DataSizeRange range && value instanceof DataSize size) {
            DataSizeRange.Validator validator = new DataSizeRange.Validator();
            validator.initialize(range);
            return validator.isWithin(size);
        }
        if (constraint instanceof DecimalMin least && value instanceof Double number) {
            return Double.isFinite(number) && new BigDecimal(least.value()).compareTo(BigDecimal.valueOf(number)) <= 0;
        }
        if (constraint instanceof DecimalMax most && value instanceof Double number) {
            return Double.isFinite(number) && new BigDecimal(most.value()).compareTo(BigDecimal.valueOf(number)) >= 0;
        }
        if (constraint instanceof Pattern pattern && value instanceof String text) {
            return text.matches(pattern.regexp());
        }
        return constraint instanceof NotBlank && value instanceof String text && !text.isBlank();
    }
}
