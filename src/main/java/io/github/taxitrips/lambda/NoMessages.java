package io.github.taxitrips.lambda;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;
import org.springframework.context.MessageSourceResolvable;
import org.springframework.context.NoSuchMessageException;

/**
 * Has no texts, like the one that Spring makes where there is none. But that one asks the JDK for every locale it knows,
 * which takes 40 ms and more of a cold start.
 */
public final class NoMessages implements MessageSource {

    @Override
    public @Nullable String getMessage(
            String code, Object @Nullable [] arguments, @Nullable String defaultMessage, @Nullable Locale locale) {
        return defaultMessage;
    }

    @Override
    public String getMessage(String code, Object @Nullable [] arguments, @Nullable Locale locale) {
        throw new NoSuchMessageException(code);
    }

    @Override
    public String getMessage(MessageSourceResolvable resolvable, @Nullable Locale locale) {
        String text = resolvable.getDefaultMessage();
        if (text == null) {
            throw new NoSuchMessageException(String.valueOf(resolvable));
        }
        return text;
    }
}
