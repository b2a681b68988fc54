package io.github.taxitrips.local;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Profile;

/**
 * Marks what is there only together with the embedded endpoint: not with the profile {@code aws}, and not where another endpoint
 * is named, see {@link OnNoEndpoint}.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ConditionalOnWebApplication
@Conditional(OnNoEndpoint.class)
@Profile("!aws")
public @interface OnTheDesk {}
