package io.github.taxitrips.settings;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;

/** A {@link Duration} from {@link #min()} to {@link #max()}, both included and both written as in a properties file. */
@Target({ElementType.FIELD, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = DurationRange.Validator.class)
@interface DurationRange {

    String min();

    String max();

    String message() default "must be a duration from {min} to {max}, such as 500ms or 10s";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};

    final class Validator implements ConstraintValidator<DurationRange, Duration> {

        private Duration min = Duration.ZERO;
        private Duration max = Duration.ZERO;

        @Override
        public void initialize(DurationRange range) {
            min = DurationStyle.SIMPLE.parse(range.min());
            max = DurationStyle.SIMPLE.parse(range.max());
        }

        @Override
        public boolean isValid(@Nullable Duration value, ConstraintValidatorContext context) {
            return value == null || isWithin(value);
        }

        boolean isWithin(Duration value) {
            return value.compareTo(min) >= 0 && value.compareTo(max) <= 0;
        }
    }
}
